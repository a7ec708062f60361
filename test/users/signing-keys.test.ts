import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Authenticator } from '../../shared/auth/authenticator.ts';
import type { AppError } from '../../shared/errors/app-error.ts';
import {
  formatKeyRing,
  type KeyRing,
  parseKeyRing,
  published,
  revoked,
  ringKey,
  roleOf,
  rotated,
  signingKey,
} from '../../subgraphs/users/token/key-ring.ts';
import { changeKeyRing } from '../../subgraphs/users/token/key-ring-file.ts';
import { TokenSigner } from '../../subgraphs/users/token/token-signer.ts';
import { until } from '../testkit/platform.ts';

const pemOf = (modulusLength = 2048) =>
  String(generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
const [first, second, third] = [ringKey(pemOf()), ringKey(pemOf()), ringKey(pemOf())];
const NOW = Date.parse('2026-03-01T00:00:00.000Z');
const times = { nowMs: NOW, leadMs: 120_000, keepMs: 960_000 };
const kids = (ring: KeyRing) => ring.map((each) => each.kid);

test('a file of one bare key is a ring of one, and a ring comes back from its file as it was', () => {
  expect(kids(parseKeyRing(formatKeyRing([first])))).toEqual([first.kid]);
  const ring = rotated([first], second, times);
  const again = parseKeyRing(formatKeyRing(ring));
  const plain = (each: KeyRing) =>
    each.map(({ kid, signsFrom, publishedUntil }) => [kid, signsFrom, publishedUntil]);
  expect(plain(again)).toEqual(plain(ring));
});

test('a new key is published, then signs; the old one is published until its last token is over', () => {
  const ring = rotated([first], second, times);
  const at = (ms: number) => ({
    signs: signingKey(ring, NOW + ms).kid,
    shown: kids(published(ring, NOW + ms)),
  });
  expect(at(0)).toEqual({ signs: first.kid, shown: [second.kid, first.kid] });
  expect(at(119_999).signs).toBe(first.kid);
  expect(at(120_000)).toEqual({ signs: second.kid, shown: [second.kid, first.kid] });
  expect(at(120_000 + 959_999).shown).toEqual([second.kid, first.kid]);
  expect(at(120_000 + 960_000)).toEqual({ signs: second.kid, shown: [second.kid] });
  expect(ring.map((each) => roleOf(ring, each, NOW))).toEqual(['NEXT', 'SIGNING']);
  expect(() => rotated(ring, third, times)).toThrow('SIGNING_KEY_PENDING');
  expect(kids(rotated(ring, third, { ...times, nowMs: NOW + 2_000_000 }))).toEqual([third.kid, second.kid]);
});

test('a key that is taken away is gone at once, and another signs without a gap', () => {
  const pending = rotated([first], second, times);
  const signs = (ring: KeyRing) => signingKey(ring, NOW).kid;
  const alone = revoked([first], first.kid, third, NOW);
  expect([kids(alone), signs(alone)]).toEqual([[third.kid], third.kid]);
  const early = revoked(pending, first.kid, third, NOW);
  expect([kids(early), signs(early)]).toEqual([[second.kid], second.kid]);
  const back = revoked(pending, second.kid, third, NOW);
  expect([kids(back), signs(back), back[0]?.publishedUntil]).toEqual([[first.kid], first.kid, Infinity]);
  const later = NOW + 200_000;
  const old = revoked(pending, first.kid, third, later);
  expect([kids(old), signingKey(old, later).kid]).toEqual([[second.kid], second.kid]);
  const afterRotation = revoked(pending, second.kid, third, later);
  expect(signingKey(afterRotation, later).kid).toBe(third.kid);
  expect(() => revoked([first], 'unknown', third, NOW)).toThrow('NOT_FOUND');
});

test.each([
  ['nothing', ''],
  ['half a key', pemOf().slice(0, 400)],
  ['a key of too few bits', pemOf(1024)],
  ['no key in its frame', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
  ['no time', `Signs-From: tomorrow\n${pemOf()}`],
])('%s is no ring, and the error tells nothing of the key', (_what, text) => {
  let problems = '';
  try {
    parseKeyRing(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    problems = JSON.stringify([(error as AppError).params, (error as AppError).message]);
  }
  expect(problems).toContain('JWT_PRIVATE_KEY_FILE');
  expect(problems).not.toMatch(/BEGIN|[A-Za-z0-9+/]{30}/);
});

const dir = mkdtempSync(`${tmpdir()}/yey-keys-`);
let served: { keys: object[] } = { keys: [] };
let isDown = false;
let asked = 0;
const jwks = createServer((_request, response) => {
  asked += 1;
  response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(served));
});
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks.json`;
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  jwks.closeAllConnections();
  await new Promise((resolve) => jwks.close(resolve));
});

const signer = (ring: KeyRing) => new TokenSigner(formatKeyRing(ring));
const tokenOf = (ring: KeyRing) => `Bearer ${signer(ring).sign('acc_1', 'ses_1', 60)}`;
const FAST = { refreshMs: 40, believeMs: 80, pauseMs: 100, absentMs: 50 };

test('of several changes at once one is made, and a change that fails leaves nothing behind', async () => {
  const file = `${dir}/jwt.pem`;
  writeFileSync(file, formatKeyRing([first]), { mode: 0o600 });
  const changes = [second, third].map((each) =>
    changeKeyRing(
      file,
      (ring) => rotated(ring, each, times),
      async () => delay(20),
    ),
  );
  const results = await Promise.allSettled(changes);
  const refused = results.filter((each) => each.status === 'rejected').map(({ reason }) => reason as unknown);
  expect(refused).toEqual([expect.objectContaining({ code: 'CONFLICT_RETRY' })]);
  const now = readFileSync(file, 'utf8');
  expect(parseKeyRing(now)).toHaveLength(2);
  const failed = changeKeyRing(
    file,
    (ring) => ring,
    () => Promise.reject(new Error('no audit')),
  );
  await expect(failed).rejects.toThrow('no audit');
  expect(readFileSync(file, 'utf8')).toBe(now);
  expect(readdirSync(dir)).toEqual(['jwt.pem']);
});

test('a process that signs follows its file, and keeps its keys when the file is broken', async () => {
  const file = `${dir}/followed.pem`;
  writeFileSync(file, formatKeyRing([first]));
  const follower = TokenSigner.fromFile(file);
  const stop = follower.follow(file);
  const shown = () => JSON.stringify(follower.keySet());
  writeFileSync(file, 'broken');
  await delay(1100);
  expect(shown()).toContain(first.kid);
  writeFileSync(file, formatKeyRing([second]));
  await until(() => shown().includes(second.kid) && !shown().includes(first.kid), 3000);
  stop();
});

test('the key set shows public halves alone', () => {
  const [key] = signer([first]).keySet().keys;
  expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

test('a key that is gone is not believed any more, not even for a token that was', async () => {
  served = signer([first]).keySet();
  const authenticator = new Authenticator(url, FAST);
  const token = tokenOf([first]);
  await expect(authenticator.verify(token)).resolves.toMatchObject({ accountId: 'acc_1' });
  served = signer([second]).keySet();
  await delay(FAST.believeMs);
  await expect(authenticator.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(authenticator.verify(tokenOf([second]))).resolves.toBeDefined();
});

test('without an answer the keys stay those that are known', async () => {
  served = signer([first]).keySet();
  const authenticator = new Authenticator(url, FAST);
  const token = tokenOf([first]);
  await authenticator.verify(token);
  isDown = true;
  try {
    await delay(FAST.believeMs);
    await expect(authenticator.verify(token)).resolves.toBeDefined();
    const other = new Authenticator(url, FAST);
    await expect(other.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  } finally {
    isDown = false;
  }
});

test('a flood of made-up key ids neither hammers users nor hides a new key', async () => {
  served = signer([first]).keySet();
  const authenticator = new Authenticator(url, { ...FAST, refreshMs: 60_000, believeMs: 60_000 });
  await authenticator.verify(tokenOf([first]));
  const [header = '', ...rest] = tokenOf([first]).slice('Bearer '.length).split('.');
  const garbage = (kid: string) => {
    const fake = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), kid };
    return `Bearer ${[Buffer.from(JSON.stringify(fake)).toString('base64url'), ...rest].join('.')}`;
  };
  const before = asked;
  const began = performance.now();
  const flood = Array.from({ length: 300 }, async (_, at) => {
    await delay(at);
    await expect(
      authenticator.verify(garbage(`made-up-${String(at % 150).padStart(8, '0')}`)),
    ).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
  await delay(120);
  served = signer([second, first]).keySet();
  await expect(authenticator.verify(tokenOf([{ ...second, signsFrom: 1 }, first]))).resolves.toBeDefined();
  await Promise.all(flood);
  const most = (performance.now() - began) / FAST.pauseMs + 2;
  expect(asked - before).toBeGreaterThan(0);
  expect(asked - before).toBeLessThanOrEqual(most);
});
