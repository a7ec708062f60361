import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { walk } from '../journey/walk.ts';
import {
  demoAccounts,
  environmentOf,
  launcherEnvironment,
  type Platform,
  startPlatform,
  until,
} from '../testkit/platform.ts';

/** What a caller may be told while a part is gone. */
const CLEAR = new Set([
  'NETWORK',
  'UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'CONFLICT_RETRY',
  'DEADLINE_EXCEEDED',
]);

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
}, 120_000);
afterAll(() => platform.stop());

interface State {
  readonly processes: Record<string, { pid: number }>;
}
const state = () => JSON.parse(readFileSync(`${platform.dir}/state.json`, 'utf8')) as State;
const env = () => environmentOf(platform.dir);

/** Walks the journey with a patient client while `disturb` breaks something at each step. */
async function walkThrough(disturb: (step: number) => Promise<void>): Promise<void> {
  const lines: string[] = [];
  const troubles = new Set<string>();
  await walk(
    { url: platform.url, sandboxUrl: env().SANDBOX_URL ?? '', accounts: demoAccounts(platform.dir) },
    {
      say: (line) => lines.push(line),
      patienceMs: 30_000,
      // The login itself comes first: its code is used up even when the answer is lost, as it must be.
      onStep: (step) => (step > 1 ? disturb(step) : Promise.resolve()),
      onTrouble: (code) => troubles.add(code),
    },
  ).catch((error: unknown) => {
    throw new Error(lines.slice(-15).join('\n'), { cause: error });
  });
  expect([...troubles].filter((code) => !CLEAR.has(code))).toEqual([]);
}

async function query(sql: string): Promise<RowDataPacket[]> {
  const { DATABASE_URL = '', ADMIN_DB_PASSWORD = '' } = env();
  const { port } = new URL(DATABASE_URL);
  const login = { host: '127.0.0.1', port: Number(port), user: 'yey_admin', password: ADMIN_DB_PASSWORD };
  const admin = await createConnection(login);
  try {
    const [rows] = await admin.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await admin.end();
  }
}

/** Nothing is half written: facts are numbered without gap and all read, the audit chains hold, stock adds up. */
async function expectWhole(): Promise<void> {
  await until(async () => (await fetch(`${platform.url}/readyz`)).ok, 30_000);
  for (const name of ['users', 'care', 'pharmacy', 'stats']) {
    await until(async () => {
      const [row] = await query(`SELECT COUNT(*) AS n FROM yey_${name}.outbox_event WHERE seq IS NULL`);
      return Number(row?.n) === 0;
    }, 20_000);
    const [row] = await query(
      `SELECT COUNT(*) AS n, COALESCE(MAX(seq), 0) AS last FROM yey_${name}.outbox_event`,
    );
    expect(Number(row?.n), `${name} numbers its facts without gap`).toBe(Number(row?.last));
  }
  for (const [consumer, producer] of [
    ['care', 'pharmacy'],
    ['pharmacy', 'care'],
    ['stats', 'care'],
    ['stats', 'pharmacy'],
  ]) {
    await until(async () => {
      const [cursor] = await query(
        `SELECT seq FROM yey_${consumer}.event_cursor WHERE producer = '${producer}'`,
      );
      const [last] = await query(`SELECT MAX(seq) AS seq FROM yey_${producer}.outbox_event`);
      return Number(cursor?.seq) === Number(last?.seq);
    }, 20_000);
  }
  const broken = await query(
    `SELECT id FROM yey_pharmacy.batch
     WHERE available < 0 OR held < 0 OR available + held + sold <> received - written_off`,
  );
  expect(broken).toEqual([]);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['deploy/local/index.mjs', 'run', 'all', 'verify-audit'],
    { env: launcherEnvironment(platform.dir, Number(new URL(platform.url).port)), encoding: 'utf8' },
  );
  expect(stderr + stdout).not.toContain('AUDIT_BROKEN');
  expect(status).toBe(0);
}

/** Each engine has an order of its own: a walk takes the better part of a minute. */
const ORDERS = [
  ['care', 'primary', 'pharmacy', 'redis', 'users', 'replica', 'router', 'stats'],
  ['pharmacy', 'users', 'router', 'care', 'replica', 'primary', 'stats', 'redis'],
];

test.each([[ORDERS[process.env.YEY_TEST_MYSQLD === undefined ? 0 : 1] ?? []]])(
  'the journey comes to its end though at each step another part is killed: %j',
  async (victims) => {
    const killed = new Set<string>();
    await walkThrough(async (step) => {
      const name = victims[step % victims.length] ?? '';
      const pid = state().processes[name]?.pid;
      if (pid === undefined) return;
      process.kill(pid, 'SIGKILL');
      killed.add(name);
    });
    expect([...killed].toSorted()).toEqual(victims.toSorted());
    await expectWhole();
  },
  240_000,
);

test('Redis emptied at each step loses no event, no stock and no right', async () => {
  const redis = new Redis(env().REDIS_STATE_URL ?? '');
  try {
    await walkThrough(async () => {
      await redis.flushall();
    });
  } finally {
    redis.disconnect();
  }
  await expectWhole();
}, 180_000);
