import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { QUEUE_PREFIX, runsKey } from '../../shared/jobs/jobs.ts';
import { ask } from '../testkit/client.ts';
import { clockOfProcesses, type ClockOfProcesses } from '../testkit/clock.ts';
import { demoAccounts, environmentOf, type Platform, startPlatform, until } from '../testkit/platform.ts';

const HOUR = 3_600_000;
/** Jobs that run at least so often are waited for. */
const FREQUENT_MS = 15_000;
const SUBGRAPHS = ['users', 'care', 'pharmacy', 'stats'];
const SEND = `mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq } }`;
const consultationId = stableId('con', 'demo-consultation-01');

let clock: ClockOfProcesses;
let platform: Platform;
let token: string;

beforeAll(async () => {
  clock = clockOfProcesses();
  platform = await startPlatform(clock.env);
  token = demoAccounts(platform.dir).find((each) => each.name === '李晓梅')?.token ?? '';
}, 200_000);
afterAll(async () => {
  await platform.stop();
  clock.drop();
});

const send = () =>
  ask(
    SEND,
    { input: { consultationId, body: 'hello', idempotencyKey: randomUUID() } },
    { url: platform.url, token },
  );

/** What `verify-audit` of each subgraph ends with. */
async function verifyAudit(): Promise<string[]> {
  const env = { ...process.env, ...environmentOf(platform.dir), LOG_LEVEL: 'error', SQL_LOG_LEVEL: 'silent' };
  const verify = (name: string) =>
    new Promise<string>((resolve) => {
      execFile(
        process.execPath,
        [`dist/bundle/${name}.js`, 'verify-audit'],
        { env },
        (error, stdout, stderr) => resolve(`${error === null ? 'passed' : 'failed'}: ${stdout}${stderr}`),
      );
    });
  const said: string[] = [];
  for (const name of SUBGRAPHS) said.push(await verify(name));
  return said;
}

/** Waits until every entry is chained: one that is not yet is no problem to `verify-audit` for a minute. */
async function untilAllIsChained(timeoutMs: number): Promise<void> {
  let said: string[] = [];
  const isChained = (each: string) =>
    each.startsWith('passed') && each.includes(' 0 not sealed yet, 0 problems');
  await until(async () => (said = await verifyAudit()).every(isChained), timeoutMs).catch(
    (error: unknown) => {
      throw new Error(said.join(''), { cause: error });
    },
  );
}

/** How often the jobs of each subgraph were run that run every few seconds. */
async function runs(): Promise<Record<string, number>> {
  const redis = new Redis(environmentOf(platform.dir).REDIS_STATE_URL ?? '', { maxRetriesPerRequest: null });
  try {
    const counts: Record<string, number> = {};
    for (const subgraph of SUBGRAPHS) {
      const queue = new Queue(subgraph, { connection: redis, prefix: QUEUE_PREFIX });
      const known = await redis.hgetall(runsKey(subgraph));
      for (const { name, every } of await queue.getJobSchedulers()) {
        if (Number(every) <= FREQUENT_MS) counts[`${subgraph}.${name}`] = Number(known[name] ?? 0);
      }
      await queue.close();
    }
    return counts;
  } finally {
    redis.disconnect();
  }
}

/** Waits until each of them has run again. @param before how often they had run */
async function untilJobsRun(before: Record<string, number>, timeoutMs: number): Promise<void> {
  expect(Object.keys(before).length).toBeGreaterThan(5);
  await until(async () => {
    const now = await runs();
    return Object.entries(before).every(([job, count]) => (now[job] ?? 0) > count);
  }, timeoutMs);
}

test('an hour ahead for fourteen seconds and back stops nothing, hides nothing and loses nothing', async () => {
  // Each has run once, so that their schedules stand.
  await until(async () => {
    const counts = Object.values(await runs());
    return counts.length > 5 && counts.every((count) => count > 0);
  }, 60_000);
  clock.step(HOUR);
  const steppedAt = performance.now();
  const careUrl = new URL('/readyz', environmentOf(platform.dir).CARE_URL);
  await until(async () => (await (await fetch(careUrl)).text()).includes('stepped'));
  while (performance.now() - steppedAt < 14_000) {
    expect((await send()).errors).toEqual([]);
    await delay(500);
  }
  clock.step(0);
  expect((await send()).errors).toEqual([]);
  await Promise.all([untilJobsRun(await runs(), 60_000), untilAllIsChained(60_000)]);
}, 240_000);

test('a process that begins while its clock is an hour ahead does no harm, and is right again a minute later', async () => {
  const state = JSON.parse(readFileSync(`${platform.dir}/state.json`, 'utf8')) as {
    processes: Record<string, { pid: number }>;
  };
  clock.step(HOUR);
  process.kill(Number(state.processes.care?.pid), 'SIGKILL');
  await until(async () => {
    const { errors } = await send();
    return errors.length === 1 && errors[0]?.extensions.code === 'CLOCK_SKEW';
  }, 60_000);
  const refused = await send();
  expect(refused.errors.map(({ extensions }) => extensions)).toMatchObject([
    { code: 'CLOCK_SKEW', retryable: true },
  ]);
  const ready = await fetch(`${platform.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ waiting: ['care'] });
  clock.step(0);
  // Those of the others go on while care waits for its clock, and then its own do.
  const before = await runs();
  await until(async () => (await send()).errors.length === 0, 120_000);
  await until(async () => (await fetch(`${platform.url}/readyz`)).ok, 30_000);
  await Promise.all([untilJobsRun(before, 60_000), untilAllIsChained(60_000)]);
}, 300_000);
