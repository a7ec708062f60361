import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetupError } from './fail.mjs';
import { step } from './progress.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STAMP = `${ROOT}node_modules/.yey-stamp`;

/** Stops with a clear word on a Node that is too old for the packages. @param {string} [version] */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    'NODE_TOO_OLD',
    `this is Node ${version}, the platform needs 20.19 or newer`,
    'install Node 20.19 or newer from nodejs.org or your system, then run the same command again',
  );
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the programs of `run` that have not come to their end. */
export function endPrograms() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a program to its end, its output shown or kept.
 * @param {string} command @param {string[]} args
 * @param {{show?: boolean, env?: NodeJS.ProcessEnv, cwd?: string}} [options]
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: options.env ?? process.env,
      stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => (output += data)).on('error', () => undefined);
    }
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, output: String(error) });
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Whether somebody already installed exactly what the lock file says. @param {string} lockFile */
function isInstalled(lockFile) {
  const hidden = `${ROOT}node_modules/.package-lock.json`;
  if (!existsSync(hidden)) return false;
  /** @type {Record<string, {version: string, optional?: boolean}>} */
  const wanted = JSON.parse(lockFile).packages;
  /** @type {Record<string, {version: string}>} */
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || found[path]?.version === entry.version,
  );
}

/** Installs the packages when the lock file or Node changed since the last time. */
export async function installPackages() {
  const lockFile = readFileSync(`${ROOT}package-lock.json`, 'utf8');
  const wanted = createHash('sha256').update(process.version).update(lockFile).digest('hex');
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined;
  if (stamp === wanted) return;
  if (stamp !== undefined || !isInstalled(lockFile)) await step('installing packages', npmCi);
  writeFileSync(STAMP, wanted);
}

async function npmCi() {
  // The npm that started us, when there is one: the one in PATH may belong to another Node.
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  const { code, output } = await run(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund']);
  if (code === 0) return;
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /^npm (ERR|error)/i.test(line));
  const cause = (errors.length > 0 ? errors : lines).slice(0, 4).join(' | ');
  if (/EACCES|EPERM|EROFS|root-owned files/.test(output)) {
    throw new SetupError(
      'NPM_CACHE_NOT_WRITABLE',
      cause,
      'point npm at a folder you may write to: npm_config_cache="$HOME/.npm-yey" npm start',
    );
  }
  throw new SetupError(
    'NPM_FAILED',
    cause,
    'check the network and the npm registry, then run the same command again',
  );
}

/** Compiles the sources to dist/, which takes no time when nothing changed. @returns {Promise<string>} their hash */
export async function build() {
  const { code, output } = await run(process.execPath, [`${ROOT}deploy/build.mjs`]);
  if (code !== 0) {
    throw new SetupError(
      'BUILD_FAILED',
      output.trim().split('\n').slice(-15).join('\n'),
      'mend the sources named above',
    );
  }
  const stamp = `${ROOT}dist/.build-stamp`;
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
}
