import 'reflect-metadata';
import type { AppError } from '../../shared/errors/app-error.ts';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { LoginPurpose } from '../../subgraphs/users/login/party-login.types.ts';
import { WechatChannel } from '../../subgraphs/users/wechat/wechat.config.ts';
import { data } from '../testkit/client.ts';
import { type Login, newPhone } from '../testkit/login.ts';
import { actorOf, BACK, openParties } from '../testkit/parties.ts';
import { environmentOf } from '../testkit/platform.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { wechatApps, wechatAt } from '../testkit/wechat.ts';
import {
  begin,
  byApp,
  nobody,
  openWechatLogins,
  somebody,
  type WechatLogins,
} from '../testkit/wechat-logins.ts';

const { MINI_PROGRAM, WEB_QR, IN_APP, NATIVE_APP } = WechatChannel;

let all: WechatLogins;

beforeAll(async () => {
  all = await openWechatLogins();
});
afterAll(() => all.close());

const refusal = (code: string) => expect.objectContaining({ code }) as Error;

test('a code works once, for its own app, and not when it is old', async () => {
  const appid = wechatApps.NATIVE_APP.appId;
  const use = (code: string) =>
    all.parties.wechat.logIn({ channel: NATIVE_APP, code, state: null, verifier: null });
  const code = await all.wechat.codeOf({ appid, person: somebody() });
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => use(code)));
  expect(answers.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  const wrong = [
    code,
    await all.wechat.codeOf({ appid, person: somebody(), isOld: true }),
    await all.wechat.codeOf({ appid: wechatApps.WEB_QR.appId, person: somebody() }),
    'unknown',
    '',
    'ｆｕｌｌ',
    "' OR 1=1 --",
    'x'.repeat(129),
  ];
  for (const each of wrong) await expect(use(each), each).rejects.toThrow(refusal('WECHAT_CODE_WRONG'));
});

test.each([
  [40029, 'WECHAT_CODE_WRONG'],
  [40163, 'WECHAT_CODE_WRONG'],
  [42003, 'WECHAT_CODE_WRONG'],
  [40030, 'WECHAT_LOGIN_EXPIRED'],
  [42001, 'WECHAT_LOGIN_EXPIRED'],
  [42002, 'WECHAT_LOGIN_EXPIRED'],
  [42007, 'WECHAT_LOGIN_EXPIRED'],
  [45011, 'WECHAT_TOO_OFTEN'],
  [40226, 'WECHAT_RISKY'],
  [40013, 'WECHAT_UNAVAILABLE'],
  [40125, 'WECHAT_UNAVAILABLE'],
  [41002, 'WECHAT_UNAVAILABLE'],
  [41004, 'WECHAT_UNAVAILABLE'],
  [48001, 'WECHAT_UNAVAILABLE'],
  [99999, 'WECHAT_UNAVAILABLE'],
])('errcode %i of WeChat is %s', async (errcode, code) => {
  await all.wechat.fail('access_token', errcode);
  await expect(byApp(all, somebody())).rejects.toThrow(refusal(code));
});

test('a busy WeChat is asked again, four times at most; one that is gone is not available', async () => {
  const calls = async () => (await all.wechat.calls()).access_token ?? 0;
  const before = await calls();
  await all.wechat.fail('access_token', -1, 2);
  await byApp(all, somebody());
  expect(await calls()).toBe(before + 3);
  await all.wechat.fail('access_token', -1, 4);
  await expect(byApp(all, somebody())).rejects.toThrow(refusal('WECHAT_UNAVAILABLE'));
  expect(await calls()).toBe(before + 7);
  const gone = await openParties({});
  const login = gone.wechat.logInByMiniProgram('any', undefined);
  await expect(login).rejects.toThrow(refusal('WECHAT_UNAVAILABLE'));
  await gone.close();
});

test('what a browser brings back works once, there alone, in time, and for what it was begun', async () => {
  const channel = WEB_QR;
  const codeNow = () => all.wechat.codeOf({ appid: wechatApps.WEB_QR.appId, person: somebody() });
  const back = async (state: string | null, verifier: string | null, as: WechatChannel = channel) =>
    all.parties.wechat.logIn({ channel: as, code: await codeNow(), state, verifier });
  const [mine, thief] = [await begin(all, channel), await begin(all, channel)];
  const wrong: [string | null, string | null, WechatChannel?][] = [
    [mine.state, thief.verifier],
    [mine.state, ''],
    [null, null],
    ['0'.repeat(64), mine.verifier],
    [mine.verifier, mine.state],
    [mine.state, mine.verifier, IN_APP],
  ];
  for (const [state, verifier, as] of wrong) {
    await expect(back(state, verifier, as)).rejects.toThrow(refusal('LOGIN_STATE_INVALID'));
  }
  const code = await codeNow();
  const link = all.parties.wechat.prove(
    { channel, code, state: mine.state, verifier: mine.verifier },
    'acc_of_somebody',
  );
  await expect(link).rejects.toThrow(refusal('LOGIN_STATE_INVALID'));

  // A busy WeChat does not cost the person the login.
  await all.wechat.fail('access_token', -1, 4);
  await expect(back(mine.state, mine.verifier)).rejects.toThrow(refusal('WECHAT_UNAVAILABLE'));
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => back(mine.state, mine.verifier)));
  const refusals = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason as AppError] : []));
  expect(refusals.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'LOGIN_STATE_INVALID'));
  await expect(back(mine.state, mine.verifier)).rejects.toThrow(refusal('LOGIN_STATE_INVALID'));

  const late = await begin(all, channel);
  all.parties.pass(600);
  await expect(back(late.state, late.verifier)).rejects.toThrow(refusal('LOGIN_STATE_INVALID'));
});

test('browsers are sent back to allowed addresses alone, and only from channels of browsers', async () => {
  for (const address of [
    `${BACK}/`,
    `${BACK}?next=x`,
    `${BACK}.evil.example`,
    'https://evil.example/login',
    'http://portal.example/login',
    'https://portal.example@evil.example/login',
    'javascript:alert(1)',
    '',
  ]) {
    await expect(begin(all, WEB_QR, address), address).rejects.toThrow(refusal('REDIRECT_NOT_ALLOWED'));
  }
  await expect(begin(all, MINI_PROGRAM)).rejects.toThrow(refusal('VALIDATION_FAILED'));
  await expect(begin(all, NATIVE_APP)).rejects.toThrow(refusal('VALIDATION_FAILED'));
  const { url, state } = await begin(all, IN_APP);
  expect(state).toMatch(/^[0-9a-f]{64}$/);
  expect(url).toBe(
    `${all.wechat.url}/connect/oauth2/authorize?appid=wx_inside&redirect_uri=${encodeURIComponent(BACK)}` +
      `&response_type=code&scope=snsapi_userinfo&state=${state}#wechat_redirect`,
  );
});

test('a way of WeChat that is not configured is off', async () => {
  const few = await openParties({ wechatUrl: all.wechat.url, apps: { WEB_QR: wechatApps.WEB_QR } });
  const input = { channel: IN_APP, redirectUri: BACK, isSilent: true, purpose: LoginPurpose.LOGIN };
  await expect(few.wechat.begin(input, nobody)).rejects.toThrow(refusal('LOGIN_METHOD_OFF'));
  await expect(few.wechat.logInByMiniProgram('any', 'any')).rejects.toThrow(refusal('LOGIN_METHOD_OFF'));
  await few.close();
});

test('through the router: QR code, then the mini-program, and no name of WeChat in the database', async () => {
  const env = environmentOf(inject('platformDir'));
  const sandbox = wechatAt(env.SANDBOX_URL ?? '');
  const person = somebody();
  const begun = await data(
    `mutation ($input: BeginWechatLoginInput!) {
      beginWechatLogin(input: $input) { url state verifier expiresAt } }`,
    { input: { channel: WEB_QR, redirectUri: `${inject('platformUrl')}/` } },
  );
  const { url, state, verifier } = begun.beginWechatLogin as {
    url: string;
    state: string;
    verifier: string;
  };
  // The page of the sandbox: the person agrees there.
  expect(await (await fetch(url)).text()).toContain('Agree');
  const asked = new URL(url).searchParams;
  asked.set('person', person);
  const agreed = await fetch(`${sandbox.url}/sandbox/agree?${asked.toString()}`, { redirect: 'manual' });
  const back = new URL(agreed.headers.get('location') ?? '').searchParams;
  expect(back.get('state')).toBe(state);
  const login = await data(
    'mutation ($input: LogInByWechatInput!) { logInByWechat(input: $input) { accountId accessToken } }',
    { input: { channel: WEB_QR, code: back.get('code'), state, verifier } },
  );
  const { accountId, accessToken } = login.logInByWechat as Login;
  const me = await data('{ me { id identities { kind label } } }', {}, { token: accessToken });
  expect(me).toEqual({
    me: {
      id: accountId,
      identities: [{ kind: 'WECHAT', label: expect.stringMatching(/^微信 \*{4}[\w-]{4}$/) as string }],
    },
  });
  const code = await sandbox.codeOf({ appid: 'wx_sandbox_mini_program', person });
  const phone = newPhone();
  const phoneCode = await sandbox.phoneCodeOf({ phone: phone.slice(3) });
  const again = await data(
    `mutation ($input: LogInByWechatMiniProgramInput!) {
      logInByWechatMiniProgram(input: $input) { accountId } }`,
    { input: { code, phoneCode } },
  );
  expect(again).toEqual({ logInByWechatMiniProgram: { accountId } });
  const [identity] = await rows("SELECT id FROM yey_users.identity WHERE account_id = ? AND kind = 'SMS'", [
    accountId,
  ]);
  expect(await auditOf(String(identity?.id))).toEqual([{ actor: accountId, action: 'identity.link' }]);

  const dump = JSON.stringify([
    await rows('SELECT * FROM yey_users.identity'),
    await rows('SELECT * FROM yey_users.wechat_openid'),
    await rows('SELECT * FROM yey_users.login_state'),
    await rows('SELECT * FROM yey_users.account'),
    await rows('SELECT * FROM yey_users_audit.audit_entry WHERE actor = ?', [accountId]),
  ]);
  for (const secret of [phone.slice(3), state, verifier, person, code, 'unionid:', 'wx_sandbox']) {
    expect(dump.includes(secret), secret).toBe(false);
  }
});

test('only who is logged in can begin a linking', async () => {
  const input = { channel: WEB_QR, redirectUri: BACK, isSilent: false, purpose: LoginPurpose.LINK };
  await expect(all.parties.wechat.begin(input, nobody)).rejects.toThrow(refusal('UNAUTHENTICATED'));
  const account = await byApp(all, somebody());
  const { state, verifier } = await all.parties.wechat.begin(input, actorOf(account));
  const code = await all.wechat.codeOf({ appid: wechatApps.WEB_QR.appId, person: somebody() });
  const login = all.parties.wechat.logIn({ channel: WEB_QR, code, state, verifier });
  await expect(login).rejects.toThrow(refusal('LOGIN_STATE_INVALID'));
});
