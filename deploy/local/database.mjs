import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ADMIN } from './accounts.mjs';
import { SetupError } from './fail.mjs';
import { find } from './programs.mjs';

/** @typedef {import('./engines.mjs').Engine} Engine */
/**
 * One private server; `fast` gives up surviving a power cut.
 * @typedef {{engine: Engine, dir: string, port: number, role: 'primary' | 'replica', adminPassword: string, fast?: boolean}} Server
 */
/** @typedef {{command: string, args: string[]}} Command */

const isRoot = () => process.getuid?.() === 0;
const REDO = ['--loose-innodb-log-file-size=24M', '--loose-innodb-redo-log-capacity=32M'];

/**
 * Where a server puts what it holds for a moment. Not in a folder that servers share: one that starts there takes away
 * the temporary tables of all.
 * @param {string} dir
 */
function temporary(dir) {
  mkdirSync(`${dir}/tmp`, { recursive: true, mode: 0o700 });
  return `${dir}/tmp`;
}

/** Options that both the making and the running of a data folder take. @param {Engine} engine @param {string} dir */
const common = (engine, dir) => [
  ...(engine.wrapped ? [] : ['--no-defaults']),
  `--datadir=${dir}/data`,
  ...(isRoot() ? ['--user=root'] : []),
];

/** Whether a data folder is there that was never finished: it can hold nothing. @param {string} dir */
export const isHalfMade = (dir) => existsSync(dir) && !existsSync(`${dir}/ready`);

/**
 * Creates a data folder, unless it is there. A folder without the stamp of completion is made anew.
 * @param {Engine} engine @param {string} dir @returns {boolean} whether it was made now
 */
export function initialise(engine, dir) {
  if (existsSync(`${dir}/ready`)) {
    const kind = readFileSync(`${dir}/ready`, 'utf8').split(' ')[0];
    if (kind === engine.kind) return false;
    throw new SetupError(
      'DATA_OF_OTHER_ENGINE',
      `${dir} was made by ${kind}, but ${engine.path} is ${engine.kind}`,
      `point MYSQLD at a ${kind} server, or start from empty data: npm start -- --fresh`,
    );
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const beside = engine.path.slice(0, engine.path.lastIndexOf('/'));
  const installer = find(
    ['mariadb-install-db', 'mysql_install_db'],
    [beside, `${beside}/../bin`, `${beside}/../scripts`],
  );
  const [command, args] =
    engine.kind === 'mariadb'
      ? [installer ?? 'mariadb-install-db', [...common(engine, dir), '--skip-test-db', ...REDO]]
      : [engine.path, [...common(engine, dir), '--initialize-insecure', ...REDO]];
  const env = { ...process.env, TMPDIR: temporary(dir) };
  const made = spawnSync(command, args, { encoding: 'utf8', env });
  if (made.status !== 0) {
    const output = (made.stderr || made.stdout || String(made.error))
      .trim()
      .split('\n')
      .slice(-3)
      .join(' | ');
    throw new SetupError(
      'DATABASE_INIT_FAILED',
      `${command}: ${output}`,
      'check free disk space and permissions',
    );
  }
  finish(engine, dir);
  return true;
}

/** @param {Engine} engine @param {string} dir */
function finish(engine, dir) {
  writeFileSync(`${dir}/ready`, `${engine.kind} ${engine.version}`);
}

/**
 * Makes a data folder from that of a server which does not run, as a replica starts from its primary.
 * @param {Engine} engine @param {string} from @param {string} to
 */
export function cloneData(engine, from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const copied = spawnSync('cp', ['-a', '--reflink=auto', '--sparse=always', `${from}/data`, `${to}/data`]);
  if (copied.status !== 0) cpSync(`${from}/data`, `${to}/data`, { recursive: true });
  // auto.cnf is the identity of a MySQL server.
  for (const own of ['auto.cnf', 's.sock', 'pid']) rmSync(`${to}/data/${own}`, { force: true });
  finish(engine, to);
}

/** @param {Server} server @returns {string[]} */
function engineOptions({ engine, role }) {
  const primary = role === 'primary';
  if (engine.kind === 'mariadb') {
    return [
      '--gtid-strict-mode=1',
      '--session-track-system-variables=autocommit,character_set_client,character_set_connection,character_set_results,time_zone,last_gtid',
      ...(primary
        ? ['--rpl-semi-sync-master-enabled=1', '--rpl-semi-sync-master-timeout=1000']
        : ['--rpl-semi-sync-slave-enabled=1']),
    ];
  }
  const [major = 0, minor = 0, patch = 0] = engine.version.split('.').map(Number);
  const renamed = major > 8 || minor > 0 || patch >= 26;
  const side = primary ? (renamed ? 'source' : 'master') : renamed ? 'replica' : 'slave';
  return [
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    '--session-track-gtids=OWN_GTID',
    '--mysqlx=OFF',
    '--loose-log-bin-trust-function-creators=1',
    `--plugin-load-add=semisync_${side}.so`,
    `--loose-rpl-semi-sync-${side}-enabled=1`,
    ...(primary ? [`--loose-rpl-semi-sync-${side}-timeout=1000`] : []),
  ];
}

/**
 * The command that runs a server. The administrator's account is made by the init file at each start, outside the
 * binary log, so that it needs no SQL client and never replicates.
 * @param {Server} server @returns {Command}
 */
export function databaseCommand(server) {
  const { engine, dir, port, role, adminPassword, fast } = server;
  const safe = role === 'primary' && !fast;
  const init = [
    'SET SESSION sql_log_bin = 0;',
    `CREATE USER IF NOT EXISTS '${ADMIN}'@'127.0.0.1' IDENTIFIED BY '${adminPassword}';`,
    `ALTER USER '${ADMIN}'@'127.0.0.1' IDENTIFIED BY '${adminPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${ADMIN}'@'127.0.0.1' WITH GRANT OPTION;`,
    ...(engine.kind === 'mysql' ? [`ALTER USER 'root'@'localhost' IDENTIFIED BY '${adminPassword}';`] : []),
  ];
  writeFileSync(`${dir}/init.sql`, `${init.join('\n')}\n`, { mode: 0o600 });
  const args = [
    ...common(engine, dir),
    `--init-file=${dir}/init.sql`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    // Relative to the data folder: a socket's path may have 107 characters only.
    '--socket=s.sock',
    '--pid-file=pid',
    `--tmpdir=${temporary(dir)}`,
    `--server-id=${role === 'primary' ? 1 : 2}`,
    '--log-bin=binlog',
    '--binlog-format=ROW',
    '--binlog-expire-logs-seconds=604800',
    '--relay-log=relay',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_520_ci',
    '--default-time-zone=+00:00',
    '--innodb-buffer-pool-size=64M',
    ...REDO,
    '--performance-schema=OFF',
    `--innodb-flush-log-at-trx-commit=${safe ? 1 : fast ? 0 : 2}`,
    `--sync-binlog=${safe ? 1 : 0}`,
    '--max-connections=400',
    '--skip-name-resolve',
    ...(fast ? ['--skip-innodb-doublewrite'] : []),
    ...(role === 'replica' ? ['--read-only=1'] : []),
    ...engineOptions(server),
  ];
  return { command: engine.path, args };
}

/** @param {string} program redis-server @param {{dir: string, port: number}} place @returns {Command} */
export function redisCommand(program, { dir, port }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const network = ['--port', String(port), '--bind', '127.0.0.1'];
  const durable = ['--dir', dir, '--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  return { command: program, args: [...network, ...durable, '--maxmemory-policy', 'noeviction'] };
}
