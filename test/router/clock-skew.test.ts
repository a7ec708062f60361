import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ask } from '../testkit/client.ts';
import { clockOfProcesses, type ClockOfProcesses } from '../testkit/clock.ts';
import { environmentOf, freePort, until } from '../testkit/platform.ts';

const HOUR = 3_600_000;
const children: ChildProcess[] = [];
let clock: ClockOfProcesses;
let router: string;

/** A service of the platform once more, with changes to its environment. */
async function run(name: string, more: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [`dist/bundle/${name}.js`], {
    env: {
      ...process.env,
      ...environmentOf(inject('platformDir')),
      LOG_LEVEL: 'error',
      SQL_LOG_LEVEL: 'silent',
      ...more,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
}

// A router by the right time, before a subgraph by a clock that is an hour ahead.
beforeAll(async () => {
  clock = clockOfProcesses(HOUR);
  const [statsPort, routerPort] = [await freePort(), await freePort()];
  const statsUrl = `http://127.0.0.1:${statsPort}/graphql`;
  await run('stats', { ...clock.env, STATS_PORT: String(statsPort) });
  await run('router', { PORT: String(routerPort), STATS_URL: statsUrl });
  router = `http://127.0.0.1:${routerPort}`;
  await until(async () => (await fetch(new URL('/healthz', statsUrl))).ok, 60_000);
  await until(async () => (await fetch(`${router}/healthz`)).ok, 60_000);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  clock.drop();
});

test('a call that is refused for a clock that differs may be made again', async () => {
  const query = '{ topDrugs(from: "2026-01-01", to: "2026-01-02") { __typename } }';
  const { errors } = await ask(query, {}, { url: router });
  expect(errors.map(({ extensions }) => extensions)).toMatchObject([{ code: 'CLOCK_SKEW', retryable: true }]);
});

test('readiness of the router tells by how much, and names the subgraph', async () => {
  const response = await fetch(`${router}/readyz`);
  const { waiting, clocks } = (await response.json()) as {
    waiting: string[];
    clocks: Record<string, number>;
  };
  expect(response.status).toBe(503);
  expect(waiting).toEqual(['stats']);
  expect(clocks.stats).toBeGreaterThan(HOUR - 10_000);
  expect(clocks.stats).toBeLessThan(HOUR + 10_000);
  expect(Math.abs(clocks.users ?? Infinity)).toBeLessThan(1000);
});
