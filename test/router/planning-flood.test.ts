import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { planningLimits, planningVariables } from '../../router/planning/planning-config.ts';
import { PlanStore } from '../../router/planning/plan-store.ts';
import { RegisteredOperations } from '../../router/registered-operations.ts';
import { type FakedPlatform, startFakedPlatform } from '../testkit/own-supergraph.ts';
import { doubledChain } from './cost/killers.ts';

const PLACES = 40;
const DEADLINE_MS = '20000';
/** Within all limits. */
const legal = (name: string) => `query ${name} ${doubledChain(3, 'doctor { name } patient { name }')}`;

let platform: FakedPlatform;
beforeAll(async () => {
  platform = await startFakedPlatform({
    PLANNING_THREADS: '1',
    PLANNING_DEADLINE_MS: DEADLINE_MS,
    PLANNING_MAX_WAITING_PER_CALLER: String(PLACES),
    PLANNING_FREE_MS: '0',
    TRUSTED_PROXIES: '127.0.0.1',
  });
});
afterAll(() => platform.stop());

async function ask(query: string, ip: string) {
  const response = await fetch(`${platform.router.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, error: errors?.[0]?.extensions, headers: response.headers };
}

test('an address that floods with new operations has so many places, and keeps nobody else from a plan', async () => {
  const flooder = '198.51.100.7';
  const ended: string[] = [];
  const flood = Array.from({ length: 3 * PLACES }, async (_, each) => {
    const { error, status } = await ask(legal(`Flood${each}`), flooder);
    const isOver = error?.code === 'TOO_MANY_NEW_OPERATIONS';
    if (isOver)
      expect({ status, error }).toMatchObject({ status: 429, error: { params: { limit: PLACES } } });
    ended.push(error?.code ?? 'planned');
  });
  const planned = () => ended.filter((code) => code === 'planned').length;
  await Promise.race(flood);
  const before = planned();
  expect((await ask('query Other { me { displayName } }', '203.0.113.9')).error).toBeUndefined();
  console.log(`${planned() - before} of the flood were planned before the operation of another address was`);
  expect(planned()).toBeLessThan(PLACES / 2);
  await Promise.all(flood);
  expect(ended).toHaveLength(3 * PLACES);
  expect(ended.filter((code) => code === 'TOO_MANY_NEW_OPERATIONS').length).toBeGreaterThan(PLACES / 2);
  expect(planned()).toBeGreaterThan(PLACES / 2);
}, 90_000);

test('what planning takes costs the address that asks', async () => {
  const left = async (query: string) => {
    const { headers } = await ask(query, '198.51.100.8');
    return Number(/"address-cost";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
  };
  const query = legal('Dear');
  const first = await left(query);
  const second = await left(query);
  const third = await left(query);
  // The first time it was planned, after it was counted.
  expect(first - second).toBeGreaterThan(second - third + 100);
});

test('plans of strangers drive out none of the manifest', async () => {
  const dir = mkdtempSync(`${tmpdir()}/yey-operations-`);
  const body = 'query Registered { me { id displayName } }';
  const operations = [
    { id: createHash('sha256').update(body).digest('hex'), name: 'Registered', type: 'query', body },
  ];
  const file = `${dir}/operations.json`;
  writeFileSync(file, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
  const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
  const given = { PLANNING_CACHE_MB: '1', PLANNING_DEADLINE_MS: DEADLINE_MS };
  const limits = planningLimits(z.object(planningVariables).parse(given));
  const store = new PlanStore(sdl, RegisteredOperations.load({ file, onlyRegistered: false }), limits);
  const plan = (source: string, key = 'stranger') =>
    store.planOf({ source, operationName: undefined }, { key, took: () => undefined });
  try {
    const registered = await plan(body);
    const early = await plan('query Early { me { id } }');
    // Thirty of more than 40,000 bytes each, in a cache of a million.
    const long = (each: number) => `{ patient(id: "${String(each).padStart(20_000, '0')}") { id } }`;
    for (let each = 0; each < 30; each += 1) await plan(long(each));
    expect(await plan('query Early { me { id } }')).not.toBe(early);
    expect(await plan(body)).toBe(registered);
  } finally {
    store.close();
    rmSync(dir, { recursive: true });
  }
}, 90_000);

test('so many wait for the plan of one document, also when they are of many addresses', async () => {
  const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
  const limits = planningLimits(z.object(planningVariables).parse({}));
  const none = RegisteredOperations.load({ file: undefined, onlyRegistered: false });
  const store = new PlanStore(sdl, none, limits);
  const job = { source: '{ me { id } }', operationName: undefined };
  const all = await Promise.allSettled(
    Array.from({ length: 300 }, (_, key) => store.planOf(job, { key: String(key), took: () => undefined })),
  );
  store.close();
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(200);
  expect(all.at(-1)).toMatchObject({ reason: { code: 'UNAVAILABLE', params: { service: 'planning' } } });
});
