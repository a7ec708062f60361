import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { signServiceToken } from '../../shared/service/service-token.ts';
import { parseKeyRing, type RingKey, signingKey } from '../../subgraphs/users/token/key-ring.ts';
import { ask, data } from '../testkit/client.ts';
import { type Login, logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { askSubgraph } from '../testkit/router-call.ts';
import { serviceKeysOfPlatform } from '../testkit/service-call.ts';

const ME = '{ me { id } }';
const CARE = '{ departments { id } }';

let login: Login;
let ours: RingKey;
let theirs: { privateKey: KeyObject; jwk: object };
let claims: { sub: string; sid: string; iss: string; aud: string; jti: string };
let fetched = 0;
const elsewhere = createServer((_request, response) => {
  fetched += 1;
  response.end(
    JSON.stringify({ keys: [{ ...theirs.jwk, kid: 'at-another-place', use: 'sig', alg: 'RS256' }] }),
  );
});
let elsewhereUrl = '';

beforeAll(async () => {
  login = await logInAnew();
  ours = signingKey(parseKeyRing(readFileSync(`${inject('platformDir')}/jwt.pem`, 'utf8')), Date.now());
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  theirs = { privateKey, jwk: publicKey.export({ format: 'jwk' }) };
  const decoded = jwt.decode(login.accessToken, { json: true }) as typeof claims;
  claims = { sub: decoded.sub, sid: decoded.sid, iss: decoded.iss, aud: decoded.aud, jti: decoded.jti };
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks.json`;
});
afterAll(() => new Promise((resolve) => elsewhere.close(resolve)));

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;
const alive = () => ({ iat: seconds(-5), exp: seconds(600) });
const header = (more: object = {}) => ({ alg: 'RS256', typ: 'at+jwt', kid: ours.kid, ...more });

/** A token with any header and payload, signed by a key of RSA. */
function signed(head: object, payload: object, key: KeyObject = ours.key): string {
  return jwt.sign(JSON.stringify(payload), key, {
    algorithm: 'RS256',
    header: head as jwt.JwtHeader,
  });
}

const publicPem = () => String(createPublicKey(ours.key).export({ type: 'spki', format: 'pem' }));

/** RS/HS confusion: the public key, which everybody has, as the secret of an HMAC. */
function confused(secret: string, alg = 'HS256'): string {
  const text = `${part(header({ alg }))}.${part({ ...claims, ...alive() })}`;
  const mac = createHmac(alg.replace('HS', 'sha'), secret).update(text).digest('base64url');
  return `${text}.${mac}`;
}

const withoutSignature = (alg: string) => `${part(header({ alg }))}.${part({ ...claims, ...alive() })}.`;
const byStranger = (more: object) => signed(header(more), { ...claims, ...alive() }, theirs.privateKey);
const without = (name: keyof typeof claims) => {
  const { [name]: _gone, ...rest } = { ...claims };
  return signed(header(), { ...rest, ...alive() });
};
const saying = (more: object, head: object = {}) => signed(header(head), { ...claims, ...alive(), ...more });

const forgeries: [string, () => string, string?][] = [
  ['no algorithm', () => withoutSignature('none')],
  ['no algorithm, in other letters', () => withoutSignature('nOnE')],
  ['an empty signature', () => withoutSignature('RS256')],
  ['HS256 by the public key', () => confused(publicPem())],
  ['HS512 by the public key', () => confused(publicPem(), 'HS512')],
  ['HS256 by the key set', () => confused(JSON.stringify(ours.jwk))],
  ['HS256 by nothing', () => confused('')],
  [
    'PS256 by our key',
    () =>
      jwt.sign({ ...claims, ...alive() }, ours.key, {
        algorithm: 'PS256',
        header: header({ alg: 'PS256' }),
      }),
  ],
  ['the key of a stranger under our id', () => byStranger({})],
  ['a key id that there is not', () => byStranger({ kid: 'AAAAAAAAAAAAAAAA' })],
  ['no key id', () => byStranger({ kid: undefined })],
  ['a path as key id', () => byStranger({ kid: '../../../../dev/null' })],
  [
    'HS256 by the empty file that its key id names',
    () => {
      const text = `${part(header({ alg: 'HS256', kid: '/dev/null' }))}.${part({ ...claims, ...alive() })}`;
      return `${text}.${createHmac('sha256', '').update(text).digest('base64url')}`;
    },
  ],
  ['SQL as key id', () => byStranger({ kid: "x' UNION SELECT 'secret" })],
  ['a key id of 8 kB', () => byStranger({ kid: 'A'.repeat(8000) })],
  ['a list as key id', () => byStranger({ kid: [ours.kid] })],
  ['an object as key id', () => byStranger({ kid: { toString: ours.kid } })],
  ['a name of every object as key id', () => byStranger({ kid: '__proto__' })],
  ['a key that it brings along', () => byStranger({ jwk: theirs.jwk })],
  ['a key set at its own address', () => byStranger({ jku: elsewhereUrl, kid: 'at-another-place' })],
  ['a certificate at its own address', () => byStranger({ x5u: elsewhereUrl, x5c: ['MIIB'] })],
  ['another audience', () => saying({ aud: 'service:users' })],
  ['another issuer', () => saying({ iss: 'somebody' })],
  ['the type of an identity token', () => saying({}, { typ: 'JWT' })],
  ['no type', () => saying({}, { typ: undefined })],
  ['no session', () => without('sid')],
  ['no subject', () => without('sub')],
  ['no audience', () => without('aud')],
  ['no identity of its own', () => without('jti')],
  ['no end', () => signed(header(), claims)],
  ['an end that is no number', () => saying({ exp: 'never' })],
  ['a beginning in the future', () => saying({ nbf: seconds(600) })],
  ['an end in the past', () => saying({ exp: seconds(-1) }), 'TOKEN_EXPIRED'],
  ['a session that there is not', () => saying({ sid: 'ses_01ARZ3NDEKTSV4RRFFQ69G5FAV' }), 'SESSION_ENDED'],
  ['SQL as session', () => saying({ sid: "' OR 1=1 -- " }), 'SESSION_ENDED'],
  [
    'a payload that is no JSON',
    () => `${part(header({ typ: 'JWT' }))}.${Buffer.from('{').toString('base64url')}.AAAA`,
  ],
  ['a header that is no JSON', () => `${Buffer.from('{').toString('base64url')}.${part(claims)}.AAAA`],
  ['a signature cut off', () => login.accessToken.slice(0, -4)],
  [
    'another payload under a good signature',
    () => {
      const [head = '', , signature = ''] = login.accessToken.split('.');
      return `${head}.${part({ ...claims, ...alive(), sub: 'acc_01ARZ3NDEKTSV4RRFFQ69G5FAV' })}.${signature}`;
    },
  ],
  [
    'the token of a subgraph',
    () =>
      signServiceToken(serviceKeysOfPlatform(), 'care', 'users', undefined, {
        instance: 'some process',
        body: JSON.stringify({ query: ME }),
      }),
  ],
  ['the refresh token', () => login.refreshToken],
];

test('the same way of making tokens makes good ones, when nothing is wrong with them', async () => {
  const token = saying({});
  expect(await data(ME, {}, { token })).toEqual({ me: { id: login.accountId } });
  expect(await askSubgraph('users', token, ME)).toMatchObject({
    data: { me: { id: login.accountId } },
    codes: [],
  });
  expect((await askSubgraph('care', token, CARE)).codes).toEqual([]);
});

test.each(forgeries)(
  'a token with %s is refused by every road',
  async (_what, forge, code = 'UNAUTHENTICATED') => {
    const token = forge();
    const [routed, users, care] = await Promise.all([
      ask(ME, {}, { token }),
      askSubgraph('users', token, ME),
      askSubgraph('care', token, CARE),
    ]);
    expect(routed.data?.me ?? null).toBeNull();
    expect(routed.errors.map((each) => each.extensions.code)).toEqual([code]);
    for (const answer of [users, care]) {
      expect(answer.data ?? null).toBeNull();
      expect(answer.codes).toEqual([code]);
    }
    expect(fetched).toBe(0);
  },
);

test('a good token is worth nothing once its session has ended, by every road', async () => {
  const { accessToken: token } = await logInAnew();
  await data('mutation { logOut }', {}, { token });
  const ended = async () => {
    const [routed, users, care] = await Promise.all([
      ask(ME, {}, { token }),
      askSubgraph('users', token, ME),
      askSubgraph('care', token, CARE),
    ]);
    const codes = [...routed.errors.map((each) => each.extensions.code), ...users.codes, ...care.codes];
    return codes.filter((each) => each === 'SESSION_ENDED').length === 3;
  };
  await until(ended, 4000);
});
