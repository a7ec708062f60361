import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  GraphQLInt,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, test } from 'vitest';
import { resumable } from '../../router/subscription-cursor.ts';
import { undeclaredBreaks } from '../../schema/breaking.ts';

const api = readFileSync('schema/api.graphql', 'utf8');

function undescribed(schema: GraphQLSchema): string[] {
  const found: string[] = [];
  const look = (name: string, description: string | null | undefined) => {
    if (!description?.trim()) found.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || (isScalarType(type) && isSpecifiedScalarType(type))) continue;
    if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) look(type.name, type.description);
    if (isEnumType(type))
      for (const value of type.getValues()) look(`${type.name}.${value.name}`, value.description);
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field.description);
      if ('args' in field)
        for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg.description);
    }
  }
  return found;
}

test('every public type, field, argument and value has a description', () => {
  expect(undescribed(buildSchema(api))).toEqual([]);
  expect(undescribed(buildSchema('type Query { a(b: Int): Int }'))).toEqual(['Query.a', 'Query.a(b)']);
});

test('a breaking change must be announced word for word', () => {
  const after = api.replace(/^ {2}specialties: String!$/m, '  specialty: String!');
  const [broken] = undeclaredBreaks(api, after, '');
  expect(broken).toBe('Doctor.specialties was removed.');
  expect(undeclaredBreaks(api, after, `# Changes\n\n- ${broken}\n`)).toEqual([]);
  expect(undeclaredBreaks(api, api, '')).toEqual([]);
});

test('what is for subgraphs alone is not in the public schema', () => {
  expect(api).not.toContain('sessionAuthority');
  expect(api).not.toContain('SessionAuthority');
});

test('every subscription can be resumed: it has a cursor, and so has what it delivers', () => {
  expect(withoutCursor(buildSchema(api))).toEqual([]);
  const planted = `type Query { a: Int } type Subscription { a: A b(afterSeq: Int! = 0): A c(afterSeq: ID): A d(afterSeq: Int): Int } type A { seq: Int! }`;
  expect(withoutCursor(buildSchema(planted))).toEqual(['a', 'c', 'd']);
});

function withoutCursor(schema: GraphQLSchema): string[] {
  const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
  return fields
    .filter(({ name, args, type }) => {
      const variables = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(' ');
      const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(' ');
      const call = args.length > 0 ? `(${given})` : '';
      const selection = isObjectType(getNamedType(type)) ? '{ __typename }' : '';
      const query = `subscription ${variables && `(${variables})`} { ${name}${call} ${selection} }`;
      const values = Object.fromEntries(
        args.map((arg) => [arg.name, getNamedType(arg.type) === GraphQLInt ? 1 : '1']),
      );
      return resumable(schema, { query, variables: values }) === undefined;
    })
    .map(({ name }) => name);
}
