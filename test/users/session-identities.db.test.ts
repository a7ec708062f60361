import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WechatChannel } from '../../subgraphs/users/wechat/wechat.config.ts';
import { newPhone } from '../testkit/login.ts';
import { actorOf } from '../testkit/parties.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { wechatApps } from '../testkit/wechat.ts';
import {
  byApp,
  byMiniProgram,
  openWechatLogins,
  somebody,
  type WechatLogins,
} from '../testkit/wechat-logins.ts';

let all: WechatLogins;

beforeAll(async () => {
  all = await openWechatLogins();
});
afterAll(() => all.close());

/** The kinds of the ways by which the sessions of an account began, and why they ended. */
const sessionsOf = (account: string) =>
  rows(
    `SELECT identity.kind, session.end_reason AS ended FROM yey_users.session
     LEFT JOIN yey_users.identity ON identity.id = session.identity_id
     WHERE session.account_id = ? ORDER BY session.id`,
    [account],
  );
const wechatsOf = (account: string) =>
  rows("SELECT id FROM yey_users.identity WHERE account_id = ? AND kind = 'WECHAT' ORDER BY id", [account]);
const unlink = (account: string, id: unknown) =>
  all.parties.identities.unlink(actorOf(account), String(id), randomUUID());

/** Links the person as the SDK of an app names them. @returns the identity */
async function linkByApp(account: string, person: string): Promise<string> {
  const code = await all.wechat.codeOf({ appid: wechatApps.NATIVE_APP.appId, person });
  const login = { channel: WechatChannel.NATIVE_APP, code, state: null, verifier: null };
  const linking = { actor: actorOf(account), operation: 'linkWechat', key: randomUUID(), body: {} };
  return all.parties.identities.link(linking, (accountId) => all.parties.wechat.prove(login, accountId));
}

test('a login that WeChat vouches for, with the phone that WeChat tells, ends with WeChat', async () => {
  const [phone, person] = [newPhone(), somebody()];
  const phoneCode = await all.wechat.phoneCodeOf({ phone: phone.slice(3) });
  const account = await byMiniProgram(all, person, {}, phoneCode);
  await all.parties.logInBySms(phone);
  const [wechat] = await wechatsOf(account);
  await unlink(account, wechat?.id);
  expect(await sessionsOf(account)).toEqual([
    { kind: null, ended: 'IDENTITY_UNLINKED' },
    { kind: 'SMS', ended: null },
  ]);
});

test('of two that turn out to be one person the sessions go along', async () => {
  const person = somebody();
  const account = await byMiniProgram(all, person, { hasUnion: false });
  await all.parties.identities.linkPhone(actorOf(account), ...(await phoneAndCode()), randomUUID());
  const kept = await linkByApp(account, person);
  expect(await wechatsOf(account)).toHaveLength(2);
  expect(await byMiniProgram(all, person)).toBe(account);
  expect((await wechatsOf(account)).map(({ id }) => id)).toEqual([kept]);
  expect((await auditOf(kept)).map(({ action }) => action)).toContain('identity.change');
  await unlink(account, kept);
  expect((await sessionsOf(account)).map(({ ended }) => ended)).toEqual([
    'IDENTITY_UNLINKED',
    'IDENTITY_UNLINKED',
  ]);
});

test('of logins at once with the unlinking none outlives it', async () => {
  for (let round = 0; round < 8; round += 1) {
    const person = somebody();
    const account = await byApp(all, person);
    await all.parties.identities.linkPhone(actorOf(account), ...(await phoneAndCode()), randomUUID());
    const [wechat] = await wechatsOf(account);
    await Promise.allSettled([
      byApp(all, person),
      byApp(all, person),
      unlink(account, wechat?.id),
      byApp(all, person),
    ]);
    expect(await wechatsOf(account)).toEqual([]);
    const live = (await sessionsOf(account)).filter(({ ended }) => ended === null);
    expect(live).toEqual([]);
  }
});

async function phoneAndCode(): Promise<[string, string]> {
  const phone = newPhone();
  return [phone, await all.parties.codeFor(phone)];
}
