import { randomInt } from 'node:crypto';
import { rmSync, mkdtempSync } from 'node:fs';
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { currentRequest } from '../../shared/context/request-context.ts';
import { Jobs } from '../../shared/jobs/jobs.ts';
import { freePort, until } from '../testkit/platform.ts';

let redis: ChildProcess;
let dir: string;
let url: string;
let client: Redis;
let open: Jobs[];
let name: string;

// A Redis of its own: the tests empty it.
beforeEach(async () => {
  dir = mkdtempSync(`${tmpdir()}/yey-jobs-`);
  const port = await freePort();
  redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''], {
    stdio: 'ignore',
  });
  url = `redis://127.0.0.1:${port}/0`;
  client = new Redis(url, { maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  open = [];
  name = `test${randomInt(1_000_000)}`;
});
afterEach(async () => {
  await Promise.all(open.map((jobs) => jobs.close()));
  client.disconnect();
  redis.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A tenth of what it is, so that the watchdog is not waited for. */
const PACE = { lookMs: 500, graceMs: 1000 };

function start(everyMs: number, work: () => Promise<unknown>): Jobs {
  const jobs = new Jobs(name, url, undefined, PACE);
  jobs.every('look', everyMs, work);
  jobs.start();
  open.push(jobs);
  return jobs;
}

test('a job runs again and again, each run with a request id of its own', async () => {
  const requests: (string | undefined)[] = [];
  start(100, async () => requests.push(currentRequest()?.requestId));
  await until(() => requests.length >= 3);
  expect(new Set(requests).size).toBe(requests.length);
  expect(requests).not.toContain(undefined);
});

test('a run that fails does not end the job', async () => {
  let runs = 0;
  start(100, async () => {
    runs += 1;
    throw new Error('no');
  });
  await until(() => runs >= 3);
});

test('a Redis that was emptied gets its schedules back', async () => {
  let runs = 0;
  start(200, async () => (runs += 1));
  await until(() => runs >= 1);
  await client.flushall();
  const before = runs;
  await until(() => runs >= before + 3, 15_000);
});

test('of two processes one does each run', async () => {
  const runs: { at: number; by: number }[] = [];
  const begun = Date.now();
  for (const by of [1, 2]) start(200, async () => runs.push({ at: Date.now(), by }));
  await until(() => runs.length >= 12, 15_000);
  const elapsed = Date.now() - begun;
  // Two processes that both did each run would have made twice as many.
  expect(runs.length).toBeLessThanOrEqual(elapsed / 200 + 3);
});

test('when the process that did the runs is gone, another one goes on', async () => {
  let first = 0;
  let second = 0;
  const one = start(100, async () => (first += 1));
  start(100, async () => (second += 1));
  await until(() => first + second >= 2);
  await one.close();
  const before = second;
  await until(() => second >= before + 3);
});

test('closing does not wait for a Redis that is gone', async () => {
  let runs = 0;
  const jobs = start(100, async () => (runs += 1));
  await until(() => runs >= 1);
  redis.kill('SIGKILL');
  const begun = Date.now();
  await jobs.close();
  expect(Date.now() - begun).toBeLessThan(5000);
});

test('a clock that was an hour ahead for a moment holds up no job', async () => {
  let runs = 0;
  start(200, async () => (runs += 1));
  await until(() => runs >= 2);
  const real = Date.now;
  const ahead = vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  try {
    const before = runs;
    await until(() => runs > before);
  } finally {
    ahead.mockRestore();
  }
  const before = runs;
  await until(() => runs >= before + 3, 15_000);
});

test('a job whose next run was lost is run again', async () => {
  let runs = 0;
  start(200, async () => (runs += 1));
  await until(() => runs >= 2);
  // Its next run is gone, and the schedule looks as if it were there.
  const keys = await client.keys(`*:${name}:delayed`);
  await until(async () => (await client.del(...keys)) > 0);
  const before = runs;
  await until(() => runs >= before + 3, 30_000);
});

test('a process whose clock is far off runs no job until it is right', async () => {
  let isRight = false;
  let runs = 0;
  const jobs = new Jobs(name, url, () => isRight, PACE);
  jobs.every('look', 100, async () => (runs += 1));
  jobs.start();
  open.push(jobs);
  let others = 0;
  start(100, async () => (others += 1));
  await until(() => others >= 5);
  expect(runs).toBe(0);
  isRight = true;
  await until(() => runs >= 1, 15_000);
});
