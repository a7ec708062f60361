import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakedPlatform, startFakedPlatform } from '../testkit/own-supergraph.ts';
import { until } from '../testkit/platform.ts';
import { doubledChain } from './cost/killers.ts';

const DEADLINE_MS = 400;
const MORE = 'doctor { name } patient { name }';
const REGISTERED = 'query Registered { me { id displayName } }';

let platform: FakedPlatform;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(`${tmpdir()}/yey-operations-`);
  const id = createHash('sha256').update(REGISTERED).digest('hex');
  const operations = [{ id, name: 'Registered', type: 'query', body: REGISTERED }];
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  writeFileSync(`${dir}/operations.json`, JSON.stringify(manifest));
  // Limits that let through what the planner can't do in time: whatever the counts are, some such operations remain.
  platform = await startFakedPlatform({
    DOCUMENT_MAX_LENGTH: '1000000',
    OPERATION_MAX_TOKENS: '1000000',
    OPERATION_MAX_ALIASES: '1000000',
    OPERATION_MAX_SELECTIONS: '1000000',
    OPERATION_MAX_COST: '10000000',
    PLANNING_THREADS: '1',
    PLANNING_DEADLINE_MS: String(DEADLINE_MS),
    OPERATIONS_FILE: `${dir}/operations.json`,
  });
});
afterAll(async () => {
  await platform.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function ask(query: string, variables: object = {}) {
  const began = performance.now();
  const response = await fetch(`${platform.router.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: unknown; errors?: { extensions: object }[] };
  return { ...body, status: response.status, ms: performance.now() - began };
}

test('an operation that takes too long to plan is refused and remembered, while the router goes on', async () => {
  let others = 0;
  const asking = { isOver: false };
  const loop = (async () => {
    while (!asking.isOver) {
      await fetch(`${platform.router.url}/healthz`);
      if (!asking.isOver) others += 1;
    }
  })();
  const killer = doubledChain(10, MORE);
  const first = await ask(killer);
  asking.isOver = true;
  await loop;
  expect(others).toBeGreaterThan(2);
  expect(first.status).toBe(400);
  expect(first.errors).toMatchObject([
    { extensions: { code: 'OPERATION_TOO_COMPLEX', params: { limit: 'planningMs', value: DEADLINE_MS } } },
  ]);
  const second = await ask(killer);
  expect(second.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }]);
  // It was not tried again.
  expect(second.ms).toBeLessThan(DEADLINE_MS);
  console.log(
    `refused after ${first.ms.toFixed(0)} ms, then ${second.ms.toFixed(0)}; ${others} others meanwhile`,
  );
});

test('experiments that fill all threads delay no registered operation', async () => {
  const experiments = Array.from({ length: 4 }, (_, each) =>
    ask(`query Experiment${each} ${doubledChain(10, MORE)}`),
  );
  const registered = await ask(REGISTERED);
  expect(registered.data).toEqual({ me: null });
  const refused = await Promise.all(experiments);
  for (const { errors } of refused) {
    expect(errors).toMatchObject([
      { extensions: { code: expect.stringMatching(/TOO_COMPLEX|UNAVAILABLE/) } },
    ]);
  }
  expect(Math.max(...refused.map(({ ms }) => ms))).toBeGreaterThan(registered.ms);
});

test('afterwards others are planned again', async () => {
  let asked = 0;
  // One that is refused while the machine is busy stays refused.
  const after = () => ask(`query After${(asked += 1)} { me { displayName } }`);
  await until(async () => (await after()).errors === undefined, 30_000);
}, 40_000);

test('variables are validated before anything is asked', async () => {
  const calls = platform.calls();
  const { status, errors } = await ask('query Q($id: ID!) { patient(id: $id) { id } }', { id: { no: 1 } });
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(platform.calls()).toBe(calls);
});
