import { readFileSync } from 'node:fs';
import { buildSchema, getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type CostLimits, costLimits, costVariables } from '../../../router/cost/cost-config.ts';
import { OperationCounter } from '../../../router/cost/operation-counter.ts';
import { examples } from '../../../router/explorer/client/examples.ts';
import { catalogue } from '../../../shared/errors/catalogue.ts';

const limits: CostLimits = costLimits(z.object(costVariables).parse({}));
const schema = buildSchema(`
  type Query { me: Person, people(first: Int, last: Int): PersonConnection, some(first: Int = 7): [Person!]! names: [String] }
  type Mutation { rename: Person }
  type Person { id: ID!, friends(first: Int): PersonConnection, pets: [Pet!]! }
  type PersonConnection { edges: [PersonEdge!]!, nodes: [Person!]!, totalCount: Int }
  type PersonEdge { node: Person }
  interface Pet { name: String }
  type Cat implements Pet { name: String, owner: Person }
`);

function costOf(query: string, variables: Record<string, unknown> = {}, name?: string) {
  const counter = new OperationCounter(schema, limits);
  const counted = counter.read(query);
  return counted && counter.cost(counted, name, variables);
}

test.each([
  ['{ me { id } }', {}, 1],
  ['{ names }', {}, 0],
  ['{ people(first: 5) { edges { node { id } } } }', {}, 1 + 5 * 2],
  ['{ people(first: 5) { totalCount nodes { id } } }', {}, 1 + 5],
  ['{ people(last: 3, first: 2) { nodes { id } } }', {}, 1 + 3],
  ['{ people { nodes { id } } }', {}, 1 + 20],
  ['{ some { id } }', {}, 7],
  ['{ some(first: 2) { id } }', {}, 2],
  ['{ me { pets { name ... on Cat { owner { id } } } } }', {}, 1 + 5 * 2],
  ['{ people(first: 5) { nodes { friends(first: 4) { nodes { id } } } } }', {}, 1 + 5 * (1 + 1 + 4)],
  [
    'query Q($n: Int) { people(first: $n) { nodes { friends(first: $n) { nodes { id } } } } }',
    { n: 3 },
    1 + 3 * (1 + 1 + 3),
  ],
  ['query Q($n: Int = 6) { people(first: $n) { nodes { id } } }', {}, 1 + 6],
  ['query Q($n: Int = 6) { people(first: $n) { nodes { id } } }', { n: null }, 1 + 20],
  ['query Q($n: Int) { people(first: $n) { nodes { id } } }', { n: 'many' }, 1 + 20],
  ['query Q($constructor: Int = 100) { people(first: $constructor) { nodes { id } } }', {}, 1 + 100],
  ['{ constructor: me { id } }', {}, 1],
  ['{ me { id constructor toString } }', {}, 1],
  ['query Q($n: Int) { people(first: $n) { nodes { id } } }', { n: 1.3 }, 3],
  [
    'query Q($n: Int, $m: Int) { people(first: $n) { nodes { friends(first: $m) { nodes { friends(first: $m) { nodes { id } } } } } } }',
    { n: 0, m: 1e308 },
    1,
  ],
  ['{ people(first: 5) { ...P } } fragment P on PersonConnection { nodes { id } }', {}, 1 + 5],
  ['{ a: me { id } b: me { id } }', {}, 2],
  ['mutation { rename { id } }', {}, 10 + 1],
  ['{ __schema { types { name fields { name } } } }', {}, 1000],
])('%s with %o costs %i', (query, variables, cost) => {
  expect(costOf(query, variables)?.cost).toBe(cost);
});

test('depth, aliases, directives and selections are counted through fragments, at each place', () => {
  const query = `
    query A { one: me { ...F } me { ...F @include(if: true) } }
    fragment F on Person { name: id pets { name } }
    query B { me { id } }`;
  expect(costOf(query, {}, 'A')).toMatchObject({
    depth: 3,
    aliases: 3,
    directives: 1,
    rootFields: 2,
    selections: 2 + 2 * (1 + 3),
  });
});

test('a fragment that is spread 2^200 times is counted at once, and a fragment within itself has no end', () => {
  const many = Array.from(
    { length: 200 },
    (_, each) => `fragment f${each} on Query { ...f${each + 1} ...f${each + 1} }`,
  );
  const query = `{ ...f0 } ${many.join(' ')} fragment f200 on Query { names }`;
  expect(() => costOf(query)).toThrow(
    expect.objectContaining({
      code: 'OPERATION_TOO_COMPLEX',
      params: { limit: 'selections', value: 1500, count: Number.MAX_SAFE_INTEGER },
    }),
  );
  expect(() => costOf('{ me { ...f } } fragment f on Person { friends { nodes { ...f } } }')).toThrow(
    /within itself/,
  );
});

test('what is no GraphQL, and an operation that is not there, has no cost', () => {
  expect(costOf('{ me {')).toBeUndefined();
  expect(costOf('query A { me { id } }', {}, 'B')).toBeUndefined();
});

const api = buildSchema(readFileSync('schema/api.graphql', 'utf8'));
test.each([...examples, { query: getIntrospectionQuery() }])(
  'is far from each limit: $query',
  ({ query, ...more }) => {
    const counter = new OperationCounter(api, limits);
    const counted = counter.read(query);
    if (!counted) throw new Error('not counted');
    const variables =
      'variables' in more ? (JSON.parse(more.variables ?? '{}') as Record<string, unknown>) : {};
    const cost = counter.cost(counted, undefined, variables);
    for (const [limit, most] of Object.entries(limits.max)) {
      expect(cost?.[limit as keyof typeof limits.max], limit).toBeLessThanOrEqual(most * 0.75);
    }
  },
);

test('only the fields of an operation itself are root fields', () => {
  const fields = Array.from({ length: 50 }, (_, each) => `field${each}`).join(' ');
  expect(costOf(`{ me { ...f } } fragment f on Person { ${fields} }`)).toMatchObject({ rootFields: 1 });
  expect(() => costOf(`{ ...f } fragment f on Query { ${fields} }`)).toThrow(
    expect.objectContaining({ params: { limit: 'rootFields', value: 40, count: 50 } }),
  );
});

test('a comment is a token, since the parser keeps it', () => {
  expect(costOf('# one\n{ # two\n names } # three')?.tokens).toBe(6);
  expect(costOf('{ names }')?.tokens).toBe(3);
});

test('operations beside the one that is run are counted, and what all definitions together expand', () => {
  const many = Array.from({ length: 21 }, (_, each) => `query q${each} { names }`).join(' ');
  expect(costOf(many.replace('query q20 { names }', ''), {}, 'q3')).toMatchObject({ operations: 20 });
  expect(() => costOf(many, {}, 'q3')).toThrow(
    expect.objectContaining({ params: { limit: 'operations', value: 20, count: 21 } }),
  );
  const fragments = Array.from({ length: 160 }, (_, each) => `fragment f${each} on Query { ...g }`).join(' ');
  const wide = `fragment g on Query { me { ${'id '.repeat(98)} } }`;
  expect(() => costOf(`{ ...f0 } ${fragments} ${wide}`)).toThrow(
    expect.objectContaining({ params: { limit: 'expanded', value: 15_000, count: 101 + 160 * 100 + 99 } }),
  );
});

test('the page of the code tells each limit and its variable', () => {
  const page = readFileSync('shared/errors/pages/OPERATION_TOO_COMPLEX.md', 'utf8');
  expect(catalogue.OPERATION_TOO_COMPLEX.retryable).toBe(false);
  for (const limit of Object.keys(limits.max)) expect(page).toContain(`\`${limit}\``);
  for (const variable of Object.keys(costVariables)) expect(page).toContain(`\`${variable}\``);
});
