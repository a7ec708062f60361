import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { expect, inject, test } from 'vitest';
import { codeFor, newPhone } from '../testkit/login.ts';
import { someAddress } from '../testkit/graphql.ts';

const EVIL = 'https://evil.example';
const LOG_IN = `mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken } }`;
const REFRESH = 'mutation { refreshSession(input: {}) { accessToken } }';

const router = () => inject('platformUrl');
const endpoint = () => `${router()}/graphql`;

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; extensions: { code: string; params: Record<string, string> } }[];
}

/** A request as a browser sends it, and what it is answered. */
async function send(
  path: string,
  { headers, ...init }: { method?: string; body?: string; headers: Record<string, string> },
) {
  const response = await fetch(`${router()}${path}`, {
    ...init,
    headers: { 'x-forwarded-for': someAddress(), ...headers },
  });
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Body;
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie'),
    reads: response.headers.get('access-control-allow-origin'),
    code: body.errors?.[0]?.extensions.code,
    message: body.errors?.[0]?.message ?? '',
    data: body.data,
  };
}

const post = (query: string, variables: object, headers: Record<string, string>) =>
  send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });

/** Somebody who is logged in by cookie on the router's own page. */
async function someBrowser() {
  const phone = newPhone();
  const own = { origin: router(), 'x-refresh-cookie': '1' };
  const { cookie, data } = await post(LOG_IN, { input: { phone, code: await codeFor(phone) } }, own);
  const { accessToken } = (data as { logInBySms: { accessToken: string } }).logInBySms;
  return { own, accessToken, cookie: /^yey-refresh=[0-9a-f]{64}/.exec(cookie ?? '')?.[0] ?? '' };
}

test('a mutation by GET changes nothing, whatever comes with it', async () => {
  const { cookie, own, accessToken } = await someBrowser();
  for (const mutation of [REFRESH, 'mutation { logOut }', 'mutation { revokeAllSessions }']) {
    for (const origin of [undefined, router(), 'http://localhost:5173']) {
      const answer = await send(`/graphql?query=${encodeURIComponent(mutation)}`, {
        headers: {
          cookie,
          'x-refresh-cookie': '1',
          authorization: `Bearer ${accessToken}`,
          ...(origin && { origin }),
        },
      });
      expect(answer).toMatchObject({ status: 405, code: 'BAD_REQUEST', cookie: null });
    }
  }
  // The login stands: nothing was exchanged, nothing ended.
  expect((await post(REFRESH, {}, { ...own, cookie })).code).toBeUndefined();
});

test('what a page of elsewhere may send without asking first is refused', async () => {
  const { cookie, own } = await someBrowser();
  const body = JSON.stringify({ query: REFRESH });
  const form = new URLSearchParams({ query: REFRESH }).toString();
  const simple: [string, string][] = [
    ['text/plain', body],
    ['text/plain;charset=UTF-8', body],
    ['application/x-www-form-urlencoded', form],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${REFRESH}\r\n--x--`,
    ],
    // A type that is no type must not pass for JSON.
    ['text/plain; application/json', body],
    ['application/json/x', body],
  ];
  for (const [type, text] of simple) {
    for (const origin of [undefined, router(), EVIL]) {
      const answer = await send('/graphql', {
        method: 'POST',
        headers: { 'content-type': type, cookie, ...(origin && { origin }) },
        body: text,
      });
      expect(answer, type).toMatchObject({
        status: origin === EVIL ? 403 : 415,
        code: origin === EVIL ? 'ORIGIN_REFUSED' : 'TRANSPORT_NOT_SUPPORTED',
        cookie: null,
      });
    }
  }
  const bare = await send('/graphql', { method: 'POST', headers: { cookie, origin: router() } });
  expect(bare).toMatchObject({ status: 415, cookie: null });
  expect((await post(REFRESH, {}, { ...own, cookie })).code).toBeUndefined();
});

test('a page of elsewhere is refused in words, whatever it asks and however it writes the address', async () => {
  for (const origin of [
    EVIL,
    'null',
    'file://',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'x',
  ]) {
    const paths = [
      '/graphql?query={__typename}',
      '/%67raphql?query={__typename}',
      '/graphql',
      '/files/att_x',
    ];
    for (const path of paths) {
      const answer = await send(path, { headers: { origin, 'accept-language': 'en' } });
      expect(answer, path).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED', reads: null });
      expect(answer.message).toBe(
        `Pages of ${origin} may not use this API; its operator allows them by CORS_ORIGINS.`,
      );
    }
    const preflight = await send('/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED', reads: null });
  }
});

const LOOPBACK = [
  'http://localhost:5173',
  'http://127.0.0.1:3000',
  'https://localhost',
  'http://[::1]:8080',
  'http://app.localhost:3000',
];

test.each(LOOPBACK)('in development %s may use the router, by socket too', async (origin) => {
  const answer = await post('{ __typename }', {}, { origin });
  expect(answer).toMatchObject({ status: 200, reads: origin, data: { __typename: 'Query' } });
  expect(await upgradedFor(origin)).toBe('open');
});

test('a socket of a page of elsewhere is refused in words', async () => {
  expect(await upgradedFor(EVIL)).toMatch(/^403 .*ORIGIN_REFUSED.*https:\/\/evil\.example/);
});

/** What an upgrade comes to. */
async function upgradedFor(origin: string): Promise<string> {
  const socket = new WebSocket(endpoint().replace('http', 'ws'), 'graphql-transport-ws', { origin });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
    });
    socket.on('error', reject);
  });
}

test('@defer by socket is refused by the code', async () => {
  const client = createClient({
    url: endpoint().replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const query = 'subscription { chatMessageAdded(consultationId: "con_x") { ... @defer { seq } } }';
  const refused: unknown = await client
    .iterate({ query })
    .next()
    .catch((error: unknown) => error);
  expect(JSON.stringify(refused)).toContain('TRANSPORT_NOT_SUPPORTED');
  await client.dispose();
});

test('a cookie that the browser would not keep is refused with the reason, where the page can read it', async () => {
  const port = new URL(router()).port;
  const at = (host: string, origin: string) =>
    send('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-refresh-cookie': '1',
        'accept-language': 'en',
        host: `${host}:${port}`,
        origin,
      },
      body: JSON.stringify({ query: REFRESH }),
    });
  // fetch sets Host by itself, so the other name is that of the page.
  const refused = await at('127.0.0.1', 'http://localhost:5173');
  expect(refused).toMatchObject({
    status: 400,
    code: 'COOKIE_NEEDS_SAME_SITE',
    reads: 'http://localhost:5173',
  });
  expect(refused.message).toContain('open both under the same host name');
  expect((await at('127.0.0.1', 'https://127.0.0.1:5173')).code).toBe('COOKIE_NEEDS_SAME_SITE');
  expect((await at('127.0.0.1', 'http://127.0.0.1:5173')).code).toBe('SESSION_ENDED');
});

test('the cookie alone logs out, and an access token of another login with it', async () => {
  const { cookie, own, accessToken } = await someBrowser();
  const out = await post('mutation { logOut }', {}, { ...own, cookie });
  expect(out).toMatchObject({ status: 200, data: { logOut: true } });
  expect(out.cookie).toMatch(/^yey-refresh=; Max-Age=0;/);
  expect((await post(REFRESH, {}, { ...own, cookie })).code).toBe('SESSION_ENDED');
  const me = await post('{ me { id } }', {}, { authorization: `Bearer ${accessToken}` });
  expect(me.data?.me ?? null).toBeNull();
  // Doing it twice, or with a cookie that nobody knows, changes nothing and is no error.
  expect((await post('mutation { logOut }', {}, { ...own, cookie })).data).toEqual({ logOut: true });
  expect((await post('mutation { logOut }', {}, own)).data).toEqual({ logOut: true });
  // With neither there is no login to end; the cookie does not count without its header.
  const other = await someBrowser();
  expect((await post('mutation { logOut }', {}, { cookie: other.cookie })).code).toBe('UNAUTHENTICATED');
  const both = await someBrowser();
  const token = { authorization: `Bearer ${both.accessToken}` };
  expect(
    (await post('mutation { logOut }', {}, { ...own, ...token, cookie: other.cookie })).code,
  ).toBeUndefined();
  for (const each of [other, both]) {
    expect((await post(REFRESH, {}, { ...own, cookie: each.cookie })).code).toBe('SESSION_ENDED');
  }
});
