import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, data } from '../testkit/client.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import { readAttachment, uploadAttachment } from '../testkit/attachments.ts';
import { freePort, launcherEnvironment, startPlatform, until } from '../testkit/platform.ts';
import { type S3Server, startS3Server } from '../testkit/s3-server.ts';
import { pdf } from '../testkit/sample-files.ts';
import { type Servers, startServers } from '../testkit/servers.ts';

const SPANNING = '{ doctors(first: 2) { edges { node { name hospital { name } } } } }';

let servers: Servers;
let s3: S3Server;
let dir: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  servers = await startServers();
  const keys = { accessKeyId: 'of-the-test', secretAccessKey: 'secret-of-the-test' };
  s3 = await startS3Server('yey-files', keys);
  dir = mkdtempSync(`${tmpdir()}/yey-existing-`);
  const [state, cache, ofUsers] = servers.redis;
  env = {
    DATABASE_URL: `mysql://127.0.0.1:${servers.primary}`,
    DATABASE_REPLICA_URLS: `mysql://127.0.0.1:${servers.replica}`,
    REDIS_STATE_URL: `redis://127.0.0.1:${state}/0`,
    REDIS_CACHE_URL: `redis://127.0.0.1:${cache}/0`,
    USERS_REDIS_STATE_URL: `redis://127.0.0.1:${ofUsers}/0`,
    S3_ENDPOINT: s3.url,
    S3_BUCKET: 'yey-files',
    S3_ACCESS_KEY_ID: keys.accessKeyId,
    S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}, 120_000);
afterAll(async () => {
  await servers.stop();
  await s3.close();
  rmSync(dir, { recursive: true, force: true });
});

async function asAdmin<T>(statement: string, port = servers.primary): Promise<T[]> {
  const login = { user: 'yey_admin', password: servers.adminPassword };
  const admin = await createConnection({ host: '127.0.0.1', port, ...login, multipleStatements: true });
  try {
    const [rows] = await admin.query(statement);
    return rows as T[];
  } finally {
    await admin.end();
  }
}

/** How many other connections a Redis has. */
async function visitors(port: number): Promise<number> {
  const redis = new Redis(port, '127.0.0.1');
  try {
    return Number(/connected_clients:(\d+)/.exec(await redis.info('clients'))?.[1]) - 1;
  } finally {
    redis.disconnect();
  }
}

/** What `npm start -- sql` prints, with the passwords of a data folder. */
function printedSql(folder: string): string {
  const { stdout, status } = spawnSync('npm', ['start', '--silent', '--', 'sql'], {
    env: { ...process.env, YEY_DATA_DIR: folder },
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return stdout;
}

describe("servers of one's own", () => {
  test('that do not know our accounts are told with the remedy, and nothing is left running', async () => {
    const own = mkdtempSync(`${tmpdir()}/yey-existing-`);
    const { status, stderr } = spawnSync(process.execPath, ['deploy/local/index.mjs'], {
      env: launcherEnvironment(own, await freePort(), env),
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^ACCOUNTS_MISSING: yey_users cannot log in at .*\nremedy: .*npm start -- sql/m);
    expect(status).toBe(1);
    rmSync(own, { recursive: true });
  }, 60_000);

  test('carry the whole platform after the printed SQL, and nothing private is run', async () => {
    const statements = printedSql(dir);
    await asAdmin(statements);
    // It may run any number of times.
    await asAdmin(statements);
    const platform = await startPlatform(env, dir);
    try {
      const { doctors } = (await data(SPANNING, {}, platform)) as { doctors: { edges: object[] } };
      expect(doctors.edges).toHaveLength(2);
      const { accountId } = await logInAnew(newPhone(), platform);
      const rows = await asAdmin(`SELECT id FROM yey_users.account WHERE id = '${accountId}'`);
      expect(rows).toEqual([{ id: accountId }]);
      await uploadAttachment(platform.url, dir, pdf);
      expect((await readAttachment(platform.url, dir)).equals(pdf)).toBe(true);
      expect(s3.objects.size).toBe(1);
      const readers = await asAdmin<{ User: string }>('SHOW PROCESSLIST', servers.replica);
      const users = new Set(readers.map(({ User }) => User));
      for (const name of ['yey_users_ro', 'yey_care_ro']) expect(users).toContain(name);
      for (const port of servers.redis) expect(await visitors(port)).toBeGreaterThan(0);
      for (const name of ['primary', 'replica', 'redis'])
        expect(existsSync(`${dir}/${name}`), name).toBe(false);
      const { processes } = JSON.parse(readFileSync(`${dir}/state.json`, 'utf8')) as { processes: object };
      expect(Object.keys(processes).sort()).toEqual([
        'care',
        'pharmacy',
        'router',
        'sandbox',
        'stats',
        'users',
      ]);
    } finally {
      const began = performance.now();
      await platform.stop();
      // Each service ends by itself, long before it would be ended by force.
      expect(performance.now() - began).toBeLessThan(15_000);
    }
    // They are not ours to end.
    expect(await asAdmin('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    for (const port of servers.redis) await until(async () => (await visitors(port)) === 0);
  }, 180_000);

  test('serve in production without demo accounts, demo data, sandbox and introspection', async () => {
    const own = mkdtempSync(`${tmpdir()}/yey-existing-`);
    await asAdmin('DROP DATABASE IF EXISTS yey_care; DROP DATABASE IF EXISTS yey_care_audit');
    await asAdmin(printedSql(own));
    const platform = await startPlatform({ ...env, YEY_MODE: 'production' }, own);
    try {
      const { hospitals } = (await data(
        '{ hospitals(first: 5) { edges { node { id } } } }',
        {},
        platform,
      )) as {
        hospitals: { edges: object[] };
      };
      expect(hospitals.edges).toEqual([]);
      expect(existsSync(`${own}/demo.json`)).toBe(false);
      const { processes } = JSON.parse(readFileSync(`${own}/state.json`, 'utf8')) as { processes: object };
      expect(Object.keys(processes)).not.toContain('sandbox');
      expect((await fetch(`${platform.url}/explorer/accounts`)).status).toBe(404);
      const introspection = await ask('{ __schema { types { name } } }', {}, platform);
      expect(introspection.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    } finally {
      await platform.stop();
    }
  }, 180_000);
});
