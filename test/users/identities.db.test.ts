import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { codeFor, type Login, logInAnew, newPhone } from '../testkit/login.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { auditOf, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { sessionOf } from '../testkit/users-services.ts';
import { wechatAt } from '../testkit/wechat.ts';

const LINK_PHONE =
  'mutation ($input: LinkPhoneInput!) { linkPhone(input: $input) { id kind label linkedAt } }';
const LINK_MINI =
  'mutation ($input: LinkWechatMiniProgramInput!) { linkWechatMiniProgram(input: $input) { id kind } }';
const UNLINK = 'mutation ($input: UnlinkIdentityInput!) { unlinkIdentity(input: $input) { id } }';
const MINE = '{ myIdentities { id kind label } }';

interface Identity {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
}

const sandbox = () => wechatAt(environmentOf(inject('platformDir')).SANDBOX_URL ?? '');
const wechatCode = (person: string) => sandbox().codeOf({ appid: 'wx_sandbox_mini_program', person });
const codesOf = (answer: Awaited<ReturnType<typeof ask>>) =>
  answer.errors.map((each) => each.extensions.code);
const mine = async (token: string) => (await data(MINE, {}, { token })).myIdentities as Identity[];

async function linkPhone(token: string, phone: string, key: string = randomUUID()) {
  const input = { phone, code: await codeFor(phone), idempotencyKey: key };
  return ask(LINK_PHONE, { input }, { token });
}
async function linkWechat(token: string, person: string) {
  const input = { code: await wechatCode(person), idempotencyKey: randomUUID() };
  return ask(LINK_MINI, { input }, { token });
}
const unlink = (token: string, identityId: string, key: string = randomUUID()) =>
  ask(UNLINK, { input: { identityId, idempotencyKey: key } }, { token });
const logInByWechat = async (person: string) => {
  const answer = await data(
    `mutation ($input: LogInByWechatMiniProgramInput!) {
      logInByWechatMiniProgram(input: $input) { accountId accessToken refreshToken } }`,
    { input: { code: await wechatCode(person) } },
  );
  return answer.logInByWechatMiniProgram as Login;
};

test('a second phone and WeChat are linked, and each can be unlinked but the last', async () => {
  const [first, second, person] = [newPhone(), newPhone(), randomUUID()];
  const { accountId, accessToken: token } = await logInAnew(first);
  expect(codesOf(await linkPhone(token, second))).toEqual([]);
  expect(codesOf(await linkWechat(token, person))).toEqual([]);
  expect((await logInByWechat(person)).accountId).toBe(accountId);
  const all = await mine(token);
  const masked = (phone: string) => `${phone.slice(3, 6)}****${phone.slice(-4)}`;
  expect(all.map(({ kind }) => kind)).toEqual(['SMS', 'SMS', 'WECHAT']);
  expect(all.slice(0, 2).map(({ label }) => label)).toEqual([masked(first), masked(second)]);

  const [sms, , wechat] = all;
  const key = randomUUID();
  const left = (await unlink(token, wechat?.id ?? '', key)).data?.unlinkIdentity as Identity[];
  expect(left).toHaveLength(2);
  // A retry of what succeeded is a success.
  expect(codesOf(await unlink(token, wechat?.id ?? '', key))).toEqual([]);
  expect(codesOf(await unlink(token, wechat?.id ?? ''))).toEqual(['NOT_FOUND']);
  const openids = await rows('SELECT id FROM yey_users.wechat_openid WHERE identity_id = ?', [wechat?.id]);
  expect(openids).toEqual([]);
  expect((await logInByWechat(person)).accountId).not.toBe(accountId);

  expect(codesOf(await unlink(token, sms?.id ?? ''))).toEqual([]);
  const [last] = await mine(token);
  expect(codesOf(await unlink(token, last?.id ?? ''))).toEqual(['LAST_IDENTITY']);
  expect((await auditOf(wechat?.id ?? '')).map(({ action, actor }) => [action, actor])).toEqual([
    ['identity.link', accountId],
    ['identity.unlink', accountId],
  ]);
});

test('whoever came in by a way that is unlinked is out; the others stay', async () => {
  const [phone, person] = [newPhone(), randomUUID()];
  const { accessToken: token } = await logInAnew(phone);
  await linkWechat(token, person);
  const byWechat = [await logInByWechat(person), await logInByWechat(person)] as const;
  const [wechat] = (await mine(token)).filter(({ kind }) => kind === 'WECHAT');
  expect(codesOf(await unlink(byWechat[0].accessToken, wechat?.id ?? ''))).toEqual([]);
  const ends = await rows('SELECT id, end_reason FROM yey_users.session WHERE account_id = ?', [
    byWechat[0].accountId,
  ]);
  expect(Object.fromEntries(ends.map(({ id, end_reason }) => [id, end_reason]))).toEqual({
    [sessionOf(token)]: null,
    // It is the one that asked.
    [sessionOf(byWechat[0].accessToken)]: null,
    [sessionOf(byWechat[1].accessToken)]: 'IDENTITY_UNLINKED',
  });
  await until(async () => {
    const { errors } = await ask(MINE, {}, { token: byWechat[1].accessToken });
    return errors[0]?.extensions.code === 'SESSION_ENDED';
  });
});

test('linking is the same for a retry and a second time, and refused when it is of another account', async () => {
  const [taken, person] = [newPhone(), randomUUID()];
  const [owner, other] = [await logInAnew(taken), await logInAnew()];
  const key = randomUUID();
  const phone = newPhone();
  const input = { phone, code: await codeFor(phone), idempotencyKey: key };
  const again = () => ask(LINK_PHONE, { input }, { token: owner.accessToken });
  const answers = await Promise.all([again(), again(), again()]);
  const ids = answers.map((each) => (each.data?.linkPhone as Identity | undefined)?.id);
  expect(new Set(ids).size).toBe(1);
  expect(codesOf(await again())).toEqual([]);
  const reused = await linkPhone(owner.accessToken, newPhone(), key);
  expect(codesOf(reused)).toEqual(['IDEMPOTENCY_KEY_REUSED']);

  const first = (await linkWechat(owner.accessToken, person)).data?.linkWechatMiniProgram as Identity;
  const second = (await linkWechat(owner.accessToken, person)).data?.linkWechatMiniProgram as Identity;
  expect(second.id).toBe(first.id);
  expect(codesOf(await linkWechat(other.accessToken, person))).toEqual(['IDENTITY_TAKEN']);
  expect(await mine(owner.accessToken)).toHaveLength(3);
  expect(await mine(other.accessToken)).toHaveLength(1);
});

test('a number that is taken is told only to whom its code reached; a wrong code counts', async () => {
  const [owned, { accessToken: token }] = [newPhone(), await logInAnew()];
  const { accountId } = await logInAnew(owned);
  const guess = { phone: owned, code: '000000', idempotencyKey: randomUUID() };
  expect(codesOf(await ask(LINK_PHONE, { input: guess }, { token }))).toEqual(['LOGIN_CODE_WRONG']);
  const phone = newPhone();
  const code = await codeFor(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  const key = randomUUID();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const input = { phone, code: wrong, idempotencyKey: key };
    expect(codesOf(await ask(LINK_PHONE, { input }, { token }))).toEqual(['LOGIN_CODE_WRONG']);
  }
  const burnt = { phone, code, idempotencyKey: key };
  expect(codesOf(await ask(LINK_PHONE, { input: burnt }, { token }))).toEqual(['LOGIN_CODE_WRONG']);
  expect(accountId).toMatch(/^acc_/);
});

test('two accounts that link one WeChat at once: one has it', async () => {
  const person = randomUUID();
  const [one, two] = await Promise.all([logInAnew(), logInAnew()]);
  const answers = await Promise.all(
    [one, two, one, two].map(({ accessToken }) => linkWechat(accessToken, person)),
  );
  expect(answers.flatMap(codesOf)).toEqual(['IDENTITY_TAKEN', 'IDENTITY_TAKEN']);
  const known = await rows('SELECT kind FROM yey_users.identity WHERE account_id IN (?) AND kind = ?', [
    [one.accountId, two.accountId],
    'WECHAT',
  ]);
  expect(known).toHaveLength(1);
});

test('of the last two that are unlinked at once one stays', async () => {
  const rounds = Array.from({ length: 4 }, async () => {
    const { accountId, accessToken: token } = await logInAnew();
    await linkWechat(token, randomUUID());
    const both = await mine(token);
    expect(both).toHaveLength(2);
    const answers = await Promise.all(both.map(({ id }) => unlink(token, id)));
    expect(answers.flatMap(codesOf)).toEqual(['LAST_IDENTITY']);
    const left = await rows('SELECT id FROM yey_users.identity WHERE account_id = ?', [accountId]);
    expect(left).toHaveLength(1);
  });
  await Promise.all(rounds);
});

test('nobody has more than ten ways to log in', async () => {
  const { accessToken: token } = await logInAnew();
  const people = Array.from({ length: 11 }, () => randomUUID());
  const answers = await Promise.all(people.map((person) => linkWechat(token, person)));
  expect(answers.flatMap(codesOf)).toEqual(['TOO_MANY_IDENTITIES', 'TOO_MANY_IDENTITIES']);
  expect(await mine(token)).toHaveLength(10);
});

test('identities are their owner’s to see and to unlink, and masked for administrators', async () => {
  const owner = await logInAnew();
  const [identity] = await mine(owner.accessToken);
  const other = await logInAnew();
  await linkWechat(other.accessToken, randomUUID());
  await replicaCaughtUp();
  for (const id of [identity?.id ?? '', newId('idt')]) {
    expect(codesOf(await unlink(other.accessToken, id))).toEqual(['NOT_FOUND']);
  }
  expect(codesOf(await unlink(other.accessToken, "idt_' OR 1=1"))).toEqual(['BAD_ID']);
  expect(codesOf(await ask(MINE))).toEqual(['UNAUTHENTICATED']);
  expect(codesOf(await ask(UNLINK, { input: { identityId: identity?.id, idempotencyKey: '1' } }))).toEqual([
    'UNAUTHENTICATED',
  ]);
  const account = [{ __typename: 'Account', id: owner.accountId }];
  const asked = '... on Account { identities { id label } }';
  const stranger = await entities('users', other.accessToken, account, asked);
  expect(stranger).toMatchObject({ codes: ['FORBIDDEN'] });
  expect(JSON.stringify(stranger.entities)).not.toContain('idt_');
  const admin = await entities('users', tokenOf('郑管理'), account, asked);
  expect(admin.entities).toEqual([{ identities: [{ id: identity?.id, label: identity?.label }] }]);
});
