import { expect, test } from 'vitest';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { codeFor, type Login, newPhone } from '../testkit/login.ts';

const REQUEST = `mutation ($input: RequestLoginCodeInput!) { requestLoginCode(input: $input) { validUntil resendAfter } }`;
const LOG_IN = `mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken refreshToken accountId } }`;
const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken accountId } }`;

const logIn = (phone: string, code: string) => ask(LOG_IN, { input: { phone, code } });
const loginOf = (answer: Awaited<ReturnType<typeof ask>>) => answer.data?.logInBySms as Login;
const refresh = (refreshToken: string) => ask(REFRESH, { input: { refreshToken } });

test('a new number gets a code, an account, and the same account again', async () => {
  const phone = newPhone();
  const login = loginOf(await logIn(phone, await codeFor(phone)));
  const me = await data('{ me { id displayName } }', {}, { token: login.accessToken });
  expect(me).toEqual({ me: { id: login.accountId, displayName: `用户${phone.slice(-4)}` } });
});

test('a demo account is reached by its number, as people type it', async () => {
  const code = await codeFor('+8613800000001');
  const { accountId } = loginOf(await logIn('138-0000 0001', code));
  expect(await data('{ me { id } }', {}, { token: tokenOf('李晓梅') })).toEqual({ me: { id: accountId } });
});

test('of a hundred logins with one code, one succeeds', async () => {
  const phone = newPhone();
  const code = await codeFor(phone);
  const answers = await Promise.all(Array.from({ length: 100 }, () => logIn(phone, code)));
  expect(answers.filter((each) => each.errors.length === 0)).toHaveLength(1);
  const codes = answers.flatMap((each) => each.errors.map((error) => error.extensions.code));
  expect(new Set(codes)).toEqual(new Set(['LOGIN_CODE_WRONG']));
});

test('five wrong tries burn a code', async () => {
  const phone = newPhone();
  const code = await codeFor(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect((await logIn(phone, wrong)).errors[0]?.extensions.code).toBe('LOGIN_CODE_WRONG');
  }
  expect((await logIn(phone, code)).errors[0]?.extensions.code).toBe('LOGIN_CODE_WRONG');
});

test('codes at once for one number: one is sent, the others are told to wait', async () => {
  const phone = newPhone();
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(REQUEST, { input: { phone } })));
  expect(answers.filter((each) => each.errors.length === 0)).toHaveLength(1);
  const refused = answers.find((each) => each.errors.length > 0)?.errors[0]?.extensions;
  expect(refused).toMatchObject({ code: 'SMS_TOO_OFTEN', params: { seconds: expect.any(Number) as number } });
});

test('a refresh token at once, twenty times, gives one and the same next token', async () => {
  const phone = newPhone();
  const first = loginOf(await logIn(phone, await codeFor(phone)));
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(first.refreshToken)));
  expect(answers.flatMap((each) => each.errors)).toEqual([]);
  const next = new Set(
    answers.map((each) => (each.data as { refreshSession: Login }).refreshSession.refreshToken),
  );
  expect(next.size).toBe(1);
  expect((await refresh([...next][0] ?? '')).errors).toEqual([]);
});

test('after the logout the refresh token is worth nothing; unknown ones never were', async () => {
  const phone = newPhone();
  const { accessToken, refreshToken } = loginOf(await logIn(phone, await codeFor(phone)));
  expect(await data('mutation { logOut }', {}, { token: accessToken })).toEqual({ logOut: true });
  for (const token of [refreshToken, 'unknown', '']) {
    expect((await refresh(token)).errors[0]?.extensions.code).toBe('SESSION_ENDED');
  }
});

test('what is no mainland mobile number is refused', async () => {
  for (const phone of [
    '',
    '12345678901',
    '+8612800000001',
    '１３８００００００１',
    "13800000001' OR 1=1",
    '+14155550100',
  ]) {
    const { errors } = await ask(REQUEST, { input: { phone } });
    expect(errors[0]?.extensions.code, phone).toBe('BAD_PHONE');
  }
});
