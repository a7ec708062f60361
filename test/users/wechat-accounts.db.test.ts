import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WechatChannel } from '../../subgraphs/users/wechat/wechat.config.ts';
import { newPhone } from '../testkit/login.ts';
import { actorOf } from '../testkit/parties.ts';
import { rows } from '../testkit/rows.ts';
import {
  byApp,
  byBrowser,
  byMiniProgram,
  openWechatLogins,
  somebody,
  type WechatLogins,
} from '../testkit/wechat-logins.ts';

const { WEB_QR, IN_APP } = WechatChannel;

let all: WechatLogins;

beforeAll(async () => {
  all = await openWechatLogins();
});
afterAll(() => all.close());

const refusal = (code: string) => expect.objectContaining({ code }) as Error;

test('a person has one account in all four ways', async () => {
  const person = somebody();
  const accounts = [
    await byMiniProgram(all, person),
    await byBrowser(all, WEB_QR, person),
    await byBrowser(all, IN_APP, person),
    await byApp(all, person),
    await byMiniProgram(all, person),
  ];
  expect(new Set(accounts).size).toBe(1);
  expect(await byApp(all, somebody())).not.toBe(accounts[0]);
  const [identity, ...more] = await rows('SELECT id FROM yey_users.identity WHERE account_id = ?', accounts);
  expect(more).toEqual([]);
  const terminals = await rows('SELECT openid FROM yey_users.wechat_openid WHERE identity_id = ?', [
    identity?.id,
  ]);
  expect(terminals).toHaveLength(4);
});

test('where WeChat tells the unionid later, the account is the same and the terminals come together', async () => {
  const person = somebody();
  const account = await byMiniProgram(all, person, { hasUnion: false });
  expect(await byMiniProgram(all, person)).toBe(account);
  expect(await byApp(all, person)).toBe(account);
  expect(await byMiniProgram(all, person, { hasUnion: false })).toBe(account);
});

test('an openid and a unionid of different accounts are a clear error, and both stay what they are', async () => {
  const person = somebody();
  const one = await byMiniProgram(all, person, { hasUnion: false });
  const other = await byApp(all, person);
  expect(other).not.toBe(one);
  await expect(byMiniProgram(all, person)).rejects.toThrow(refusal('IDENTITY_CONFLICT'));
  expect(await byMiniProgram(all, person, { hasUnion: false })).toBe(one);
  expect(await byApp(all, person)).toBe(other);
});

test('of ten first logins at once one makes the account, by one app and by several', async () => {
  const [one, two] = [somebody(), somebody()];
  const same = await Promise.all(
    Array.from({ length: 10 }, () => byMiniProgram(all, one, { hasUnion: false })),
  );
  expect(new Set(same).size).toBe(1);
  const mixed = await Promise.all(
    Array.from({ length: 5 }, () => [byMiniProgram(all, two), byApp(all, two)]).flat(),
  );
  expect(new Set(mixed).size).toBe(1);
  const known = await rows('SELECT id FROM yey_users.account WHERE id IN (?)', [[...same, ...mixed]]);
  expect(known).toHaveLength(2);
});

test('with the phone the account is that of the phone, made or found; different accounts are an error', async () => {
  const [phone, person] = [newPhone(), somebody()];
  const phoneCode = () => all.wechat.phoneCodeOf({ phone: phone.slice(3) });
  const bySms = await all.parties.logInBySms(phone);
  expect(await byMiniProgram(all, person, {}, await phoneCode())).toBe(bySms);
  expect(await byApp(all, person)).toBe(bySms);

  const fresh = newPhone();
  const both = await byMiniProgram(
    all,
    somebody(),
    {},
    await all.wechat.phoneCodeOf({ phone: fresh.slice(3) }),
  );
  expect(await all.parties.logInBySms(fresh)).toBe(both);

  const stranger = somebody();
  const own = await byApp(all, stranger);
  await expect(byMiniProgram(all, stranger, {}, await phoneCode())).rejects.toThrow(
    refusal('IDENTITY_CONFLICT'),
  );
  expect(await byApp(all, stranger)).toBe(own);
});

test('a phone that is linked is a way in, and none any more when it is unlinked', async () => {
  const [phone, account] = [newPhone(), await byApp(all, somebody())];
  const owner = actorOf(account);
  const code = await all.parties.codeFor(phone);
  const id = await all.parties.identities.linkPhone(owner, phone, code, randomUUID());
  all.parties.pass(60);
  expect(await all.parties.logInBySms(phone)).toBe(account);
  await all.parties.identities.unlink(owner, id, randomUUID());
  all.parties.pass(60);
  expect(await all.parties.logInBySms(phone)).not.toBe(account);
});

test('SMS and mini-program at once for one new phone make one account', async () => {
  const phone = newPhone();
  const code = await all.wechat.phoneCodeOf({ phone: phone.slice(3) });
  const accounts = await Promise.all([
    all.parties.logInBySms(phone),
    byMiniProgram(all, somebody(), {}, code),
  ]);
  expect(accounts[0]).toBe(accounts[1]);
});

test("a phone of another app's person, or of abroad, is none; a phone code works once", async () => {
  const foreign = await all.wechat.phoneCodeOf({ phone: '4155550100', countryCode: '1' });
  await expect(byMiniProgram(all, somebody(), {}, foreign)).rejects.toThrow(refusal('BAD_PHONE'));
  const other = await all.wechat.phoneCodeOf({ phone: newPhone().slice(3), appid: 'wx_of_others' });
  await expect(byMiniProgram(all, somebody(), {}, other)).rejects.toThrow(refusal('WECHAT_CODE_WRONG'));
  const code = await all.wechat.phoneCodeOf({ phone: newPhone().slice(3) });
  await byMiniProgram(all, somebody(), {}, code);
  await expect(byMiniProgram(all, somebody(), {}, code)).rejects.toThrow(refusal('WECHAT_CODE_WRONG'));
});

test('the token of the app is asked for once, before its end, and when WeChat refuses it', async () => {
  const login = async () =>
    byMiniProgram(all, somebody(), {}, await all.wechat.phoneCodeOf({ phone: newPhone().slice(3) }));
  const asked = async () => (await all.wechat.calls()).stable_token ?? 0;
  await login();
  const before = await asked();
  await login();
  expect(await asked()).toBe(before);
  await all.wechat.expireTokens();
  await login();
  expect(await asked()).toBe(before + 1);
  all.parties.pass(7200 - 4 * 60);
  await login();
  expect(await asked()).toBe(before + 2);
});
