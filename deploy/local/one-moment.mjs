import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './fail.mjs';

/** How long the lock waits for statements that are running, seconds: all writes wait behind it. */
const LOCK_WAIT_S = 2;
/** How long writes stand still at most, ms. */
const STILL_MS = 5000;

/** @typedef {{child: {stdin: {write: (text: string) => unknown}}, heard: (word: string) => Promise<void>}} Snapshot */

/**
 * Begins all snapshots while nothing is written, and lets writes go on in any case.
 * @param {Snapshot[]} snapshots processes that are ready, and begin at a line on standard input
 * @param {import('mysql2/promise').Connection} [admin] of the server, ended here; without it writes are not stopped
 * @returns {Promise<void>} rejects with BACKUP_REFUSED where it takes too long
 */
export async function beginTogether(snapshots, admin) {
  const timer = new AbortController();
  const late = delay(STILL_MS, undefined, { signal: timer.signal }).then(() => {
    throw refusal(`not all snapshots began within ${STILL_MS / 1000} s, for which writes stood still`);
  });
  late.catch(() => undefined);
  try {
    if (admin) await stopWrites(admin);
    for (const { child } of snapshots) child.stdin.write('begin\n');
    await Promise.race([Promise.all(snapshots.map(({ heard }) => heard('snapshot'))), late]);
    // Fails where the lock went with its connection before all of them had begun.
    await admin?.query('UNLOCK TABLES');
  } finally {
    timer.abort();
    await admin?.end().catch(() => undefined);
  }
}

/** @param {import('mysql2/promise').Connection} admin */
async function stopWrites(admin) {
  try {
    await admin.query(`SET SESSION lock_wait_timeout = ${LOCK_WAIT_S}`);
    await admin.query('FLUSH TABLES WITH READ LOCK');
  } catch (error) {
    if (/** @type {{code?: string}} */ (error).code !== 'ER_LOCK_WAIT_TIMEOUT') throw error;
    throw refusal(`a statement is running that did not end within ${LOCK_WAIT_S} s`);
  }
}

/** @param {string} cause */
const refusal = (cause) =>
  new SetupError('BACKUP_REFUSED', cause, 'try again when the database has less to do, in a new folder');
