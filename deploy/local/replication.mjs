import { rmSync } from 'node:fs';
import { ADMIN, connectTo } from './accounts.mjs';
import { SetupError } from './fail.mjs';
import { until } from './ports.mjs';

/** @typedef {import('mysql2/promise').Connection} Connection */
/** @typedef {import('./database.mjs').Server} Server */

/** @param {Connection} replica @param {'mariadb' | 'mysql'} kind @returns {Promise<Record<string, string | number> | undefined>} */
async function replicaStatus(replica, kind) {
  const [rows] = await replica.query(kind === 'mariadb' ? 'SHOW SLAVE STATUS' : 'SHOW REPLICA STATUS');
  return /** @type {Record<string, string | number>[]} */ (rows)[0];
}

/** @param {Record<string, string | number> | undefined} row */
const follows = (row) =>
  (row?.Slave_IO_Running ?? row?.Replica_IO_Running) === 'Yes' &&
  (row?.Slave_SQL_Running ?? row?.Replica_SQL_Running) === 'Yes';

/**
 * Points the replica at the primary and waits until it follows.
 * @param {Server} primary @param {Server} replica @param {string} password of the replication account
 */
export async function replicate(primary, replica, password) {
  const { kind } = primary.engine;
  const login = { user: ADMIN, password: primary.adminPassword };
  const source = await connectTo({ ...login, port: primary.port });
  const target = await connectTo({ ...login, port: replica.port });
  try {
    const row = await replicaStatus(target, kind);
    if (Number(row?.Master_Port ?? row?.Source_Port) !== primary.port || !row) {
      await source.query(`CREATE USER IF NOT EXISTS 'yey_repl'@'%' IDENTIFIED BY '${password}'`);
      await source.query(`ALTER USER 'yey_repl'@'%' IDENTIFIED BY '${password}'`);
      await source.query("GRANT REPLICATION SLAVE ON *.* TO 'yey_repl'@'%'");
      for (const sql of pointAt(kind, primary.port, password, row === undefined)) await target.query(sql);
    }
    if (await until(async () => follows(await replicaStatus(target, kind)), 15_000)) return;
    const last = await replicaStatus(target, kind);
    // It holds nothing of its own: without its stamp the next start copies it from the primary again.
    rmSync(`${replica.dir}/ready`, { force: true });
    throw new SetupError(
      'REPLICATION_FAILED',
      `the replica does not follow: ${last?.Last_IO_Error || last?.Last_SQL_Error || 'no reason given'}`,
      'start again: the replica will be made anew from the primary',
    );
  } finally {
    await source.end();
    await target.end();
  }
}

/** @param {'mariadb' | 'mysql'} kind @param {number} port @param {string} password @param {boolean} first */
function pointAt(kind, port, password, first) {
  if (kind === 'mariadb') {
    return [
      'STOP SLAVE',
      // A copy of the primary knows by its binary log how far the copy goes.
      ...(first ? ['SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_binlog_pos'] : []),
      `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${port}, MASTER_USER='yey_repl',
       MASTER_PASSWORD='${password}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1`,
      'START SLAVE',
    ];
  }
  return [
    'STOP REPLICA',
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=${port}, SOURCE_USER='yey_repl',
     SOURCE_PASSWORD='${password}', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1`,
    'START REPLICA',
  ];
}
