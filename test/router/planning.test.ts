import { readFileSync } from 'node:fs';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlannerPool } from '../../router/planning/planner-pool.ts';
import { doubledChain } from './cost/killers.ts';
import { examples } from '../../router/explorer/client/examples.ts';

const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
const LONG_MS = 60_000;
const SIZE = { threads: 1, memoryMb: 256, places: { inAll: 200, perKey: 20 } };
const CALLER = 'somebody';

let pool: PlannerPool;
beforeAll(async () => {
  pool = new PlannerPool(sdl, SIZE);
  await pool.ready();
});
afterAll(() => pool.close());

test('a thread plans as the planner itself does', async () => {
  const supergraph = Supergraph.build(sdl);
  const planner = new QueryPlanner(supergraph);
  for (const { query } of examples) {
    const outcome = await pool.plan({ source: query, operationName: undefined }, LONG_MS, CALLER);
    if (outcome.kind !== 'planned') throw new Error(JSON.stringify(outcome));
    const here = planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(query)));
    expect(JSON.parse(outcome.plan)).toEqual(JSON.parse(JSON.stringify(here)));
    expect(outcome.plan).not.toContain('operationDocumentNode');
  }
});

test('a thread that misses its deadline is ended and another takes its place, while here nothing waits', async () => {
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 10);
  const began = performance.now();
  const killer = doubledChain(9, 'doctor { name } patient { name }');
  const outcome = await pool.plan({ source: killer, operationName: undefined }, 300, CALLER);
  const took = performance.now() - began;
  clearInterval(ticking);
  expect(outcome).toMatchObject({ kind: 'gaveUp', limit: 'planningMs', value: 300 });
  expect(ticks).toBeGreaterThan(3);
  console.log(`ended ${(took - 300).toFixed(0)} ms after its deadline, with ${ticks} ticks here meanwhile`);
  const next = await pool.plan({ source: '{ me { id } }', operationName: undefined }, LONG_MS, CALLER);
  expect(next.kind).toBe('planned');
});

test.each([
  ['many callers', 'UNAVAILABLE', (at: number) => String(at), 200],
  ['one caller', 'TOO_MANY_NEW_OPERATIONS', () => CALLER, 20],
])(
  'more operations than may wait are refused at once, as something that may come right: of %s',
  async (_who, code, callerOf, most) => {
    const flooded = new PlannerPool(sdl, SIZE);
    await flooded.ready();
    const job = { source: '{ me { id } }', operationName: undefined };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, (_, at) => flooded.plan(job, LONG_MS, callerOf(at))),
    );
    flooded.close();
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    // One is under way at once.
    expect(refused).toHaveLength(300 - most - 1);
    for (const each of refused) expect(each).toMatchObject({ reason: { code } });
  },
);

test('a pool that is closed still answers who waits', async () => {
  const closing = new PlannerPool(sdl, SIZE);
  await closing.ready();
  const asked = closing.plan({ source: '{ me { id } }', operationName: undefined }, LONG_MS, CALLER);
  closing.close();
  expect((await asked).kind).toBe('planned');
});
