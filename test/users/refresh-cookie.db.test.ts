import { expect, inject, test } from 'vitest';
import { codeFor, newPhone } from '../testkit/login.ts';

const FIELDS = 'accessToken refreshToken accountId';
const LOG_IN = `mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { ${FIELDS} } }`;
const REFRESH = `mutation { refreshSession(input: {}) { ${FIELDS} } }`;
const COOKIE = /^yey-refresh=([0-9a-f]{64}); Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/;

interface Answer {
  readonly status: number;
  readonly data: Record<string, { accessToken: string; refreshToken: string } | null> | null | undefined;
  readonly code: string | undefined;
  readonly cookie: string | null;
}

/** A browser's POST; its address is that of the page unless `headers` tell another. */
async function post(query: string, variables: object, headers: Record<string, string> = {}): Promise<Answer> {
  const url = inject('platformUrl');
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, 'x-refresh-cookie': '1', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as {
    data?: Answer['data'];
    errors?: { extensions: { code: string } }[];
  };
  return {
    status: response.status,
    data: body.data,
    code: body.errors?.[0]?.extensions.code,
    cookie: response.headers.get('set-cookie'),
  };
}

async function logIn() {
  const phone = newPhone();
  const answer = await post(LOG_IN, { input: { phone, code: await codeFor(phone) } });
  const token = COOKIE.exec(answer.cookie ?? '')?.[1] ?? '';
  return { answer, token, cookie: `yey-refresh=${token}` };
}

test('a browser gets its refresh token as a cookie, and script an empty text', async () => {
  const { answer, token, cookie } = await logIn();
  expect(token).toHaveLength(64);
  expect(answer.data?.logInBySms).toMatchObject({
    refreshToken: '',
    accessToken: expect.stringMatching(/^ey/) as string,
  });
  const renamed = `mutation A { ...F } fragment F on Mutation { a: refreshSession(input: { refreshToken: "" }) { b: refreshToken } }`;
  const refreshed = await post(renamed, {}, { cookie });
  expect(refreshed.data).toEqual({ a: { b: '' } });
  const [, next = ''] = COOKIE.exec(refreshed.cookie ?? '') ?? [];
  expect(next).not.toBe(token);
  expect(JSON.stringify(refreshed.data)).not.toContain(next);
  // An answer that does not ask for the token has it in the cookie all the same.
  const silent = await post(
    'mutation { refreshSession(input: {}) { accountId } }',
    {},
    {
      cookie: `yey-refresh=${next}`,
    },
  );
  expect(silent.cookie).toMatch(COOKIE);
});

test('the cookie is of no use to other pages, to calls without its header, or as a login', async () => {
  const { cookie, answer } = await logIn();
  const origin = 'https://evil.example';
  for (const headers of [
    { cookie, origin },
    { cookie, origin: 'null' },
  ] as Record<string, string>[]) {
    const foreign = await post(REFRESH, {}, headers);
    expect(foreign).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED', cookie: null });
  }
  expect(await post(REFRESH, {}, { cookie, 'x-refresh-cookie': '' })).toMatchObject({
    code: 'SESSION_ENDED',
    cookie: null,
  });
  // What a form of another page could send.
  expect((await post(REFRESH, {}, { cookie, 'content-type': 'text/plain' })).cookie).toBeNull();
  const me = await post('{ me { id } }', {}, { cookie });
  expect(me).toMatchObject({ data: { me: null }, cookie: null });
  const preflight = await fetch(`${inject('platformUrl')}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-refresh-cookie',
    },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  // It still works where it belongs.
  expect(answer.code).toBeUndefined();
  expect((await post(REFRESH, {}, { cookie })).cookie).toMatch(COOKIE);
});

test('one operation logs in once by cookie, under whatever names', async () => {
  const { cookie } = await logIn();
  const twice = [
    'mutation { a: refreshSession(input: {}) { accessToken } b: refreshSession(input: {}) { accessToken } }',
    'mutation { ...F ... on Mutation { ...F } } fragment F on Mutation { refreshSession(input: {}) { accessToken } }',
    'mutation { refreshSession(input: {}) { accessToken } addPatient(input: {name: "x", relation: OTHER, idempotencyKey: "x"}) { id } b: refreshSession(input: {}) { accessToken } }',
  ];
  for (const query of twice) {
    expect(await post(query, {}, { cookie })).toMatchObject({ code: 'BAD_REQUEST', cookie: null });
  }
});

test('an end of the session takes the cookie back', async () => {
  const { cookie, answer } = await logIn();
  const authorization = `Bearer ${answer.data?.logInBySms?.accessToken ?? ''}`;
  const out = await post('mutation { logOut }', {}, { cookie, authorization });
  expect(out.cookie).toMatch(/^yey-refresh=; Max-Age=0; Path=\/;.* HttpOnly; SameSite=Strict$/);
  const refused = await post(REFRESH, {}, { cookie });
  expect(refused.code).toBe('SESSION_ENDED');
  expect(refused.cookie).toMatch(/^yey-refresh=; Max-Age=0/);
  for (const bad of ['', 'yey-refresh=short', 'yey-refresh=%0d%0aX', `yey-refresh=${'g'.repeat(64)}`]) {
    expect((await post(REFRESH, {}, { cookie: bad })).code).toBe('SESSION_ENDED');
  }
});
