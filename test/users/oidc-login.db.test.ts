import 'reflect-metadata';
import { createHmac, randomUUID } from 'node:crypto';
import { type MutableResponse, type MutableToken, OAuth2Server } from 'oauth2-mock-server';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { LoginPurpose } from '../../subgraphs/users/login/party-login.types.ts';
import { oidcVariables } from '../../subgraphs/users/oidc/oidc.config.ts';
import { ask, data } from '../testkit/client.ts';
import { type Login, logInAnew } from '../testkit/login.ts';
import { hospitalProvider } from '../testkit/hospital-provider.ts';
import { startOidcProvider, walkThrough } from '../testkit/oidc.ts';
import { BACK, openParties, type OpenedParties } from '../testkit/parties.ts';
import { freePort } from '../testkit/platform.ts';
import { rows } from '../testkit/rows.ts';

const nobody = { kind: 'anonymous' } as const;
const LOG_IN =
  'mutation ($input: LogInByOidcInput!) { logInByOidc(input: $input) { accountId accessToken } }';

/** The provider that answers as a test wants it. */
const liar = new OAuth2Server();
let real: { stop: () => void };
let parties: OpenedParties;

beforeAll(async () => {
  const oidcPort = inject('oidcPort');
  real = await startOidcProvider(oidcPort, hospitalProvider(oidcPort));
  await liar.issuer.keys.generate('RS256');
  await liar.start(await freePort(), '127.0.0.1');
  const issuer = liar.issuer.url ?? '';
  const common = { name: { zh: '某', en: 'Some' }, clientId: 'us', redirectUris: [BACK] };
  const providers = oidcVariables.OIDC_PROVIDERS.parse(
    JSON.stringify([
      { ...common, id: 'false', issuer },
      {
        ...common,
        id: 'plain',
        issuer: 'https://plain.example',
        scopes: ['profile'],
        oauth: {
          authorization: `${issuer}/authorize`,
          token: `${issuer}/token`,
          userinfo: `${issuer}/userinfo`,
          subject: 'uid',
        },
      },
      { ...common, id: 'gone', issuer: `http://127.0.0.1:${await freePort()}` },
    ]),
  );
  parties = await openParties({ providers });
});
afterEach(() => void liar.service.removeAllListeners());
afterAll(async () => {
  await parties.close();
  await liar.stop();
  real.stop();
});

const refusal = (code: string) => expect.objectContaining({ code }) as Error;
const begin = (providerId: string, redirectUri = BACK) =>
  parties.oidc.begin({ providerId, redirectUri, purpose: LoginPurpose.LOGIN }, nobody);

/** The false provider sends everybody back at once. */
async function comeBack(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  return response.headers.get('location') ?? '';
}
/** A whole login with the false provider. @returns the account */
async function logIn(providerId: string, change: (callbackUrl: URL) => void = () => undefined) {
  const { url, verifier } = await begin(providerId);
  const callbackUrl = new URL(await comeBack(url));
  change(callbackUrl);
  return (await parties.oidc.logIn({ providerId, callbackUrl: callbackUrl.href, verifier })).accountId;
}
/** Changes the next id_token before it is signed. */
const forge = (change: (token: MutableToken) => void) =>
  liar.service.on('beforeTokenSigning', (token: MutableToken) => {
    // The access token has no audience.
    if ('aud' in token.payload) change(token);
  });
const forgeAnswer = (change: (body: Record<string, unknown>) => void) =>
  liar.service.on('beforeResponse', ({ body }: MutableResponse) => change(body as Record<string, unknown>));

test('through the router, with a real provider: everybody has one account, and a browser alone its login', async () => {
  const begun = async () => {
    const answer = await data(
      `mutation ($input: BeginOidcLoginInput!) {
        beginOidcLogin(input: $input) { url state verifier expiresAt } }`,
      { input: { providerId: 'hospital', redirectUri: BACK } },
    );
    return answer.beginOidcLogin as { url: string; state: string; verifier: string };
  };
  const [person, other] = [`p-${randomUUID()}`, `p-${randomUUID()}`];
  const accountOf = async (name: string) => {
    const { url, verifier } = await begun();
    const callbackUrl = await walkThrough(url, name, BACK);
    const input = { providerId: 'hospital', callbackUrl, verifier };
    return (await data(LOG_IN, { input })).logInByOidc as Login;
  };
  const first = await accountOf(person);
  expect((await accountOf(person)).accountId).toBe(first.accountId);
  expect((await accountOf(other)).accountId).not.toBe(first.accountId);
  const me = await data(
    '{ me { id } myIdentities { kind label } loginProviders { id name } }',
    {},
    { token: first.accessToken, headers: { 'accept-language': 'en' } },
  );
  expect(me).toEqual({
    me: { id: first.accountId },
    myIdentities: [{ kind: 'OIDC', label: `Hospital ****${person.slice(-4)}` }],
    loginProviders: [{ id: 'hospital', name: 'Hospital' }],
  });

  const [mine, thief] = [await begun(), await begun()];
  const callbackUrl = await walkThrough(mine.url, person, BACK);
  const input = { providerId: 'hospital', callbackUrl, verifier: mine.verifier };
  const stolen = await ask(LOG_IN, { input: { ...input, verifier: thief.verifier } });
  expect(stolen.errors[0]?.extensions.code).toBe('LOGIN_STATE_INVALID');
  expect(new URL(mine.url).searchParams.get('code_challenge_method')).toBe('S256');
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(LOG_IN, { input })));
  expect(answers.filter((each) => each.errors.length === 0)).toHaveLength(1);
  const codes = answers.flatMap((each) => each.errors.map((error) => error.extensions.code));
  expect(new Set(codes)).toEqual(new Set(['LOGIN_STATE_INVALID']));

  // The code of another browser's login is of no use: its verifier of PKCE is another one.
  const [victim, attacker] = [await begun(), await begun()];
  const injected = new URL(await walkThrough(attacker.url, other, BACK));
  const code = new URL(await walkThrough(victim.url, person, BACK)).searchParams.get('code') ?? '';
  injected.searchParams.set('code', code);
  const attack = { ...input, callbackUrl: injected.href, verifier: attacker.verifier };
  expect((await ask(LOG_IN, { input: attack })).errors[0]?.extensions.code).toBe('OIDC_REFUSED');

  // Without the issuer in the address, which this provider always tells, or with another one (RFC 9207).
  for (const issuer of [null, 'https://evil.example']) {
    const { url, verifier } = await begun();
    const back = new URL(await walkThrough(url, person, BACK));
    if (issuer === null) back.searchParams.delete('iss');
    else back.searchParams.set('iss', issuer);
    const answer = await ask(LOG_IN, { input: { ...input, callbackUrl: back.href, verifier } });
    expect(answer.errors[0]?.extensions.code).toBe('OIDC_REFUSED');
  }
  const dump = JSON.stringify([
    await rows('SELECT * FROM yey_users.identity'),
    await rows('SELECT * FROM yey_users.login_state'),
  ]);
  for (const secret of [person, mine.state, mine.verifier]) expect(dump.includes(secret), secret).toBe(false);
});

test('somebody who is logged in links a provider, once; for others it is taken', async () => {
  const [one, other] = await Promise.all([logInAnew(), logInAnew()]);
  const person = `p-${randomUUID()}`;
  const LINK = 'mutation ($input: LinkOidcInput!) { linkOidc(input: $input) { id kind label } }';
  const link = async (token: string) => {
    const answer = await data(
      'mutation ($input: BeginOidcLoginInput!) { beginOidcLogin(input: $input) { url verifier } }',
      { input: { providerId: 'hospital', redirectUri: BACK, purpose: 'LINK' } },
      { token },
    );
    const { url, verifier } = answer.beginOidcLogin as { url: string; verifier: string };
    const callbackUrl = await walkThrough(url, person, BACK);
    return { providerId: 'hospital', callbackUrl, verifier, idempotencyKey: randomUUID() };
  };
  const input = await link(one.accessToken);
  const foreign = await ask(LINK, { input }, { token: other.accessToken });
  expect(foreign.errors[0]?.extensions.code).toBe('LOGIN_STATE_INVALID');
  const { idempotencyKey: _key, ...login } = input;
  expect((await ask(LOG_IN, { input: login })).errors[0]?.extensions.code).toBe('LOGIN_STATE_INVALID');
  const linked = await data(LINK, { input }, { token: one.accessToken });
  expect(await data(LINK, { input }, { token: one.accessToken })).toEqual(linked);
  const again = await data(LINK, { input: await link(one.accessToken) }, { token: one.accessToken });
  expect(again).toEqual(linked);
  const taken = await ask(LINK, { input: await link(other.accessToken) }, { token: other.accessToken });
  expect(taken.errors[0]?.extensions.code).toBe('IDENTITY_TAKEN');
});

test('what the false provider says in truth is taken, by OpenID Connect and by plain OAuth 2.0', async () => {
  const sub = randomUUID();
  forge(({ payload }) => void (payload.sub = sub));
  const account = await logIn('false');
  expect(await logIn('false')).toBe(account);
  const uid = Math.floor(Math.random() * 1e12);
  liar.service.on('beforeUserinfo', ({ body }: MutableResponse) => void Object.assign(body, { uid }));
  forgeAnswer((body) => void delete body.id_token);
  const plain = await logIn('plain');
  expect(plain).not.toBe(account);
  expect(await logIn('plain')).toBe(plain);
});

test('of ten first logins at once one makes the account', async () => {
  const sub = randomUUID();
  forge(({ payload }) => void (payload.sub = sub));
  const accounts = await Promise.all(Array.from({ length: 10 }, () => logIn('false')));
  expect(new Set(accounts).size).toBe(1);
});

const past = Math.floor(Date.now() / 1000) - 3600;
const claims: [string, Record<string, unknown>][] = [
  ['another nonce', { nonce: 'of-somebody-else' }],
  ['no nonce', { nonce: undefined }],
  ['another issuer', { iss: 'https://evil.example' }],
  ['another audience', { aud: 'another-client' }],
  ['several audiences, issued to another', { aud: ['us', 'another'], azp: 'another' }],
  ['the end in the past', { exp: past }],
  ['no end', { exp: undefined }],
  ['the beginning in the future', { nbf: past + 9000 }],
  ['no subject', { sub: undefined }],
  ['a subject longer than any', { sub: 'x'.repeat(256) }],
];
test.each(claims)('an id_token with %s is refused', async (_what, change) => {
  forge(({ payload }) => void Object.assign(payload, change));
  await expect(logIn('false')).rejects.toThrow(refusal('OIDC_REFUSED'));
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (token: unknown) => String(token).split('.') as [string, string, string];
const forgeries: [string, (token: unknown) => unknown][] = [
  ['without signature (alg none)', (token) => `${encoded({ alg: 'none' })}.${partsOf(token)[1]}.`],
  [
    'signed with the public key as a secret',
    (token) => {
      const body = `${encoded({ alg: 'HS256' })}.${partsOf(token)[1]}`;
      const secret = JSON.stringify(liar.issuer.keys.toJSON()[0]);
      return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
    },
  ],
  [
    'with another subject under the old signature',
    (token) => {
      const [header, payload, signature] = partsOf(token);
      const changed = {
        ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
        sub: 'admin',
      };
      return `${header}.${encoded(changed)}.${signature}`;
    },
  ],
  ['that is none', () => 'none.at.all'],
  ['left out', () => undefined],
];
test.each(forgeries)('an id_token %s is refused', async (_what, change) => {
  forgeAnswer((body) => void (body.id_token = change(body.id_token)));
  await expect(logIn('false')).rejects.toThrow(refusal('OIDC_REFUSED'));
});

test('an answer at another address, for another provider, by another way or too late is refused', async () => {
  const invalid = refusal('LOGIN_STATE_INVALID');
  await expect(logIn('false', (url) => void (url.hostname = 'evil.example'))).rejects.toThrow(invalid);
  await expect(logIn('false', (url) => void (url.pathname += '/x'))).rejects.toThrow(invalid);
  await expect(logIn('false', (url) => url.searchParams.delete('state'))).rejects.toThrow(invalid);
  await expect(logIn('false', (url) => url.searchParams.append('state', 'x'))).rejects.toThrow(invalid);
  const { url, verifier } = await begin('false');
  const callbackUrl = await comeBack(url);
  const other = parties.oidc.logIn({ providerId: 'plain', callbackUrl, verifier });
  await expect(other).rejects.toThrow(invalid);
  const code = new URL(callbackUrl).searchParams.get('code') ?? '';
  const mixed = { channel: 'WEB_QR' as never, code, state: new URL(callbackUrl).searchParams.get('state') };
  await expect(parties.wechat.logIn({ ...mixed, verifier })).rejects.toThrow(invalid);
  for (const text of ['', 'no address', `${BACK}?state=${'0'.repeat(5000)}`]) {
    await expect(parties.oidc.logIn({ providerId: 'false', callbackUrl: text, verifier })).rejects.toThrow(
      invalid,
    );
  }
  parties.pass(600);
  await expect(parties.oidc.logIn({ providerId: 'false', callbackUrl, verifier })).rejects.toThrow(invalid);
});

test('a person who does not want to, a provider that cannot or is gone, and one that nobody knows', async () => {
  const answerWith = (error: string) => (url: URL) => {
    url.searchParams.delete('code');
    url.searchParams.set('error', error);
  };
  await expect(logIn('false', answerWith('access_denied'))).rejects.toThrow(refusal('OIDC_DENIED'));
  await expect(logIn('false', answerWith('invalid_scope'))).rejects.toThrow(refusal('OIDC_REFUSED'));
  await expect(begin('gone')).rejects.toThrow(refusal('OIDC_UNAVAILABLE'));
  await expect(begin('unknown')).rejects.toThrow(refusal('LOGIN_METHOD_OFF'));
  await expect(begin('false', `${BACK}/other`)).rejects.toThrow(refusal('REDIRECT_NOT_ALLOWED'));

  // One that comes back to itself: the same call goes through.
  const { url, verifier } = await begin('false');
  const input = { providerId: 'false', callbackUrl: await comeBack(url), verifier };
  let failures = 1;
  liar.service.on('beforeResponse', (response: MutableResponse) => {
    if (failures-- > 0)
      Object.assign(response, { statusCode: 503, body: { error: 'temporarily_unavailable' } });
  });
  await expect(parties.oidc.logIn(input)).rejects.toThrow(refusal('OIDC_UNAVAILABLE'));
  const [{ used_at: usedAt } = {}] = await rows(
    'SELECT used_at FROM yey_users.login_state ORDER BY id DESC LIMIT 1',
  );
  expect(usedAt).toBeNull();
});
