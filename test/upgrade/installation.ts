import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createConnection } from 'mysql2/promise';
import { loadDump } from '../../shared/backup/schema-load.ts';
import { type Servers, startServers } from '../testkit/servers.ts';

export interface OldInstallation {
  readonly servers: Servers;
  /** Its data folder, with the secrets that its encrypted data was written with. */
  readonly dir: string;
  /** With which the launcher runs the platform on these servers. */
  readonly env: Record<string, string>;
}

/** Database servers that hold the data of an old release, on the engine that is tested. @param version such as `0.1` */
export async function oldInstallation(version: string): Promise<OldInstallation> {
  const engine = process.env.YEY_TEST_MYSQLD ? 'mysql' : 'mariadb';
  const servers = await startServers();
  const dir = mkdtempSync(`${tmpdir()}/yey-upgrade-`);
  copyFileSync(`test/upgrade/${version}/${engine}.secrets.json`, `${dir}/secrets.json`);
  const sql = spawnSync('npm', ['start', '--silent', '--', 'sql'], {
    env: { ...process.env, YEY_DATA_DIR: dir },
    encoding: 'utf8',
  });
  const admin = await createConnection({
    host: '127.0.0.1',
    port: servers.primary,
    user: 'yey_admin',
    password: servers.adminPassword,
    multipleStatements: true,
  });
  await admin.query(sql.stdout);
  await loadDump(admin, `test/upgrade/${version}/${engine}.sql.gz`);
  await admin.end();
  const database = `mysql://127.0.0.1:${servers.primary}`;
  // The demo data is there already; what a newer release fills in is not what is tried.
  const seeded = { users: database, care: database, pharmacy: database, stats: database };
  writeFileSync(`${dir}/state.json`, JSON.stringify({ seeded }));
  const [redis] = servers.redis;
  return {
    servers,
    dir,
    env: {
      DATABASE_URL: database,
      DATABASE_REPLICA_URLS: `mysql://127.0.0.1:${servers.replica}`,
      REDIS_STATE_URL: `redis://127.0.0.1:${redis}/0`,
    },
  };
}
