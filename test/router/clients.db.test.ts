import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { Client, fetchExchange } from '@urql/core';
import { expect, inject, test } from 'vitest';

const QUERY = '{ hospitals(first: 1) { edges { node { id name } } } }';
const MUTATION = 'mutation { beginOidcLogin(input: { provider: "nobody" }) { state } }';
const PORTAL = 'http://localhost:5173';

const endpoint = () => `${inject('platformUrl')}/graphql`;

/** A fetch that keeps what was sent and answered. */
function recording() {
  const seen: { method: string; url: string; status: number }[] = [];
  const record: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    seen.push({
      method: init?.method ?? 'GET',
      url: input instanceof Request ? input.url : input.toString(),
      status: response.status,
    });
    return response;
  };
  return { seen, record };
}

test('urql asks by GET, as it does by default', async () => {
  const { seen, record } = recording();
  const client = new Client({ url: endpoint(), exchanges: [fetchExchange], fetch: record });
  const { data, error } = await client.query(QUERY, {}).toPromise();
  expect(error).toBeUndefined();
  expect(data).toMatchObject({ hospitals: { edges: [{ node: { name: expect.any(String) as string } }] } });
  expect(seen).toEqual([
    { method: 'GET', url: expect.stringContaining('/graphql?query=') as string, status: 200 },
  ]);
});

test('urql mutates by POST, and Apollo Client does both', async () => {
  const { seen, record } = recording();
  const urql = new Client({ url: endpoint(), exchanges: [fetchExchange], fetch: record });
  const refused = await urql.mutation(MUTATION, {}).toPromise();
  expect(refused.error?.graphQLErrors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');

  const apollo = new ApolloClient({
    link: new HttpLink({ uri: endpoint(), fetch: record }),
    cache: new InMemoryCache(),
  });
  const { data } = await apollo.query({ query: gql(QUERY) });
  expect(data).toMatchObject({ hospitals: { edges: [{ node: { name: expect.any(String) as string } }] } });
  const byGet = new ApolloClient({
    link: new HttpLink({ uri: endpoint(), fetch: record, useGETForQueries: true }),
    cache: new InMemoryCache(),
  });
  expect((await byGet.query({ query: gql(QUERY) })).data).toMatchObject({ hospitals: {} });
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET']);
});

test('Apollo Client is told by the code that @defer is not offered', async () => {
  const apollo = new ApolloClient({
    link: new HttpLink({ uri: endpoint() }),
    cache: new InMemoryCache(),
    incrementalHandler: new Defer20220824Handler(),
  });
  const deferred = gql('{ hospitals(first: 1) { edges { node { id ... @defer { name } } } } }');
  const error: unknown = await apollo.query({ query: deferred }).catch((each: unknown) => each);
  const codes = CombinedGraphQLErrors.is(error) && error.errors.map(({ extensions }) => extensions?.code);
  expect(codes).toEqual(['TRANSPORT_NOT_SUPPORTED']);
});

/** What the libraries of a page send besides what every page may send. */
const LIBRARY_HEADERS = {
  Relay: ['content-type', 'x-relay-operation'],
  'Apollo Client': [
    'content-type',
    'apollographql-client-name',
    'apollographql-client-version',
    'apollo-require-preflight',
    'x-apollo-operation-name',
  ],
  urql: ['content-type', 'accept'],
  Sentry: ['sentry-trace', 'baggage'],
  OpenTelemetry: [
    'traceparent',
    'tracestate',
    'baggage',
    'b3',
    'x-b3-traceid',
    'x-b3-spanid',
    'x-b3-sampled',
  ],
  ours: ['authorization', 'x-request-id', 'x-device-id', 'x-terminal', 'x-refresh-cookie', 'accept-language'],
};

test.each(Object.entries(LIBRARY_HEADERS))('a page may send the headers of %s', async (_library, headers) => {
  const preflight = await fetch(endpoint(), {
    method: 'OPTIONS',
    headers: {
      origin: PORTAL,
      'access-control-request-method': 'POST',
      'access-control-request-headers': headers.join(','),
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(PORTAL);
  expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
  const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').split(/,\s*/);
  expect(allowed).toEqual(headers);
});

test('a page may read our headers', async () => {
  const answer = await fetch(`${endpoint()}?query=${encodeURIComponent(QUERY)}`, {
    headers: { origin: PORTAL },
  });
  const exposed = (answer.headers.get('access-control-expose-headers') ?? '').split(/,\s*/);
  expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'content-disposition']));
});

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['text/html'],
])('a browser that opens the endpoint comes to our explorer (%s)', async (accept) => {
  const answer = await fetch(endpoint(), { headers: { accept }, redirect: 'manual' });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe('/');
  const page = await (await fetch(endpoint(), { headers: { accept } })).text();
  expect(page).not.toMatch(/(src|href)="?(https?:)?\/\//);
  expect(page).toContain('<!doctype html>');
});

interface Refusal {
  readonly errors: [{ message: string; extensions: { code: string; params: { transport?: string } } }];
}

const json = { 'content-type': 'application/json' };
const one = JSON.stringify({ query: QUERY });

test.each<[string, number, RequestInit]>([
  ['BATCHING', 400, { method: 'POST', headers: json, body: `[${one},${one}]` }],
  ['BATCHING', 400, { method: 'POST', headers: json, body: '[]' }],
  ['SSE', 406, { method: 'POST', headers: { ...json, accept: 'text/event-stream' }, body: one }],
  ['SSE', 406, { headers: { accept: 'text/event-stream' } }],
  [
    'INCREMENTAL_DELIVERY',
    406,
    { method: 'POST', headers: { ...json, accept: 'multipart/mixed; deferSpec=20220824' }, body: one },
  ],
  [
    'INCREMENTAL_DELIVERY',
    400,
    {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ query: '{ ... @defer { hospitals(first: 1) { edges { cursor } } } }' }),
    },
  ],
  [
    'INCREMENTAL_DELIVERY',
    400,
    {
      method: 'POST',
      headers: json,
      body: JSON.stringify({
        query: '{ hospitals(first: 1) { edges @stream(initialCount: 1) { cursor } } }',
      }),
    },
  ],
  ['ACCEPT', 406, { method: 'POST', headers: { ...json, accept: 'application/xml' }, body: one }],
  ['ACCEPT', 406, { headers: { accept: 'application/json;q=0, text/csv' } }],
])('%s is refused by its code, with %i', async (transport, status, init) => {
  const query = init.method === undefined ? `?query=${encodeURIComponent(QUERY)}` : '';
  const answer = await fetch(`${endpoint()}${query}`, init);
  expect(answer.status).toBe(status);
  const { errors } = (await answer.json()) as Refusal;
  expect(errors[0].extensions).toMatchObject({ code: 'TRANSPORT_NOT_SUPPORTED', params: { transport } });
  expect(errors).toHaveLength(1);
});

test('an upload as multipart/form-data is refused by the same code', async () => {
  const form = new FormData();
  form.set('operations', one);
  form.set('map', '{"0": ["variables.file"]}');
  form.set('0', new Blob(['x']), 'x.txt');
  const answer = await fetch(endpoint(), { method: 'POST', body: form });
  expect(answer.status).toBe(415);
  expect(((await answer.json()) as Refusal).errors[0].extensions).toMatchObject({
    code: 'TRANSPORT_NOT_SUPPORTED',
    params: { transport: 'MULTIPART_REQUEST' },
  });
});
