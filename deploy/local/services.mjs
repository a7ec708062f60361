import { existsSync } from 'node:fs';
import { acceptsAdmin } from './accounts.mjs';
import { databaseCommand, redisCommand } from './database.mjs';
import { SANDBOX_WECHAT_APPS, SUBGRAPHS } from './environment.mjs';
import { ROOT } from './packages.mjs';
import { answers, isListening } from './ports.mjs';
import { engineEnvironment, processEnvironment } from './process-environment.mjs';

/** @typedef {import('./supervisor.mjs').Service} Service */

/** The order in which everything is ended: each before what it needs. */
export const STOP_ORDER = [
  'router',
  'stats',
  'pharmacy',
  'care',
  'users',
  'sandbox',
  'redis',
  'replica',
  'primary',
];

/** A service ends its requests in flight first; it gives them twenty seconds itself. */
const GRACE_MS = 25_000;

/** The subgraphs that this build has. */
export const builtSubgraphs = () => SUBGRAPHS.filter((name) => existsSync(entryOf(name)));

/** @param {string} name */
const entryOf = (name) => `${ROOT}dist/bundle/${name}.js`;

/** The arguments of Node for a command of a subgraph. @param {string} name @param {string} command such as `serve` */
export const subgraphArgs = (name, command) => ['--enable-source-maps', entryOf(name), command];

export const hasSandbox = () => existsSync(`${ROOT}deploy/sandbox/index.mjs`);

/** @param {import('./database.mjs').Server} server @returns {Service} */
export function databaseService(server) {
  return {
    name: server.role,
    ...databaseCommand(server),
    env: engineEnvironment(),
    ready: () => acceptsAdmin(server.port, server.adminPassword),
    graceMs: 30_000,
  };
}

/** @param {string} program @param {{dir: string, port: number}} place @returns {Service} */
export function redisService(program, place) {
  const ready = () => isListening(place.port);
  return { name: 'redis', ...redisCommand(program, place), env: engineEnvironment(), ready };
}

/** @param {string} name @param {Record<string, string>} env @returns {Service} */
export function subgraphService(name, env) {
  const port = env[`${name.toUpperCase()}_PORT`];
  const args = subgraphArgs(name, 'serve');
  return node(name, args, processEnvironment(name, env), `http://127.0.0.1:${port}/readyz`);
}

/** @param {Record<string, string>} env @returns {Service} */
export function routerService(env) {
  const args = ['--enable-source-maps', `${ROOT}dist/bundle/router.js`];
  return node('router', args, processEnvironment('router', env), `http://127.0.0.1:${env.PORT}/readyz`);
}

/** All that the sandbox is told: an outside party has none of the platform's other secrets. */
const SANDBOX_VARIABLES = [
  'PATH',
  'YEY_MODE',
  'SANDBOX_PORT',
  'SANDBOX_URL',
  'SANDBOX_FILE',
  'PAYMENT_CALLBACK_KEY',
  'PAYMENT_CALLBACK_URL',
  'INSURANCE_SECRET_KEY',
  'WECHAT_APPS',
];

/**
 * The SMS inbox, the payment provider, the insurer and the WeChat of a development machine.
 * @param {Record<string, string>} env @returns {Service}
 */
export function sandboxService(env) {
  const own = Object.fromEntries(SANDBOX_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  // The apps of somebody who tries the real WeChat are none of the sandbox's business.
  if (env.WECHAT_APPS !== SANDBOX_WECHAT_APPS) delete own.WECHAT_APPS;
  return node('sandbox', [`${ROOT}deploy/sandbox/index.mjs`], own, `${env.SANDBOX_URL}/healthz`);
}

/** @param {string} name @param {string[]} args @param {Record<string, string>} env @param {string} url @returns {Service} */
function node(name, args, env, url) {
  return {
    name,
    command: process.execPath,
    args,
    env,
    cwd: ROOT,
    ready: () => answers(url),
    graceMs: GRACE_MS,
  };
}
