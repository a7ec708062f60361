import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RegisteredOperations } from '../../router/registered-operations.ts';
import { type FakedPlatform, startFakedPlatform } from '../testkit/own-supergraph.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } });

const QUERY = 'query Mine { me { id } }';
const SUBSCRIPTION = 'subscription Chat($id: ID!) { chatMessageAdded(consultationId: $id) { seq } }';
const OTHER = 'query Other { me { displayName } }';

interface Result {
  readonly data?: unknown;
  readonly errors?: { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function post(platform: FakedPlatform, body: object): Promise<Result> {
  const response = await fetch(`${platform.router.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Result;
}

/** What the socket refuses a subscription with, or its first answer. */
async function onSocket(platform: FakedPlatform, payload: { query: string; extensions?: object }) {
  const url = `${platform.router.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const answer = await new Promise<unknown>((resolve) => {
    const request = { ...payload, extensions: { ...payload.extensions }, variables: { id: 'con_1' } };
    client.subscribe(request, { next: resolve, error: resolve, complete: () => resolve('completed') });
  });
  await client.dispose();
  return answer;
}

describe('where any operation is run', () => {
  let platform: FakedPlatform;
  beforeAll(async () => {
    platform = await startFakedPlatform();
  });
  afterAll(() => platform.stop());

  test('a hash that is not known asks for the text, which is remembered, also for GET', async () => {
    const extensions = persisted(QUERY);
    const unknown = await post(platform, { extensions });
    expect(unknown.errors?.[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
    expect(await post(platform, { query: QUERY, extensions })).toEqual({ data: { me: null } });
    expect(await post(platform, { extensions })).toEqual({ data: { me: null } });
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const response = await fetch(`${platform.router.url}/graphql?${search.toString()}`);
    expect(await response.json()).toEqual({ data: { me: null } });
  });

  test('a text that is refused is not remembered, nor one under the hash of another', async () => {
    const broken = 'query { nothing }';
    await post(platform, { query: broken, extensions: persisted(broken) });
    const again = await post(platform, { extensions: persisted(broken) });
    expect(again.errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    const mismatch = await post(platform, { query: OTHER, extensions: persisted(SUBSCRIPTION) });
    expect(mismatch.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    const other = await post(platform, { extensions: persisted(SUBSCRIPTION) });
    expect(other.errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('in development the schema and its names are told', async () => {
    expect((await post(platform, { query: '{ __schema { queryType { name } } }' })).errors).toBeUndefined();
    expect((await post(platform, { query: '{ mee { id } }' })).errors?.[0]?.message).toContain(
      'Did you mean "me"',
    );
    const refused = await onSocket(platform, { query: 'subscription { chatMessageAddedd { seq } }' });
    expect(JSON.stringify(refused)).toContain('Did you mean');
  });
});

describe('where only registered operations are run', () => {
  let platform: FakedPlatform;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(`${tmpdir()}/yey-operations-`);
    const operations = [
      { name: 'Mine', type: 'query', body: QUERY },
      { name: 'Chat', type: 'subscription', body: SUBSCRIPTION },
    ].map((each) => ({ ...each, id: hashOf(each.body) }));
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    writeFileSync(`${dir}/operations.json`, JSON.stringify(manifest));
    platform = await startFakedPlatform({
      YEY_MODE: 'production',
      OPERATIONS: 'registered',
      OPERATIONS_FILE: `${dir}/operations.json`,
      SUBSCRIPTION_RESUME_MS: '100',
    });
  });
  afterAll(async () => {
    await platform.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('they are run by their hash and by their text', async () => {
    expect(await post(platform, { extensions: persisted(QUERY) })).toEqual({ data: { me: null } });
    expect(await post(platform, { query: QUERY })).toEqual({ data: { me: null } });
  });

  test('nothing else is, nor stored', async () => {
    const refused = await post(platform, { query: OTHER, extensions: persisted(OTHER) });
    expect(refused.errors?.[0]?.extensions.code).toBe('OPERATION_NOT_ALLOWED');
    expect(refused.errors).toHaveLength(1);
    const unknown = await post(platform, { extensions: persisted(OTHER) });
    expect(unknown.errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    const similar = await post(platform, { query: `${QUERY} ` });
    expect(similar.errors?.[0]?.extensions.code).toBe('OPERATION_NOT_ALLOWED');
  });

  test('the socket keeps to it too', async () => {
    const other = await onSocket(platform, { query: 'subscription { chatMessageAdded { seq } }' });
    expect(other).toMatchObject([{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }]);
    const unknown = await onSocket(platform, { query: '', extensions: persisted(OTHER) });
    expect(unknown).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }]);
    // The subgraph behind serves no sockets: that its reader is sent away to come back shows that the operation ran.
    for (const payload of [{ query: SUBSCRIPTION }, { query: '', extensions: persisted(SUBSCRIPTION) }]) {
      expect(await onSocket(platform, payload)).toMatchObject({ code: 1012 });
    }
  });
});

describe('in production', () => {
  let platform: FakedPlatform;
  beforeAll(async () => {
    platform = await startFakedPlatform({ YEY_MODE: 'production' });
  });
  afterAll(() => platform.stop());

  test('neither the schema nor its names are told, by HTTP or on the socket', async () => {
    const schema = await post(platform, { query: '{ __schema { queryType { name } } }' });
    expect(schema.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const wrong = await post(platform, { query: '{ mee { id } }' });
    expect(wrong.errors).toHaveLength(1);
    expect(JSON.stringify(wrong)).not.toMatch(/Did you mean|"me"/);
    const refused = await onSocket(platform, { query: 'subscription { chatMessageAddedd { seq } }' });
    expect(refused).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(JSON.stringify(refused)).not.toMatch(/Did you mean|chatMessageAdded"/);
    const introspective = await onSocket(platform, { query: '{ __schema { queryType { name } } }' });
    expect(introspective).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });
});

test('both can be told in production, if the configuration says so', async () => {
  const platform = await startFakedPlatform({
    YEY_MODE: 'production',
    INTROSPECTION: 'true',
    SUGGESTIONS: 'true',
  });
  expect((await post(platform, { query: '{ __schema { queryType { name } } }' })).errors).toBeUndefined();
  expect((await post(platform, { query: '{ mee { id } }' })).errors?.[0]?.message).toContain(
    'Did you mean "me"',
  );
  await platform.stop();
});

test.each([
  ['that is missing', undefined],
  ['that is no manifest', '{"operations": {}}'],
  [
    'whose ids are not the hashes',
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'x', name: 'Mine', type: 'query', body: QUERY }],
    }),
  ],
])('a manifest %s is told at the start', (_what, text) => {
  const file = `${tmpdir()}/yey-manifest-${process.pid}.json`;
  if (text !== undefined) writeFileSync(file, text);
  try {
    expect(() => RegisteredOperations.load({ file, onlyRegistered: true })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  } finally {
    rmSync(file, { force: true });
  }
});
