import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { permissionTableOf } from '../../shared/rules/permission-table.ts';
import { anyone, mergeRules, protect, rule } from '../../shared/rules/rules.ts';

const schema = () =>
  buildSubgraphSchema({
    typeDefs: parse(
      'type Query { a: String b: String thing: Thing } type Thing @key(fields: "id") { id: ID! secret: String }',
    ),
    resolvers: {
      Query: { a: () => 'a', b: () => 'b', thing: () => ({ id: '1', secret: 's' }) },
      Thing: { __resolveReference: () => ({ id: '1', secret: 's' }) },
    },
  });
const never = rule('never', () => false);
const broken = rule('broken', () => {
  throw new AppError('UNAVAILABLE', { service: 'redis' });
});
const run = async (map: Parameters<typeof protect>[1], query: string) =>
  execute({ schema: protect(schema(), map), document: parse(query), contextValue: {} });
const codeOf = (error: { originalError?: Error | undefined } | undefined) =>
  error?.originalError instanceof AppError ? error.originalError.code : error;

describe('rules', () => {
  const full = { Query: { a: anyone, b: anyone, thing: anyone }, Thing: { id: anyone, secret: never } };

  test('a field without a rule, and a rule without a field, are refused at start', () => {
    expect(() => permissionTableOf(schema(), { Query: { a: anyone } })).toThrow(
      /Query\.b has no rule.*Thing\.id has no rule/,
    );
    expect(() => permissionTableOf(schema(), { ...full, Ghost: anyone })).toThrow(/Ghost/);
    expect(permissionTableOf(schema(), full)).toMatchObject({ 'Thing.secret': 'never', 'Query.a': 'anyone' });
  });

  test('a field without a rule is denied even if that check were gone', async () => {
    const { data, errors } = await run({ Query: { a: anyone } }, '{ a b }');
    expect(data).toEqual({ a: 'a', b: null });
    expect(codeOf(errors?.[0])).toBe('FORBIDDEN');
  });

  test('a denied field is denied by way of _entities as well', async () => {
    const query =
      '{ _entities(representations: [{ __typename: "Thing", id: "1" }]) { ... on Thing { id secret } } }';
    const { data, errors } = await run(full, query);
    expect(data).toEqual({ _entities: [{ id: '1', secret: null }] });
    expect(codeOf(errors?.[0])).toBe('FORBIDDEN');
  });

  test('an outage inside a rule is an outage, never a denial', async () => {
    const { errors } = await run({ ...full, Query: { a: broken, b: anyone, thing: anyone } }, '{ a }');
    expect(codeOf(errors?.[0])).toBe('UNAVAILABLE');
  });

  test('two features may not rule the same field', () => {
    expect(mergeRules({ Query: { a: anyone } }, { Query: { b: never } })).toEqual({
      Query: { a: anyone, b: never },
    });
    expect(() => mergeRules({ Query: { a: anyone } }, { Query: { a: never } })).toThrow(
      /Query\.a has two rules/,
    );
  });
});
