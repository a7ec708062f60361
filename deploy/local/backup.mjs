import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ADMIN, connectTo } from './accounts.mjs';
import { databaseOf } from './environment.mjs';
import { SetupError } from './fail.mjs';
import { beginTogether } from './one-moment.mjs';
import { ROOT } from './packages.mjs';
import { platformEnvironment } from './platform-environment.mjs';
import { processEnvironment } from './process-environment.mjs';
import { loadSecrets } from './secrets.mjs';
import { builtSubgraphs, subgraphArgs } from './services.mjs';
import { loadState, runningLauncher } from './state.mjs';

/**
 * Backs up every subgraph of a running platform as of one moment: where the database is run here, its writes are
 * stopped while all snapshots begin.
 * @param {string} dir @param {string} target the folder, which holds no backup yet
 */
export async function backUp(dir, target) {
  if (!runningLauncher(dir))
    throw new SetupError('NOT_RUNNING', 'nothing is running', 'start it with npm start');
  const folder = resolve(target);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new SetupError('BACKUP_REFUSED', `${folder} is not empty`, 'name a folder that is new');
  }
  const state = loadState(dir);
  const port = Number(new URL(state.screen?.url ?? 'http://127.0.0.1:4000').port);
  const secrets = loadSecrets(dir);
  const env = {
    ...platformEnvironment({ dir, state, secrets, port }),
    LOG_LEVEL: 'error',
    SQL_LOG_LEVEL: 'silent',
  };
  const names = builtSubgraphs();
  const backups = names.map((name) => begin(name, folder, processEnvironment(name, env, 'command')));
  try {
    await Promise.all(backups.map(({ heard }) => heard('ready')));
    const own = `mysql://127.0.0.1:${state.ports.primary}`;
    const isPrivate = names.every((name) => databaseOf(env, name) === own);
    const admin = isPrivate
      ? await connectTo({
          port: state.ports.primary ?? 0,
          user: ADMIN,
          password: secrets.ADMIN_DB_PASSWORD ?? '',
        })
      : undefined;
    await beginTogether(backups, admin);
    await Promise.all(backups.map((each) => each.ended));
  } catch (error) {
    for (const { child } of backups) child.kill('SIGTERM');
    throw error;
  }
}

/** @typedef {{child: import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>, heard: (word: string) => Promise<void>, ended: Promise<void>}} Backup */

/** @param {string} name @param {string} folder @param {Record<string, string>} env @returns {Backup} */
function begin(name, folder, env) {
  const args = [...subgraphArgs(name, 'backup'), folder, '--together'];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'inherit'] });
  // One that ended already says so by its exit code.
  child.stdin.on('error', () => undefined);
  /** @type {Set<string>} */
  const said = new Set();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    said.add(line);
    if (line !== 'ready' && line !== 'snapshot') console.log(line);
  });
  const failure = () =>
    new SetupError(
      'BACKUP_REFUSED',
      `${name} could not be backed up`,
      'mend the cause above, name a new folder',
    );
  /** @type {Promise<void>} */
  const ended = new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(failure())));
  });
  ended.catch(() => undefined);
  const heard = async (/** @type {string} */ word) => {
    /** @type {Promise<void>} */
    const isSaid = new Promise((done) => {
      if (said.has(word)) done();
      lines.on('line', (line) => line === word && done());
    });
    await Promise.race([isSaid, ended]);
  };
  return { child, heard, ended };
}
