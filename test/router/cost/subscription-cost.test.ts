import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { costLimits, costVariables } from '../../../router/cost/cost-config.ts';
import type { SupergraphPlans } from '../../../router/planning/supergraph-plans.ts';
import { RegisteredOperations } from '../../../router/registered-operations.ts';
import { SubscriptionPlanner } from '../../../router/subscription-plan.ts';

const schema = buildSchema(
  'type Query { a: Int } type Subscription { made(first: Int): [Thing!]! } type Thing { id: ID! }',
);
const body = 'subscription M($n: Int) { made(first: $n) { id } }';
const id = createHash('sha256').update(body).digest('hex');

test('a subscription that is named by its hash costs what it costs by its text', () => {
  const dir = mkdtempSync(`${tmpdir()}/yey-operations-`);
  const file = `${dir}/operations.json`;
  const operations = [{ id, name: 'M', type: 'subscription', body }];
  writeFileSync(file, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
  const planner = new SubscriptionPlanner({ schema } as SupergraphPlans, {
    limits: costLimits(z.object(costVariables).parse({})),
    registered: RegisteredOperations.load({ file, onlyRegistered: true }),
    operations: { file, onlyRegistered: true, introspection: false, suggestions: false },
  });
  rmSync(dir, { recursive: true });
  const variables = { n: 30 };
  expect(planner.cost({ query: body, variables })).toBe(30);
  const named = (sha256Hash: string) => ({
    query: '',
    variables,
    extensions: { persistedQuery: { sha256Hash } },
  });
  expect(planner.cost(named(id))).toBe(30);
  expect(planner.cost(named('0'.repeat(64)))).toBeUndefined();
});
