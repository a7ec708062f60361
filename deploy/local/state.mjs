import fs, {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { SetupError } from './fail.mjs';
import { ROOT } from './packages.mjs';
import { identify, isAlive } from './processes.mjs';

/**
 * What is remembered between starts: ports chosen once, running processes, and what was already done to the data.
 * @typedef {{ports: Record<string, number>, processes: Record<string, import('./processes.mjs').Identity>,
 *   migrated: Record<string, string>, seeded: Record<string, string>,
 *   screen?: {url: string, sandboxUrl?: string, demoFile: string}}} State
 */

const OURS = [
  'state.json',
  'jwt.pem.new',
  'demo.json',
  'sandbox.json',
  'files',
  'logs',
  'primary',
  'replica',
  'redis',
];
/** What is made once and stands in no backup: without these keys nobody reads one. */
const KEYS = ['secrets.json', 'jwt.pem'];
const MIN_FREE_BYTES = 2 ** 30;

/** Where everything private lives. */
export const dataDir = () => resolve(ROOT, process.env.YEY_DATA_DIR || '.data');

/** @param {string} file @returns {any} */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} dir @returns {State} */
export function loadState(dir) {
  return { ports: {}, processes: {}, migrated: {}, seeded: {}, ...readJson(`${dir}/state.json`) };
}

/** @param {string} dir @param {State} state */
export function saveState(dir, state) {
  writeFileSync(`${dir}/state.json.new`, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(`${dir}/state.json.new`, `${dir}/state.json`);
}

/** The launcher that runs on these data now, if any. @param {string} dir @returns {import('./processes.mjs').Identity | undefined} */
export function runningLauncher(dir) {
  const holder = readJson(`${dir}/launcher.lock`);
  return isAlive(holder) ? holder : undefined;
}

/** Takes the lock of the data folder, or throws ALREADY_RUNNING. @param {string} dir */
export function lock(dir) {
  const mine = `${dir}/launcher.lock.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      const holder = runningLauncher(dir);
      if (holder) {
        const url = loadState(dir).screen?.url;
        throw new SetupError(
          'ALREADY_RUNNING',
          `the platform is running (process ${holder.pid})${url ? ` at ${url}` : ', still starting'}`,
          'npm start -- status shows it, npm start -- stop ends it; YEY_DATA_DIR and PORT let a second one run beside it',
        );
      }
      try {
        // A link appears with its content at once, so no other start can read half a lock.
        linkSync(mine, `${dir}/launcher.lock`);
        return;
      } catch {
        rmSync(`${dir}/launcher.lock`, { force: true });
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new SetupError(
    'ALREADY_RUNNING',
    'another start is going on',
    'wait for it and look with npm start -- status',
  );
}

/** @param {string} dir */
export function unlock(dir) {
  if (runningLauncher(dir)?.pid === process.pid) rmSync(`${dir}/launcher.lock`, { force: true });
}

/** Creates the data folder and makes sure that there is room in it. @param {string} dir */
export function prepareDataDir(dir) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // By the whole module: a Node too old to have it must come as far as being told so.
  const { bavail, bsize } = fs.statfsSync(dir);
  const min = Number(process.env.YEY_MIN_FREE_BYTES || MIN_FREE_BYTES);
  if (bavail * bsize >= min) return;
  const mib = Math.floor((bavail * bsize) / 2 ** 20);
  throw new SetupError(
    'DISK_FULL',
    `${dir} has ${mib} MiB free, ${Math.ceil(min / 2 ** 20)} MiB are needed`,
    'free some space, or point YEY_DATA_DIR at another disk',
  );
}

/**
 * Empties the data folder of everything that is ours; a stranger's file in it stays, and keys are set aside.
 * @param {string} dir @returns {string[]} the files of the keys, named after the moment at which this process began
 */
export function wipe(dir) {
  for (const name of OURS) rmSync(`${dir}/${name}`, { recursive: true, force: true });
  const moment = new Date(performance.timeOrigin).toISOString().replace(/[:.]/g, '-');
  const found = KEYS.filter((name) => existsSync(`${dir}/${name}`));
  return found.map((name) => {
    const aside = `${dir}/${name}.${moment}`;
    renameSync(`${dir}/${name}`, aside);
    chmodSync(aside, 0o600);
    return aside;
  });
}
