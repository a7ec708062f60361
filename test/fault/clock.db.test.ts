import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { runsKey } from '../../shared/jobs/jobs.ts';
import { ask } from '../testkit/client.ts';
import { clockOfProcesses, type ClockOfProcesses } from '../testkit/clock.ts';
import { demoAccounts, environmentOf, type Platform, startPlatform, until } from '../testkit/platform.ts';

const HOUR = 3_600_000;
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

/** How often the jobs of each subgraph were run. */
async function runs(): Promise<Record<string, number>> {
  const redis = new Redis(environmentOf(platform.dir).REDIS_STATE_URL ?? '');
  try {
    const counts: Record<string, number> = {};
    for (const subgraph of SUBGRAPHS) {
      for (const [job, count] of Object.entries(await redis.hgetall(runsKey(subgraph)))) {
        counts[`${subgraph}.${job}`] = Number(count);
      }
    }
    return counts;
  } finally {
    redis.disconnect();
  }
}

/** Waits until every job that runs at least once a minute has run again. */
async function untilJobsRun(timeoutMs: number): Promise<void> {
  const before = await runs();
  expect(Object.keys(before).length).toBeGreaterThan(5);
  await until(async () => {
    const now = await runs();
    return FREQUENT.every((job) => (now[job] ?? 0) > (before[job] ?? 0));
  }, timeoutMs);
}
const FREQUENT: string[] = [];

test('an hour ahead for fourteen seconds and back stops nothing, hides nothing and loses nothing', async () => {
  const first = await runs();
  await delay(15_000);
  const second = await runs();
  FREQUENT.push(...Object.keys(second).filter((job) => (second[job] ?? 0) - (first[job] ?? 0) >= 1));
  expect(FREQUENT.length).toBeGreaterThan(2);
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
  await untilJobsRun(60_000);
  await until(async () => (await verifyAudit()).every((said) => said.startsWith('passed')), 60_000);
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
  await until(async () => (await send()).errors.length === 0, 120_000);
  await until(async () => (await fetch(`${platform.url}/readyz`)).ok, 30_000);
  await untilJobsRun(60_000);
  const said = await verifyAudit();
  for (const each of said) expect(each).toContain(' 0 problems');
}, 300_000);
