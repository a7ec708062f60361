import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { outcomes } from '../testkit/care.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew, codeFor, newPhone } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { holderOf, UsersBench } from '../testkit/users-bench.ts';

const GRANT = 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }';
const TRAIL = `query ($filter: AuditTrailFilter, $first: Int, $after: String) {
  auditTrail(filter: $filter, first: $first, after: $after) {
    edges { node { at actor action subjectType subjectId detail } } pageInfo { hasNextPage endCursor }
  }
}`;
const SUSPEND = 'mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) { status } }';
const REINSTATE = 'mutation ($input: ReinstateAccountInput!) { reinstateAccount(input: $input) { status } }';
const LOGIN = 'mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accountId } }';
const REFRESH = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accountId } }';

const admin = () => tokenOf('郑管理');
const adminId = stableId('acc', 'demo-admin-01');
const POWERS = [
  'stats.read',
  'role.manage',
  'account.suspend',
  'auditor.appoint',
  'staff.license',
  'account.read',
];
const codeOf = async (query: string, variables: object, token: string | undefined) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;
const on = (accountId: string, role: string) => ({
  accountId,
  role,
  scope: 'PLATFORM' as const,
  scopeId: '',
});

let bench: UsersBench;
beforeAll(async () => {
  bench = await UsersBench.open();
});
afterAll(() => bench.close());

test.concurrent(
  'nobody administers and audits, whichever comes first, also when both come at once',
  async () => {
    const { accountId } = await logInAnew();
    await data(GRANT, { input: on(accountId, 'AUDITOR') }, { token: admin() });
    expect(await codeOf(GRANT, { input: on(accountId, 'ADMIN') }, admin())).toBe('ROLES_INCOMPATIBLE');
    // The demo administrator holds what an administrator holds; the two grants meet ten times.
    const held = await rows("SELECT permission FROM yey_users.role_permission WHERE role = 'ADMIN'");
    const giver = holderOf(
      adminId,
      held.map(({ permission }) => String(permission)),
    );
    for (let round = 0; round < 5; round += 1) {
      const { accountId: fresh } = await logInAnew();
      const attempts = [
        bench.roles.grant(giver, on(fresh, 'AUDITOR')),
        bench.roles.grant(giver, on(fresh, 'ADMIN')),
      ];
      expect(await outcomes(attempts)).toEqual({ ok: 1, ROLES_INCOMPATIBLE: 1 });
      const given = await rows(
        "SELECT role FROM yey_users.role_grant WHERE account_id = ? AND role IN ('ADMIN', 'AUDITOR')",
        [fresh],
      );
      expect(given).toHaveLength(1);
      await rows("DELETE FROM yey_users.role_grant WHERE account_id = ? AND role <> 'PATIENT'", [fresh]);
    }
  },
);

test.concurrent('a custom role is no way around: neither by giving it nor by changing it', async () => {
  const giver = holderOf(adminId, POWERS);
  const { accountId } = await logInAnew();
  await bench.roles.grant(giver, on(accountId, 'AUDITOR'));
  const made = async (permissions: string[]) =>
    bench.staff.roleDefinitions.create(giver, {
      name: `R_${randomUUID().slice(0, 8).toUpperCase().replaceAll('-', '_')}`,
      label: 'x',
      permissions,
      idempotencyKey: randomUUID(),
    });
  const strong = await made(['role.manage']);
  const weak = await made(['stats.read']);
  await expect(bench.roles.grant(giver, on(accountId, strong))).rejects.toMatchObject({
    code: 'ROLES_INCOMPATIBLE',
  });
  const strengthen = () =>
    bench.staff.roleDefinitions.update(giver, {
      name: weak,
      permissions: ['account.suspend', 'stats.read'],
      expectedVersion: 1,
      idempotencyKey: randomUUID(),
    });
  // Whichever is first shuts the other out.
  expect(await outcomes([bench.roles.grant(giver, on(accountId, weak)), strengthen()])).toEqual({
    ok: 1,
    ROLES_INCOMPATIBLE: 1,
  });
});

test.concurrent('the auditor reads who did what, leaves a trace by that, and nobody else does', async () => {
  const { accountId } = await logInAnew();
  await data(GRANT, { input: on(accountId, 'ANALYST') }, { token: admin() });
  const filter = { subjectType: 'Account', subjectId: accountId };
  const auditor = tokenOf('沈审计');
  const seen = await data(TRAIL, { filter, first: 1 }, { token: auditor });
  expect(seen.auditTrail).toMatchObject({
    edges: [
      {
        node: {
          actor: adminId,
          action: 'role.grant',
          ...filter,
          detail: '{"role":"ANALYST","scope":"PLATFORM","scopeId":""}',
        },
      },
    ],
    pageInfo: { hasNextPage: true },
  });
  const { endCursor } = (seen.auditTrail as { pageInfo: { endCursor: string } }).pageInfo;
  const next = await data(TRAIL, { filter, after: endCursor }, { token: auditor });
  const { edges: older } = next.auditTrail as { edges: { node: { action: string } }[] };
  expect(older.at(-1)).toMatchObject({ node: { action: 'account.register' } });
  expect(older.map(({ node }) => node.action)).not.toContain('role.grant');
  const own = { actor: stableId('acc', 'demo-auditor-01'), action: 'audit.read' };
  const looks = await data(TRAIL, { filter: own, first: 1 }, { token: auditor });
  expect(looks.auditTrail).toMatchObject({ edges: [{ node: { ...own, subjectType: 'AuditTrail' } }] });
  const from = new Date(Date.now() + 60_000).toISOString();
  const none = await data(TRAIL, { filter: { action: 'role.grant', from } }, { token: auditor });
  expect(none.auditTrail).toMatchObject({ edges: [] });
  for (const bad of [{ action: 'role.grant' }, { subjectId: accountId }, { actor: "x' OR 1=1 --" }]) {
    expect(await codeOf(TRAIL, { filter: bad }, auditor)).toBe('VALIDATION_FAILED');
  }
  for (const person of ['郑管理', '李晓梅', '王建国', '何分析']) {
    expect(await codeOf(TRAIL, {}, tokenOf(person)), person).toBe('FORBIDDEN');
  }
});

test.concurrent(
  'a suspended account can do nothing within two seconds, and goes on when it is reinstated',
  async () => {
    const phone = newPhone();
    const { accountId, accessToken, refreshToken } = await logInAnew(phone);
    const input = () => ({ accountId, reason: '疑似盗号', idempotencyKey: randomUUID() });
    const ME = '{ me { status } }';
    expect(await codeOf(ME, {}, accessToken)).toBeUndefined();
    for (const person of ['李晓梅', '王建国', '沈审计', '何分析']) {
      expect(await codeOf(SUSPEND, { input: input() }, tokenOf(person)), person).toBe('FORBIDDEN');
    }
    const once = { input: input() };
    const stopped = await Promise.all([0, 1, 2].map(() => data(SUSPEND, once, { token: admin() })));
    for (const each of stopped) expect(each).toEqual({ suspendAccount: { status: 'SUSPENDED' } });
    await until(async () => (await codeOf(ME, {}, accessToken)) === 'SESSION_ENDED', 2500);
    expect(await codeOf(REFRESH, { input: { refreshToken } }, undefined)).toBe('ACCOUNT_SUSPENDED');
    const { config } = bench.foundation;
    // As if the minute between two codes were over.
    const phoneIndex = new BlindIndex(config.blindIndexKey, 'phone').of(phone);
    await rows('DELETE FROM yey_users.login_code WHERE phone_index = ?', [phoneIndex]);
    const code = await codeFor(phone);
    expect(await codeOf(LOGIN, { input: { phone, code } }, undefined)).toBe('ACCOUNT_SUSPENDED');
    const [row] = await rows('SELECT status_reason FROM yey_users.account WHERE id = ?', [accountId]);
    expect(row?.status_reason).toMatch(/^v1\./);
    const { idempotencyKey } = input();
    await data(REINSTATE, { input: { accountId, idempotencyKey } }, { token: admin() });
    await until(async () => (await codeOf(ME, {}, accessToken)) === undefined, 2500);
    expect(await codeOf(REFRESH, { input: { refreshToken } }, undefined)).toBeUndefined();
    expect(await codeOf(SUSPEND, { input: { ...input(), accountId: adminId } }, admin())).toBe('FORBIDDEN');
    const actions = (await auditOf(accountId)).map(({ action }) => action);
    expect(actions.filter((each) => each !== 'consent.give')).toEqual([
      'account.register',
      'account.suspend',
      'account.reinstate',
    ]);
  },
);

test('nothing is granted on a guess while the owner of the place does not answer', async () => {
  const { accountId } = await logInAnew();
  const giver = holderOf(adminId, POWERS);
  const hospital = stableId('hos', 'H001');
  const grant = () =>
    bench.roles.grant(giver, { accountId, role: 'ANALYST', scope: 'HOSPITAL', scopeId: hospital });
  bench.areOwnersDown = true;
  await expect(grant()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await grantsOf(accountId)).toEqual([]);
  bench.areOwnersDown = false;
  await grant();
  expect(await grantsOf(accountId)).toEqual([{ role: 'ANALYST', scope_id: hospital }]);
});

test('who may suspend accounts but not see them is refused before the account is stopped', async () => {
  const { accountId } = await logInAnew();
  const suspend = (permissions: string[]) =>
    bench.staff.accountSuspension.suspend(holderOf(adminId, permissions), {
      accountId,
      reason: '测试',
      idempotencyKey: randomUUID(),
    });
  await expect(suspend(['account.suspend'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const [row] = await rows('SELECT status FROM yey_users.account WHERE id = ?', [accountId]);
  expect(row).toEqual({ status: 'ACTIVE' });
  expect(await suspend(['account.suspend', 'account.read'])).toBe(accountId);
});

const grantsOf = (accountId: string) =>
  rows("SELECT role, scope_id FROM yey_users.role_grant WHERE account_id = ? AND role <> 'PATIENT'", [
    accountId,
  ]);
