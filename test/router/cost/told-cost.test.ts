import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakedPlatform, startFakedPlatform } from '../../testkit/own-supergraph.ts';

let platform: FakedPlatform;
beforeAll(async () => {
  platform = await startFakedPlatform({ OPERATION_MAX_COST: '500' });
});
afterAll(() => platform.stop());

async function ask(query: string, header?: string, variables: object = {}) {
  const response = await fetch(`${platform.router.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(header && { 'x-operation-cost': header }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data?: unknown; errors?: object[]; extensions?: { cost?: object } };
}

test('whoever asks by the header is told the cost beside the answer', async () => {
  const answer = await ask('{ me { id } }', 'include');
  expect(answer.data).toEqual({ me: null });
  expect(answer.extensions?.cost).toEqual({
    length: 13,
    operations: 1,
    tokens: 6,
    depth: 2,
    aliases: 0,
    directives: 0,
    rootFields: 1,
    selections: 2,
    overlaps: 0,
    cost: 1,
  });
  expect((await ask('{ me { id } }')).extensions).toBeUndefined();
});

test('and also without running it', async () => {
  const calls = platform.calls();
  const query = 'query D($n: Int) { drugs(first: $n) { edges { node { id } } } }';
  const { data, errors, extensions } = await ask(query, 'only', { n: 30 });
  expect(data).toBeNull();
  expect(errors).toBeUndefined();
  expect(extensions?.cost).toMatchObject({ cost: 61 });
  expect(platform.calls()).toBe(calls);
});

test('a page that a variable makes too large is refused by a document that was good before', async () => {
  const query = 'query D($n: Int) { drugs(first: $n) { edges { node { id } } } }';
  expect((await ask(query, 'only', { n: 100 })).errors).toBeUndefined();
  expect((await ask(query, 'only', { n: 100_000 })).errors).toMatchObject([
    { extensions: { code: 'OPERATION_TOO_COMPLEX', params: { limit: 'cost', value: 500, count: 200_001 } } },
  ]);
  expect((await ask(query, 'only', { n: 100 })).errors).toBeUndefined();
});
