import { expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';
import { employ, suspend } from '../testkit/staff.ts';

const REVOKE = `mutation ($input: ChangeGrantInput!) { revokeRole(input: $input) { grants { role } } }`;
const DOCTORS_HOSPITAL = stableId('hos', 'H001');

/** A row of `role_grant` as an older release wrote it. */
const older = (accountId: string, role: string, scope: string, scopeId: string) =>
  rows(
    `INSERT INTO yey_users.role_grant (id, account_id, role, scope, scope_id, granted_by, granted_at)
     VALUES (?, ?, ?, ?, ?, 'acc_x', NOW(3))`,
    [newId('grt'), accountId, role, scope, scopeId],
  );

/** What a session holds of a role, as it is shown to it. */
async function shown(token: string, of: string) {
  const { me } = await data('{ me { grants { role scope scopeId } } }', {}, { token });
  const { grants } = me as { grants: { role: string; scope: string; scopeId: string }[] };
  return grants.filter(({ role }) => role === of);
}

test('a grant that an older release gave without a licence, or for the whole platform, is worth the licence', async () => {
  const login = await logInAnew();
  const { accountId, accessToken: token } = login;
  await older(accountId, 'DOCTOR', 'PLATFORM', '');
  await older(accountId, 'DOCTOR', 'HOSPITAL', stableId('hos', 'H002'));
  expect(await shown(token, 'DOCTOR')).toEqual([]);
  await employ(login, { institutionId: DOCTORS_HOSPITAL });
  await until(async () => (await shown(token, 'DOCTOR')).length > 0);
  expect(await shown(token, 'DOCTOR')).toEqual([
    { role: 'DOCTOR', scope: 'HOSPITAL', scopeId: DOCTORS_HOSPITAL },
  ]);
});

test('a grant of an older release is revoked as it is shown, with every row that is worth it', async () => {
  const login = await logInAnew();
  const { accountId, accessToken: token } = login;
  const admin = { token: tokenOf('郑管理') };
  const departmentId = stableId('dep', '03.04');
  await older(accountId, 'DOCTOR', 'PLATFORM', '');
  await older(accountId, 'DOCTOR', 'DEPARTMENT', departmentId);
  await older(accountId, 'DOCTOR', 'HOSPITAL', stableId('hos', 'H002'));
  const licence = await employ(login, { institutionId: DOCTORS_HOSPITAL, departmentId });
  const inHospital = { role: 'DOCTOR', scope: 'HOSPITAL', scopeId: DOCTORS_HOSPITAL };
  const inDepartment = { role: 'DOCTOR', scope: 'DEPARTMENT', scopeId: departmentId };
  await until(async () => (await shown(token, 'DOCTOR')).length > 1);
  expect(await shown(token, 'DOCTOR')).toEqual(expect.arrayContaining([inHospital, inDepartment]));
  await data(REVOKE, { input: { accountId, ...inHospital } }, admin);
  await until(async () => (await shown(token, 'DOCTOR')).length === 1);
  expect(await shown(token, 'DOCTOR')).toEqual([inDepartment]);
  // With a licence that is suspended the grant has no effect, but comes back with the licence.
  await suspend(licence);
  await until(async () => (await shown(token, 'DOCTOR')).length === 0);
  await data(REVOKE, { input: { accountId, ...inDepartment, hospitalId: DOCTORS_HOSPITAL } }, admin);
  const left = await rows(
    "SELECT scope, scope_id FROM yey_users.role_grant WHERE account_id = ? AND role = 'DOCTOR'",
    [accountId],
  );
  expect(left).toEqual([{ scope: 'HOSPITAL', scope_id: stableId('hos', 'H002') }]);
  const told = await auditOf(accountId);
  expect(told.filter(({ action }) => action === 'role.revoke').length).toBeGreaterThanOrEqual(2);
});

test('who manages the roles of one hospital revokes no row that allows something elsewhere too', async () => {
  const manager = await withSecondFactor(await logInAnew());
  const member = await logInAnew();
  const name = `CLINIC_${newId('x').slice(-8)}`;
  await rows('INSERT INTO yey_users.role (name) VALUES (?)', [name]);
  for (const permission of ['role.manage', 'record.write']) {
    await rows('INSERT INTO yey_users.role_permission (role, permission) VALUES (?, ?)', [name, permission]);
  }
  await employ(manager, { institutionId: DOCTORS_HOSPITAL });
  await employ(member, { institutionId: DOCTORS_HOSPITAL });
  await older(manager.accountId, name, 'HOSPITAL', DOCTORS_HOSPITAL);
  await older(member.accountId, name, 'PLATFORM', '');
  const token = manager.accessToken;
  await until(async () => (await ask('{ roles { name } }', {}, { token })).errors.length === 0);
  const input = { accountId: member.accountId, role: name, scope: 'HOSPITAL', scopeId: DOCTORS_HOSPITAL };
  expect((await ask(REVOKE, { input }, { token })).errors[0]?.extensions.code).toBe('FORBIDDEN');
  const held = 'SELECT scope FROM yey_users.role_grant WHERE account_id = ? AND role = ?';
  expect(await rows(held, [member.accountId, name])).toEqual([{ scope: 'PLATFORM' }]);
});
