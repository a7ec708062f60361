import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { examples } from '../../router/explorer/client/examples.ts';

const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'));

test.each(examples)('an example of the explorer fits the schema: $query', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});
