import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, test } from 'vitest';
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
