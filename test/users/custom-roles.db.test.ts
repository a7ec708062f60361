import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { outcomes } from '../testkit/care.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';
import { until } from '../testkit/platform.ts';
import { auditOf, replicaCaughtUp } from '../testkit/rows.ts';
import { holderOf, UsersBench } from '../testkit/users-bench.ts';

const ROLE = '{ name label permissions isBuiltIn version grantCount }';
const CREATE = `mutation ($input: CreateRoleInput!) { createRole(input: $input) ${ROLE} }`;
const UPDATE = `mutation ($input: UpdateRoleInput!) { updateRole(input: $input) ${ROLE} }`;
const DELETE = 'mutation ($input: DeleteRoleInput!) { deleteRole(input: $input) }';
const GRANT =
  'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { grants { role expiresAt } } }';
const GIVE = 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { __typename } }';
const REVOKE = 'mutation ($input: ChangeGrantInput!) { revokeRole(input: $input) { id } }';
const ACCOUNT = `{ account(id: "${stableId('acc', 'demo-doctor-01')}") { displayName } }`;
const STATS = '{ topDrugs(from: "2026-01-01", to: "2026-01-02", first: 1) { __typename } }';

const admin = () => tokenOf('郑管理');
const newName = () => `READER_${randomInt(1e9)}`;
const codeOf = async (query: string, variables: object, token: string | undefined) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;
const create = (name: string, permissions: string[], token = admin()) =>
  ask(CREATE, { input: { name, label: '查询员', permissions, idempotencyKey: randomUUID() } }, { token });
const change = (query: string, input: object, token = admin()) =>
  codeOf(query, { input: { ...input, idempotencyKey: randomUUID() } }, token);

let bench: UsersBench;
beforeAll(async () => {
  bench = await UsersBench.open();
});
afterAll(() => bench.close());

test.concurrent(
  'a role of one’s own is effective on every subgraph within two seconds, and so is each change of it',
  async () => {
    const name = newName();
    const { accountId, accessToken: token } = await logInAnew();
    const made = await create(name, ['stats.read', 'account.read']);
    expect(made.data?.createRole).toEqual({
      name,
      label: '查询员',
      permissions: ['account.read', 'stats.read'],
      isBuiltIn: false,
      version: 1,
      grantCount: 0,
    });
    const place = { accountId, role: name, scope: 'PLATFORM' };
    await data(GRANT, { input: place }, { token: admin() });
    const allowed = async (query: string) => (await codeOf(query, {}, token)) === undefined;
    await until(async () => (await allowed(ACCOUNT)) && (await allowed(STATS)), 2500);
    expect(await change(DELETE, { name, expectedVersion: 1 })).toBe('ROLE_IN_USE');
    expect(await change(UPDATE, { name, permissions: ['account.read'], expectedVersion: 1 })).toBeUndefined();
    await until(async () => !(await allowed(STATS)), 2500);
    expect(await allowed(ACCOUNT)).toBe(true);
    await data(REVOKE, { input: place }, { token: admin() });
    await until(async () => !(await allowed(ACCOUNT)), 2500);
    expect(await change(DELETE, { name, expectedVersion: 1 })).toBe('VERSION_CONFLICT');
    expect(await change(DELETE, { name, expectedVersion: 2 })).toBeUndefined();
    expect(await change(DELETE, { name, expectedVersion: 2 })).toBe('NOT_FOUND');
    expect((await auditOf(name)).map(({ action }) => action)).toEqual([
      'role.create',
      'role.update',
      'role.delete',
    ]);
  },
);

test.concurrent(
  'nobody puts into a role what they do not hold, and what the platform needs stays',
  async () => {
    const code = async (...args: Parameters<typeof create>) =>
      (await create(...args)).errors[0]?.extensions.code;
    for (const held of ['record.write', 'audit.read', 'stock.manage']) {
      expect(await code(newName(), [held]), held).toBe('FORBIDDEN');
    }
    expect(await code(newName(), ['stats.read', 'moon.land'])).toBe('VALIDATION_FAILED');
    expect(await code(newName(), ['audit.read', 'role.manage'])).toBe('ROLES_INCOMPATIBLE');
    expect(await code('lower case', [])).toBe('VALIDATION_FAILED');
    expect(await code("A'; DROP TABLE role; --", [])).toBe('VALIDATION_FAILED');
    expect(await code('ADMIN', ['stats.read'])).toBe('ROLE_EXISTS');
    for (const person of ['李晓梅', '王建国', '吴芳', '何分析', '沈审计']) {
      expect(await code(newName(), [], tokenOf(person)), person).toBe('FORBIDDEN');
      expect(await codeOf('{ roles { name } }', {}, tokenOf(person)), person).toBe('FORBIDDEN');
      expect(await codeOf('{ permissions { name } }', {}, tokenOf(person)), person).toBe('FORBIDDEN');
    }
    expect(await change(DELETE, { name: 'PATIENT', expectedVersion: 1 })).toBe('ROLE_BUILT_IN');
    const bare = { permissions: [], expectedVersion: 1 };
    expect(await change(UPDATE, { name: 'ADMIN', ...bare })).toBe('ROLE_KEEPS');
    expect(await change(UPDATE, { name: 'AUDITOR', ...bare })).toBe('ROLE_KEEPS');
    expect(await change(UPDATE, { name: 'DOCTOR', permissions: ['stock.manage'], expectedVersion: 1 })).toBe(
      'FORBIDDEN',
    );
    expect(await change(UPDATE, { name: 'NOBODY', ...bare })).toBe('NOT_FOUND');
  },
);

test.concurrent(
  'the catalogue of permissions and the roles that ship can be read, in the language of the call',
  async () => {
    const query = '{ permissions { name description } roles { name label isBuiltIn } }';
    const { permissions, roles } = await data(query, {}, { token: admin() });
    expect(permissions).toContainEqual({ name: 'role.manage', description: '管理和授予角色' });
    expect(roles).toContainEqual({ name: 'ANALYST', label: '分析师', isBuiltIn: false });
    expect(roles).toContainEqual({ name: 'AUDITOR', label: '审计员', isBuiltIn: true });
    const english = await data(query, {}, { token: admin(), headers: { 'accept-language': 'en' } });
    expect(english.permissions).toContainEqual({ name: 'audit.read', description: 'Read the audit' });
  },
);

test.concurrent(
  'of administrators who change one role at once one wins, and a retry of it changes nothing',
  async () => {
    const name = newName();
    await create(name, ['stats.read']);
    const { staff } = bench;
    const actor = holderOf(stableId('acc', 'demo-admin-01'), ['role.manage', 'stats.read', 'account.read']);
    const inputs = Array.from({ length: 8 }, (_, index) => ({
      name,
      permissions: index % 2 === 0 ? ['account.read'] : ['stats.read', 'account.read'],
      expectedVersion: 1,
      idempotencyKey: randomUUID(),
    }));
    const first = await outcomes(inputs.map((input) => staff.roleDefinitions.update(actor, input)));
    expect(first).toEqual({ ok: 1, VERSION_CONFLICT: 7 });
    const again = await outcomes(inputs.map((input) => staff.roleDefinitions.update(actor, input)));
    expect(again).toEqual({ ok: 1, VERSION_CONFLICT: 7 });
    await replicaCaughtUp();
    const { roles } = await data('{ roles { name version } }', {}, { token: admin() });
    expect(roles).toContainEqual({ name, version: 2 });
    const input = { name: newName(), label: 'x', permissions: ['stats.read'] };
    const twice = ['a', 'b', 'c'].map((key) =>
      staff.roleDefinitions.create(actor, { ...input, idempotencyKey: `${input.name}${key}` }),
    );
    expect(await outcomes(twice)).toEqual({ ok: 1, ROLE_EXISTS: 2 });
  },
);

test.concurrent('a grant with an end is gone at its end, without anybody’s doing', async () => {
  const { accountId, accessToken } = await logInAnew();
  const [, payload = ''] = accessToken.split('.');
  const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string };
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const input = { accountId, role: 'ANALYST', scope: 'PLATFORM', expiresAt };
  const given = await data(GRANT, { input }, { token: admin() });
  expect(given.grantRole).toEqual({
    grants: [
      { role: 'PATIENT', expiresAt: null },
      { role: 'ANALYST', expiresAt },
    ],
  });
  const later = await UsersBench.open();
  const rolesOf = async () => (await later.roles.authorityOf(sid))?.grants.map(({ role }) => role);
  try {
    expect(await rolesOf()).toEqual(['PATIENT', 'ANALYST']);
    later.ahead = 3_600_000;
    expect(await rolesOf()).toEqual(['PATIENT']);
  } finally {
    await later.close();
  }
  const past = { input: { ...input, expiresAt: '2020-01-01T00:00:00Z' } };
  expect(await codeOf(GRANT, past, admin())).toBe('VALIDATION_FAILED');
});

test.concurrent('who holds what in a place is told to those who manage roles there alone', async () => {
  const hospital = stableId('hos', 'H007');
  const other = stableId('hos', 'H008');
  const manager = await withSecondFactor(await logInAnew());
  const member = await logInAnew();
  const name = newName();
  await create(name, ['role.manage', 'stats.read']);
  const at = (accountId: string, role: string, scopeId = hospital) => ({
    input: { accountId, role, scope: 'HOSPITAL', scopeId },
  });
  await data(GRANT, at(manager.accountId, name), { token: admin() });
  const OF = `query ($scopeId: String!) {
    grantsOf(scope: HOSPITAL, scopeId: $scopeId, first: 10) { edges { node { accountId role grantedBy } } }
  }`;
  const token = manager.accessToken;
  await until(async () => (await codeOf(OF, { scopeId: hospital }, token)) === undefined, 2500);
  expect(await codeOf(OF, { scopeId: other }, token)).toBe('FORBIDDEN');
  expect(await codeOf(GIVE, at(member.accountId, 'ANALYST', other), token)).toBe('FORBIDDEN');
  expect(await codeOf(GIVE, at(member.accountId, 'DOCTOR'), token)).toBe('FORBIDDEN');
  expect(await codeOf(GIVE, at(member.accountId, 'ANALYST'), token)).toBeUndefined();
  expect(await change(UPDATE, { name, permissions: [], expectedVersion: 1 }, token)).toBe('FORBIDDEN');
  const listed = await data(OF, { scopeId: hospital }, { token });
  expect(listed.grantsOf).toEqual({
    edges: [
      { node: { accountId: manager.accountId, role: name, grantedBy: stableId('acc', 'demo-admin-01') } },
      { node: { accountId: member.accountId, role: 'ANALYST', grantedBy: manager.accountId } },
    ],
  });
});
