import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from './packages.mjs';
import { pairKeys } from './secrets.mjs';

/** What every program may know: where programs and folders are, how a terminal and a machine speak. */
const OF_THE_SYSTEM = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TERM',
  'LD_LIBRARY_PATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];
/** What each service reads besides what its schema names. */
const OF_SERVICES = [
  'NODE_ENV',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_V8_COVERAGE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'HOST',
  'YEY_MODE',
  'LOG_LEVEL',
  'SQL_LOG_DIR',
  'SQL_LOG_LEVEL',
];
/** Of the process that changes schemas alone, and of commands. */
const OF_COMMANDS = /_DB_DDL_PASSWORD$/;
/** Redis as the subgraphs use it. */
const OF_STATE = /^REDIS_(STATE|CACHE)_URL$/;
/** How the software of Amazon finds the account of a machine that has a role. */
const OF_BUCKETS = /^AWS_/;

/** @param {Record<string, string | undefined>} env @param {(name: string) => boolean} isOwn @returns {Record<string, string>} */
const pick = (env, isOwn) =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value && isOwn(name) ? [[name, value]] : [])),
  );

/** Of a database server or Redis: none of the platform's variables. @returns {Record<string, string>} */
export const engineEnvironment = () => pick(process.env, (name) => OF_THE_SYSTEM.includes(name));

/**
 * What one service gets of the platform's variables: its own, and of the secrets of others none.
 * @param {string} name `router` or a subgraph @param {Record<string, string>} env of the whole platform
 * @param {'serve' | 'command'} purpose a command may change the schema @returns {Record<string, string>}
 */
export function processEnvironment(name, env, purpose = 'serve') {
  const own = new Set([...OF_THE_SYSTEM, ...OF_SERVICES, ...variablesOf(name)]);
  const dataKeys = variablesOf('dataKeys');
  const picked = pick(env, (each) => {
    if (purpose === 'serve' && OF_COMMANDS.test(each)) return false;
    // With an address for its counters alone the router reaches nothing else in Redis.
    if (name === 'router' && env.ROUTER_REDIS_URL && OF_STATE.test(each)) return false;
    // A subgraph with a key of its own has no use for the one that others share.
    if (dataKeys.includes(each) && env[`${name.toUpperCase()}_${each}`]) return false;
    return own.has(each) || (own.has('S3_BUCKET') && OF_BUCKETS.test(each));
  });
  if (picked.SERVICE_KEYS) picked.SERVICE_KEYS = ownPairs(name, picked.SERVICE_KEYS);
  return picked;
}

/** The keys that a subgraph shares with others. @param {string} name @param {string} text what somebody may have set */
function ownPairs(name, text) {
  try {
    /** @type {Record<string, string>} */
    const given = JSON.parse(text);
    const pairs = Object.keys(given).some((each) => each.includes(':')) ? given : pairKeys(given);
    const shared = Object.entries(pairs).filter(([pair]) => pair.split(':').includes(name));
    return JSON.stringify(Object.fromEntries(shared));
  } catch {
    // The process itself says what is wrong with it.
    return text;
  }
}

/** @param {string} name of a process, or `dataKeys` @returns {string[]} */
function variablesOf(name) {
  const file = `${ROOT}dist/variables.json`;
  if (!existsSync(file)) throw new Error(`${file} is missing: build first`);
  return JSON.parse(readFileSync(file, 'utf8'))[name] ?? [];
}
