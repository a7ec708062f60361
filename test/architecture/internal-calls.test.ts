import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  buildASTSchema,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { SESSION_AUTHORITY_QUERY } from '../../shared/auth/users-authority.ts';
import { EVENTS_QUERY } from '../../shared/outbox/received-event.ts';

const SUBGRAPHS = ['users', 'care', 'pharmacy', 'stats'];
const sources = readdirSync('subgraphs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `subgraphs/${name}`);
const clients = sources.flatMap((file) => {
  const [, from = '', target = ''] = /^subgraphs\/(\w+)\/external\/(\w+)\.client\.ts$/.exec(file) ?? [];
  return from === '' ? [] : [{ file, from, target }];
});

/** The directives of federation are imported by a link, so they are not defined in the file. */
const schemaOf = (subgraph: string): GraphQLSchema =>
  buildASTSchema(parse(readFileSync(`schema/${subgraph}.graphql`, 'utf8')), { assumeValidSDL: true });

const problemsOf = (subgraph: string, document: string): readonly GraphQLError[] =>
  validate(schemaOf(subgraph), parse(document), specifiedRules);

test.each(clients)('what $file asks is in the schema of its target', async ({ file, from, target }) => {
  expect(SUBGRAPHS).toContain(target);
  expect(target).not.toBe(from);
  const module = (await import(resolve(file))) as Record<string, unknown>;
  const documents = module[`${target}Documents`] as Record<string, string> | undefined;
  expect(documents, `${file} exports ${target}Documents`).toBeDefined();
  expect(Object.keys(documents ?? {})).not.toEqual([]);
  for (const [name, document] of Object.entries(documents ?? {})) {
    expect(problemsOf(target, document), `${name} of ${file}`).toEqual([]);
  }
});

test('no document is written where it is asked, outside of the list', () => {
  const inPlace = /\.ask\(\s*[`'"]/;
  for (const { file } of clients) expect(readFileSync(file, 'utf8'), file).not.toMatch(inPlace);
  expect('await this.#client.ask(`{ me { id } }`, {})').toMatch(inPlace);
});

test('nobody else asks another subgraph', () => {
  const asking = sources.filter((file) => /\.ask\(/.test(readFileSync(file, 'utf8')));
  const known = new Set(clients.map((client) => client.file));
  expect(asking.filter((file) => !known.has(file))).toEqual([]);
});

test('what every subgraph asks the others is in their schemas', () => {
  for (const subgraph of SUBGRAPHS) expect(problemsOf(subgraph, EVENTS_QUERY)).toEqual([]);
  expect(problemsOf('users', SESSION_AUTHORITY_QUERY)).toEqual([]);
});

test('a wrong document is found', () => {
  expect(problemsOf('users', '{ nothingLikeIt }')).toHaveLength(1);
  expect(problemsOf('care', EVENTS_QUERY.replace('$first: Int!', '$first: String!'))).toHaveLength(1);
});
