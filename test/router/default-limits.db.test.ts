import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { walk } from '../journey/walk.ts';
import { send, someAddress } from '../testkit/graphql.ts';
import {
  demoAccounts,
  environmentOf,
  type Platform,
  startPlatform,
  startRouter,
} from '../testkit/platform.ts';

// Rate limits and quotas as they are when nobody configures them; the common platform of the tests has none to speak of.
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
}, 160_000);
afterAll(() => platform?.stop());

const tokenOf = (name: string) => demoAccounts(platform.dir).find((each) => each.name === name)?.token ?? '';
const consultationId = stableId('con', 'demo-consultation-01');
const ask = (query: string, variables: object, token: string) =>
  send(query, variables, { url: platform.url, token });
const codesOf = (answers: Awaited<ReturnType<typeof ask>>[]) =>
  answers.map(({ errors }) => errors[0]?.extensions.code ?? 'passed');
const count = (codes: string[], code: string) => codes.filter((each) => each === code).length;

const CHAT = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { id } }';
const message = () => ({ consultationId, body: '痛'.repeat(2000), idempotencyKey: randomUUID() });

test('a legal client meets none of them: the journey, also where registered operations alone are run', async () => {
  const strict = await startRouter(platform.dir, { OPERATIONS: 'registered' });
  try {
    for (const url of [platform.url, strict.url]) {
      const lines: string[] = [url];
      const places = {
        url,
        sandboxUrl: environmentOf(platform.dir).SANDBOX_URL ?? '',
        accounts: demoAccounts(platform.dir),
      };
      await walk(places, { say: (line) => lines.push(line), patienceMs: 0 }).catch((error: unknown) => {
        throw new Error(lines.slice(-12).join('\n'), { cause: error });
      });
    }
    const { errors } = await send(
      'query Unknown { me { displayName } }',
      {},
      { url: strict.url, token: tokenOf('李晓梅') },
    );
    expect(errors[0]?.extensions.code).toBe('OPERATION_NOT_ALLOWED');
  } finally {
    await strict.stop();
  }
}, 120_000);

test('400 chat messages of 2,000 characters at once do not go through', async () => {
  const token = tokenOf('王建国');
  const begun = Date.now();
  const answers = await Promise.all(
    Array.from({ length: 400 }, () => ask(CHAT, { input: message() }, token)),
  );
  const codes = codesOf(answers);
  // Forty in ten seconds, however long the machine takes for four hundred.
  const windows = Math.ceil((Date.now() - begun) / 10_000) + 1;
  expect(count(codes, 'passed')).toBeGreaterThanOrEqual(40);
  expect(count(codes, 'passed')).toBeLessThanOrEqual(40 * windows);
  expect(count(codes, 'passed') + count(codes, 'QUOTA_EXCEEDED')).toBe(400);
  const refused = answers.find(({ errors }) => errors.length > 0)?.errors[0];
  expect(refused?.extensions).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    params: { what: 'sendChatMessage', limit: 40, window: 10, seconds: expect.any(Number) as number },
    retryable: true,
  });
  // Aliases make no more of them, and the other side of the consultation goes on.
  const aliased = `mutation ($input: SendChatMessageInput!) { ${Array.from({ length: 20 }, (_, at) => `a${at}: sendChatMessage(input: $input) { id }`).join(' ')} }`;
  const many = await Promise.all(Array.from({ length: 5 }, () => ask(aliased, { input: message() }, token)));
  expect(
    many.flatMap(({ errors }) => errors).some(({ extensions }) => extensions.code === 'QUOTA_EXCEEDED'),
  ).toBe(true);
  expect(codesOf([await ask(CHAT, { input: message() }, tokenOf('李晓梅'))])).toEqual(['passed']);
}, 120_000);

test.each([
  ['{ drugs(first: 1, search: "阿莫西林") { edges { cursor } } }', 300],
  [
    '{ hospitalsNear(near: { latitude: 31.2, longitude: 121.4, datum: WGS84 }, radiusKm: 5, first: 1) { __typename } }',
    240,
  ],
])(
  'searches have a quota: %s',
  async (query, most) => {
    const token = tokenOf('李晓梅');
    const begun = Date.now();
    const codes: string[] = [];
    while (codes.length < most + 40) {
      codes.push(...codesOf(await Promise.all(Array.from({ length: 20 }, () => ask(query, {}, token)))));
    }
    const windows = Math.ceil((Date.now() - begun) / 60_000) + 1;
    expect(new Set(codes)).toEqual(new Set(['passed', 'QUOTA_EXCEEDED']));
    expect(count(codes, 'passed')).toBeLessThanOrEqual(most * windows);
  },
  120_000,
);

test('one account floods: it is refused after 1,200 a minute, and others go on', async () => {
  const token = tokenOf('张伟');
  const begun = Date.now();
  const codes: string[] = [];
  while (!codes.includes('RATE_LIMITED') && codes.length < 6000) {
    codes.push(
      ...codesOf(await Promise.all(Array.from({ length: 50 }, () => ask('{ __typename }', {}, token)))),
    );
  }
  const windows = Math.ceil((Date.now() - begun) / 60_000);
  expect(codes).toContain('RATE_LIMITED');
  expect(count(codes, 'passed')).toBeLessThanOrEqual(1200 * windows);
  expect(codesOf([await ask('{ me { id } }', {}, tokenOf('吴芳'))])).toEqual(['passed']);
}, 150_000);

test('whoever asks is told of the 12,000 requests a minute that an address has', async () => {
  const headers = { 'x-forwarded-for': someAddress() };
  const response = await fetch(`${platform.url}/graphql?query={__typename}`, { headers });
  expect(response.headers.get('ratelimit-policy')).toContain('"address";q=12000;w=60');
});
