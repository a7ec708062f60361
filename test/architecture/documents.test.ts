import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';

const clients = readdirSync('subgraphs', { recursive: true, encoding: 'utf8' }).flatMap((file) => {
  const [, subgraph, target] = /^(\w+)\/external\/(\w+)\.client\.ts$/.exec(file) ?? [];
  return subgraph !== undefined && target !== undefined ? [{ subgraph, target }] : [];
});

test('what subgraphs ask one another is looked for where it is', () => {
  expect(clients).toContainEqual({ subgraph: 'users', target: 'care' });
});

test.each(clients)(
  'what $subgraph asks $target is in the schema of $target',
  async ({ subgraph, target }) => {
    const module = (await import(`../../subgraphs/${subgraph}/external/${target}.client.ts`)) as Record<
      string,
      Record<string, string>
    >;
    const documents = Object.values(module[`${target}Documents`] ?? {});
    expect(documents.length).toBeGreaterThan(0);
    const schema = buildSubgraphSchema(parse(readFileSync(`schema/${target}.graphql`, 'utf8')));
    for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
    expect(validate(schema, parse('{ nothingOfTheKind }'))).toHaveLength(1);
  },
);
