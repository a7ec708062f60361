import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ClientInfo, unknownClient } from '../../shared/context/client-info.ts';
import { inRequest } from '../../shared/context/request-context.ts';
import { Counters } from '../../shared/limits/window-counter.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { LoginLimiter } from '../../subgraphs/users/login/login-limiter.ts';
import { loginLimits } from '../../subgraphs/users/login/login-limits.ts';
import { ask } from '../testkit/client.ts';
import { someAddress } from '../testkit/graphql.ts';
import { codeFor, logInAnew, newPhone } from '../testkit/login.ts';
import { environmentOf } from '../testkit/platform.ts';

const LOG_IN = `mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accountId } }`;
const REQUEST = `mutation ($input: RequestLoginCodeInput!) { requestLoginCode(input: $input) { validUntil } }`;
const REFRESH = `mutation { refreshSession(input: { refreshToken: "x" }) { accountId } }`;

type Answer = Awaited<ReturnType<typeof ask>>;

const env = () => environmentOf(inject('platformDir'));
const redis = createRedis(environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '', 'request');
beforeAll(async () => void (await redis.ping()));
afterAll(() => redis.disconnect());

const from = (address: string, device?: string) => ({
  headers: { 'x-forwarded-for': address, ...(device && { 'x-device-id': device }) },
});
const codesOf = ({ errors }: Answer) => errors.map((each) => each.extensions.code);
const logIn = (phone: string, code: string, address: string) =>
  ask(LOG_IN, { input: { phone, code } }, from(address));
const otherThan = (right: string, count: number) =>
  Array.from({ length: count }, (_, at) => String((Number(right) + 1 + at) % 1_000_000).padStart(6, '0'));

function tally(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of answers.flatMap(codesOf)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** One operation that tries codes under as many aliases. */
function underAliases(phone: string, codes: string[]): string {
  const fields = codes.map(
    (code, at) => `t${at}: logInBySms(input: { phone: "${phone}", code: "${code}" }) { accountId }`,
  );
  return `mutation { ${fields.join(' ')} }`;
}

test('fifty calls at once for one number from one address are ten tries', async () => {
  const [phone, address] = [newPhone(), someAddress()];
  const answers = await Promise.all(otherThan('0', 50).map((code) => logIn(phone, code, address)));
  expect(tally(answers)).toEqual({ LOGIN_CODE_WRONG: 10, TOO_MANY_ATTEMPTS: 40 });
  const refused = answers.flatMap(({ errors }) => errors).find((each) => each.extensions.retryable);
  expect(refused?.extensions.params.seconds).toBeGreaterThan(800);
  expect(refused?.extensions.params.seconds).toBeLessThanOrEqual(900);
});

test('forty aliases are no more tries than forty calls, and five wrong ones burn the code', async () => {
  const [phone, address] = [newPhone(), someAddress()];
  const right = await codeFor(phone);
  const operation = underAliases(phone, [...otherThan(right, 39), right]);
  const answers: Answer[] = [];
  for (let call = 0; call < 11; call += 1) answers.push(await ask(operation, {}, from(address)));
  expect(tally(answers)).toEqual({ LOGIN_CODE_WRONG: 10, TOO_MANY_ATTEMPTS: 1 });
  expect(codesOf(await logIn(phone, right, someAddress()))).toEqual(['LOGIN_CODE_WRONG']);
});

test('messages to many numbers under aliases stop where as many calls would', async () => {
  const phones = Array.from({ length: 25 }, newPhone);
  const fields = phones.map(
    (phone, at) => `t${at}: requestLoginCode(input: { phone: "${phone}" }) { validUntil }`,
  );
  const device = randomBytes(16).toString('hex');
  const answer = await ask(`mutation { ${fields.join(' ')} }`, {}, from(someAddress(), device));
  expect(codesOf(answer)).toEqual(['TOO_MANY_ATTEMPTS']);
  const messages = await Promise.all(
    phones.map(async (phone) => {
      const url = `${env().SANDBOX_URL}/sms.json?phone=${encodeURIComponent(phone)}`;
      return ((await (await fetch(url)).json()) as unknown[]).length;
    }),
  );
  expect(messages).toEqual(phones.map((_phone, at) => (at < 20 ? 1 : 0)));
});

test('operations do not come in batches', async () => {
  const operation = { query: LOG_IN, variables: { input: { phone: newPhone(), code: '000000' } } };
  const response = await fetch(`${inject('platformUrl')}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': someAddress() },
    body: JSON.stringify([operation, operation]),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain('LOGIN_CODE_WRONG');
});

test('known or not, a number gets the same answers to everything', async () => {
  const known = newPhone();
  await logInAnew(known);
  const heard = async (phone: string) => {
    const address = someAddress();
    const answers: Answer[] = [];
    for (const code of [...otherThan('0', 11), 'x']) answers.push(await logIn(phone, code, address));
    return answers.map(({ status, data, errors }) => ({
      status,
      data,
      errors: errors.map(({ message, extensions: { code } }) => [code, message.replace(/\d+/, '…')]),
    }));
  };
  expect(await heard(known)).toEqual(await heard(newPhone()));
});

test('another address has tries of its own: nobody is locked out by a stranger', async () => {
  const [phone, stranger] = [newPhone(), someAddress()];
  for (const code of otherThan('0', 11)) await logIn(phone, code, stranger);
  expect(codesOf(await logIn(phone, '000000', stranger))).toEqual(['TOO_MANY_ATTEMPTS']);
  const code = await codeFor(phone);
  expect(codesOf(await logIn(phone, code, someAddress()))).toEqual([]);
});

test('one number in many spellings has the tries of one', async () => {
  const [phone, address] = [newPhone(), someAddress()];
  const digits = phone.slice(3);
  const spellings = [
    phone,
    digits,
    `0086${digits}`,
    `+86 ${digits}`,
    digits.split('').join('-'),
    ` ${digits} `,
  ];
  const answers: Answer[] = [];
  for (let at = 0; at < 12; at += 1) answers.push(await logIn(spellings[at % 6] ?? '', '000000', address));
  expect(tally(answers)).toEqual({ LOGIN_CODE_WRONG: 10, TOO_MANY_ATTEMPTS: 2 });
});

test('who asks again too early loses nothing but the wait', async () => {
  const [phone, address] = [newPhone(), someAddress()];
  const answers: Answer[] = [];
  for (let at = 0; at < 7; at += 1) answers.push(await ask(REQUEST, { input: { phone } }, from(address)));
  expect(tally(answers)).toEqual({ SMS_TOO_OFTEN: 6 });
});

test('refreshing is counted too', async () => {
  const caller = from(someAddress(), randomBytes(16).toString('hex'));
  const answers = await Promise.all(Array.from({ length: 61 }, () => ask(REFRESH, {}, caller)));
  expect(tally(answers)).toEqual({ SESSION_ENDED: 60, TOO_MANY_ATTEMPTS: 1 });
});

test('no number stands in Redis in clear', async () => {
  const phone = newPhone();
  await logIn(phone, '000000', someAddress());
  const keys = await redis.keys('yey:login:*');
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.join('\n')).not.toContain(phone.slice(3));
});

function as<T>(client: Partial<ClientInfo>, work: () => Promise<T>): Promise<T> {
  const request = { requestId: '', traceparent: '', locale: 'en', actorId: '', needsLatest: false };
  return inRequest({ ...request, client: { ...unknownClient, ...client } }, work);
}

/** How many of a hundred attempts at once are let through. */
async function passed(attempt: (at: number) => Promise<void>): Promise<number> {
  const all = await Promise.allSettled(Array.from({ length: 100 }, (_, at) => attempt(at)));
  const refused = all.filter((each) => each.status === 'rejected').map(({ reason }) => reason as object);
  for (const each of refused) expect(each).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  return all.length - refused.length;
}

test('one address, or the /64 that somebody has, gets four codes an hour sent to one number', async () => {
  const limiter = new LoginLimiter(new Counters(redis), loginLimits.parse(undefined));
  const subject = randomBytes(32).toString('hex');
  const send = (ip: string) => as({ ip }, () => limiter.attempt('SMS_SEND', subject));
  const net = randomBytes(4)
    .toString('hex')
    .replace(/(....)(....)/, '2001:db8:$1:$2');
  expect(await passed((at) => send(`${net}::${at.toString(16)}`))).toBe(4);
  await expect(send(someAddress())).resolves.toBeUndefined();
});

test('a second factor is tried ten times, from wherever', async () => {
  const limiter = new LoginLimiter(new Counters(redis), loginLimits.parse(undefined));
  const subject = randomBytes(32).toString('hex');
  const count = await passed(() =>
    as({ ip: someAddress() }, () => limiter.attempt('SECOND_FACTOR', subject)),
  );
  expect(count).toBe(10);
});

test('limits are those of the configuration, and they hold without Redis', async () => {
  const limits = loginLimits.parse(JSON.stringify({ OIDC: { address: [[7, 60]] } }));
  const gone = createRedis('redis://127.0.0.1:1/0', 'request');
  try {
    for (const store of [redis, gone]) {
      const limiter = new LoginLimiter(new Counters(store), limits);
      const ip = someAddress();
      expect(await passed(() => as({ ip }, () => limiter.attempt('OIDC')))).toBe(7);
    }
  } finally {
    gone.disconnect();
  }
  for (const wrong of ['{', '[]', '{"OIDC":{"address":[[0,60]]}}', '{"FAX":{}}', '{"OIDC":{"shoe":[]}}']) {
    expect(loginLimits.safeParse(wrong).success, wrong).toBe(false);
  }
});
