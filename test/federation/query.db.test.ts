import { expect, inject, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { allNodes } from '../testkit/pages.ts';

test('one query reads doctors of users with their hospitals of care', async () => {
  const doctors = await allNodes<{ id: string; hospital: { name: string } | null }>(
    `query ($after: String) {
      doctors(first: 100, after: $after) {
        edges { node { id name title hospital { name city } } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    {},
    tokenOf('李晓梅'),
  );
  // Other tests make doctors who practise nowhere yet.
  const demo = new Set([1, 2, 3, 4, 5, 6].map((n) => stableId('doc', `demo-doctor-0${n}`)));
  const ours = doctors.filter(({ id }) => demo.has(id));
  expect(ours).toHaveLength(6);
  for (const { hospital } of ours) expect(hospital?.name).toMatch(/医院/);
  const { doctors: few } = await data('{ doctors(first: 3) { edges { cursor } pageInfo { hasNextPage } } }');
  expect(few).toMatchObject({ edges: [{}, {}, {}], pageInfo: { hasNextPage: true } });
});

test('pages follow one another without overlap and end', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const answer: Record<string, unknown> = await data(
      `query ($after: String) { hospitals(first: 20, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    const page = answer.hospitals as {
      edges: { node: { id: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    seen.push(...page.edges.map(({ node }) => node.id));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toHaveLength(53);
  expect(new Set(seen).size).toBe(53);
});

test('the caller is known by the token', async () => {
  expect(await data('{ me { displayName } }', {}, { token: tokenOf('李晓梅') })).toEqual({
    me: { displayName: '李晓梅' },
  });
  expect(await data('{ me { displayName } }')).toEqual({ me: null });
});

test('every bad input has its code, and the request id of the header', async () => {
  const cases: [string, object, string | undefined, string][] = [
    ['{ me { id } ', {}, undefined, 'GRAPHQL_PARSE_FAILED'],
    [
      'subscription { chatMessageAdded(consultationId: "x") { seq } }',
      {},
      undefined,
      'SUBSCRIPTION_NEEDS_SOCKET',
    ],
    ['{ nothingLikeIt }', {}, undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($id: ID!) { hospital(id: $id) { name } }', {}, undefined, 'BAD_USER_INPUT'],
    ['query ($id: ID!) { hospital(id: $id) { name } }', { id: "1' OR '1'='1" }, undefined, 'BAD_ID'],
    [
      'query ($id: ID!) { hospital(id: $id) { name } }',
      { id: stableId('doc', 'demo-doctor-01') },
      undefined,
      'BAD_ID',
    ],
    ['{ hospitals(first: 101) { edges { cursor } } }', {}, undefined, 'VALIDATION_FAILED'],
    ['{ hospitals(after: "bm9wZQ") { edges { cursor } } }', {}, undefined, 'BAD_CURSOR'],
    ['{ me { id } }', {}, 'not.a.token', 'UNAUTHENTICATED'],
    ['{ me { id } }', {}, `${tokenOf('李晓梅').slice(0, -4)}AAAA`, 'UNAUTHENTICATED'],
  ];
  for (const [query, variables, token, code] of cases) {
    const answer = await ask(query, variables, { token });
    expect(answer.errors[0]?.extensions.code, query).toBe(code);
    expect(answer.errors[0]?.extensions.requestId).toBe(answer.requestId);
  }
});

test('errors speak the language of the caller', async () => {
  const query = '{ hospitals(after: "bm9wZQ") { edges { cursor } } }';
  const chinese = await ask(query, {}, { headers: { 'accept-language': 'zh-CN' } });
  const english = await ask(query, {}, { headers: { 'accept-language': 'en-GB' } });
  expect(chinese.errors[0]?.message).toBe('分页游标无效。');
  expect(english.errors[0]?.message).toBe('The cursor does not come from this list.');
});

test('a subgraph answers nobody but the router', async () => {
  const { ports } = JSON.parse(readFileSync(`${inject('platformDir')}/state.json`, 'utf8')) as {
    ports: Record<string, number>;
  };
  for (const query of ['{ hospitals { edges { cursor } } }', '{ _service { sdl } }', '{ __typename }']) {
    const response = await fetch(`http://127.0.0.1:${ports.care}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNTRUSTED_CALLER' } }] });
  }
});
