import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { expect, inject, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { SERVICE_TOKEN_HEADER } from '../../shared/service/service-client.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { logInAnew } from '../testkit/login.ts';
import { auditOf } from '../testkit/rows.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';
import { serviceKeysOfPlatform, serviceToken } from '../testkit/service-call.ts';
import { employ, suspend } from '../testkit/staff.ts';

const GRANT = `mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id grants { role scope scopeId } } }`;
const REVOKE = `mutation ($input: ChangeGrantInput!) { revokeRole(input: $input) { grants { role } } }`;
const ACCOUNT = `query ($id: ID!) { account(id: $id) { displayName grants { role } } }`;
const ADMIN = [
  'account.read',
  'account.suspend',
  'auditor.appoint',
  'consent.publish',
  'hospital.manage',
  'patient.search',
  'role.manage',
  'second_factor.reset',
  'session.revoke',
  'staff.license',
  'stats.read',
];
const platform = (accountId: string, role: string) => ({ input: { accountId, role, scope: 'PLATFORM' } });
const codeOf = async (query: string, variables: object, token: string | undefined) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

test('who is who: every demo account has its role, and nobody else may look', async () => {
  const me = await data('{ me { grants { role scope permissions } } }', {}, { token: tokenOf('郑管理') });
  expect(me).toEqual({
    me: { grants: [{ role: 'ADMIN', scope: 'PLATFORM', permissions: ADMIN }] },
  });
  const id = stableId('acc', 'demo-doctor-01');
  expect(await data(ACCOUNT, { id }, { token: tokenOf('郑管理') })).toEqual({
    account: { displayName: '王建国', grants: [{ role: 'DOCTOR' }] },
  });
  for (const name of ['李晓梅', '王建国', '吴芳', '何分析']) {
    expect(await codeOf(ACCOUNT, { id }, tokenOf(name)), name).toBe('FORBIDDEN');
  }
});

test('a role that is given is effective within two seconds, and so is its loss', async () => {
  const { accountId, accessToken } = await withSecondFactor(await logInAnew());
  const id = stableId('acc', 'demo-patient-01');
  const admin = { token: tokenOf('郑管理') };
  expect(await codeOf(ACCOUNT, { id }, accessToken)).toBe('FORBIDDEN');
  const [first] = await Promise.all([0, 1, 2, 3].map(() => data(GRANT, platform(accountId, 'ADMIN'), admin)));
  expect(first).toMatchObject({ grantRole: { grants: [{ role: 'PATIENT' }, { role: 'ADMIN' }] } });
  await until(async () => (await codeOf(ACCOUNT, { id }, accessToken)) === undefined, 2500);
  await data(REVOKE, platform(accountId, 'ADMIN'), admin);
  await until(async () => (await codeOf(ACCOUNT, { id }, accessToken)) === 'FORBIDDEN', 2500);
});

test('nobody gives roles without the right to, nor a role that does not exist, nor half a scope', async () => {
  const id = stableId('acc', 'demo-patient-01');
  for (const name of ['李晓梅', '王建国', '吴芳', '何分析']) {
    expect(await codeOf(GRANT, platform(id, 'ADMIN'), tokenOf(name)), name).toBe('FORBIDDEN');
  }
  const admin = tokenOf('郑管理');
  expect(await codeOf(GRANT, platform(id, 'EMPEROR'), admin)).toBe('NOT_FOUND');
  expect(await codeOf(GRANT, platform(stableId('acc', 'nobody'), 'DOCTOR'), admin)).toBe('NOT_FOUND');
  const half = { input: { accountId: id, role: 'DOCTOR', scope: 'HOSPITAL', scopeId: '' } };
  expect(await codeOf(GRANT, half, admin)).toBe('VALIDATION_FAILED');
  const crossed = { input: { ...half.input, scopeId: id } };
  expect(await codeOf(GRANT, crossed, admin)).toBe('BAD_ID');
});

const DOCTORS_HOSPITAL = stableId('hos', 'H001');
const PHARMACY = stableId('pha', 'demo-pharmacy-01');
const at = (accountId: string, role: string, scope: string, scopeId: string, more: object = {}) => ({
  input: { accountId, role, scope, scopeId, ...more },
});

test('an approval makes a pharmacist, whose role can be taken and given again, and no analyst can', async () => {
  const login = await logInAnew();
  const { accountId } = login;
  const scoped = at(accountId, 'PHARMACIST', 'PHARMACY', PHARMACY);
  const admin = tokenOf('郑管理');
  expect(await codeOf(GRANT, scoped, admin)).toBe('ROLE_NEEDS_LICENCE');
  await employ(login, { institutionId: PHARMACY });
  expect(await codeOf(GRANT, scoped, tokenOf('何分析'))).toBe('FORBIDDEN');
  await data(REVOKE, scoped, { token: admin });
  await data(REVOKE, scoped, { token: admin });
  expect(await data(GRANT, scoped, { token: admin })).toMatchObject({
    grantRole: { id: accountId, grants: [{ role: 'PATIENT' }, { role: 'PHARMACIST', scopeId: PHARMACY }] },
  });
  const by = stableId('acc', 'demo-admin-01');
  const told = await auditOf(accountId);
  expect(told.filter(({ action }) => action !== 'consent.give')).toEqual([
    { actor: accountId, action: 'account.register' },
    { actor: by, action: 'role.grant' },
    { actor: by, action: 'role.revoke' },
    { actor: by, action: 'role.grant' },
  ]);
});

test('no clinical role without a valid licence at that place, nor where the role can’t be used', async () => {
  const login = await logInAnew();
  const { accountId } = login;
  const admin = tokenOf('郑管理');
  const codes = async (grants: readonly (readonly [object, string | undefined])[]) => {
    for (const [grant, code] of grants)
      expect(await codeOf(GRANT, grant, admin), JSON.stringify(grant)).toBe(code);
  };
  const nowhere = stableId('hos', 'nowhere');
  const cardiology = stableId('dep', '03.04');
  const inCardiology = (hospitalId: string | undefined) =>
    at(accountId, 'DOCTOR', 'DEPARTMENT', cardiology, { hospitalId });
  await codes([
    [at(accountId, 'DOCTOR', 'HOSPITAL', nowhere), 'NOT_FOUND'],
    [at(accountId, 'PHARMACIST', 'PHARMACY', stableId('pha', 'nowhere')), 'NOT_FOUND'],
    [
      at(accountId, 'DOCTOR', 'DEPARTMENT', stableId('dep', 'x'), { hospitalId: DOCTORS_HOSPITAL }),
      'NOT_FOUND',
    ],
    [inCardiology(nowhere), 'NOT_FOUND'],
    [inCardiology(undefined), 'VALIDATION_FAILED'],
    [at(accountId, 'PHARMACIST', 'HOSPITAL', DOCTORS_HOSPITAL), 'ROLE_NOT_FOR_SCOPE'],
    [at(accountId, 'DOCTOR', 'PHARMACY', PHARMACY), 'ROLE_NOT_FOR_SCOPE'],
    [platform(accountId, 'DOCTOR'), 'ROLE_NOT_FOR_SCOPE'],
    [at(accountId, 'ANALYST', 'PHARMACY', PHARMACY), 'ROLE_NOT_FOR_SCOPE'],
    [platform(accountId, 'PATIENT'), 'ROLE_WITHOUT_PERMISSION'],
    [at(accountId, 'DOCTOR', 'HOSPITAL', DOCTORS_HOSPITAL), 'ROLE_NEEDS_LICENCE'],
    [at(accountId, 'ANALYST', 'HOSPITAL', DOCTORS_HOSPITAL), undefined],
  ]);
  const licence = await employ(login, { institutionId: DOCTORS_HOSPITAL, departmentId: cardiology });
  await codes([
    [at(accountId, 'DOCTOR', 'HOSPITAL', stableId('hos', 'H002')), 'ROLE_NEEDS_LICENCE'],
    [inCardiology(stableId('hos', 'H002')), 'ROLE_NEEDS_LICENCE'],
    [inCardiology(DOCTORS_HOSPITAL), undefined],
  ]);
  await suspend(licence);
  await codes([[at(accountId, 'DOCTOR', 'HOSPITAL', DOCTORS_HOSPITAL), 'ROLE_NEEDS_LICENCE']]);
  const me = stableId('acc', 'demo-admin-01');
  await codes([[at(me, 'DOCTOR', 'HOSPITAL', DOCTORS_HOSPITAL), 'ROLE_NOT_FOR_SELF']]);
});

test('who manages the roles of one hospital gives one there, is answered, and learns nothing of other places', async () => {
  const manager = await withSecondFactor(await logInAnew());
  const member = await logInAnew();
  const admin = tokenOf('郑管理');
  const name = `HOSPITAL_${newId('x').slice(-8)}`;
  await data(
    'mutation ($input: CreateRoleInput!) { createRole(input: $input) { name } }',
    {
      input: { name, label: '院管', permissions: ['role.manage', 'stats.read'], idempotencyKey: name },
    },
    { token: admin },
  );
  const here = stableId('hos', 'H009');
  await data(GRANT, at(manager.accountId, name, 'HOSPITAL', here), { token: admin });
  const token = manager.accessToken;
  await until(async () => (await codeOf('{ roles { name } }', {}, token)) === undefined, 2500);
  await data(GRANT, platform(member.accountId, 'ANALYST'), { token: admin });
  const WHOLE = `mutation ($input: ChangeGrantInput!) {
    grantRole(input: $input) { id grants { role scope scopeId hospitalId permissions expiresAt } account { id city } }
  }`;
  const answer = await ask(WHOLE, at(member.accountId, 'ANALYST', 'HOSPITAL', here), { token });
  expect(answer.errors).toEqual([]);
  expect(answer.data).toMatchObject({
    grantRole: { id: member.accountId, account: null, grants: [{ role: 'ANALYST', scopeId: here }] },
  });
  const taken = await ask(REVOKE, at(member.accountId, 'ANALYST', 'HOSPITAL', here), { token });
  expect(taken).toMatchObject({ errors: [], data: { revokeRole: { grants: [] } } });
  const told = await data('{ roles { name grantCount } permissions { name } }', {}, { token });
  expect(told.permissions).toEqual([{ name: 'role.manage' }, { name: 'stats.read' }]);
  const roles = told.roles as { name: string; grantCount: number }[];
  expect(roles).toContainEqual({ name: 'ANALYST', grantCount: 0 });
  expect(roles).toContainEqual({ name, grantCount: 1 });
  for (const other of ['ADMIN', 'DOCTOR', 'PHARMACIST', 'AUDITOR', 'PATIENT']) {
    expect(roles.map((each) => each.name)).not.toContain(other);
  }
  // A place that is not theirs is refused before anybody is asked whether it is there.
  for (const scopeId of [stableId('hos', 'H001'), stableId('hos', 'nowhere')]) {
    expect(await codeOf(GRANT, at(member.accountId, 'ANALYST', 'HOSPITAL', scopeId), token)).toBe(
      'FORBIDDEN',
    );
  }
  // A hospital reaches its departments, and not those of another one.
  const inDepartment = (hospitalId: string) =>
    at(member.accountId, name, 'DEPARTMENT', stableId('dep', '03.04'), { hospitalId });
  expect(await codeOf(GRANT, inDepartment(here), token)).toBeUndefined();
  expect(await codeOf(GRANT, inDepartment(stableId('hos', 'H001')), token)).toBe('FORBIDDEN');
});

test('a login and its end are in the audit', async () => {
  const { accessToken, accountId } = await logInAnew();
  const [, payload = ''] = accessToken.split('.');
  const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string };
  await data('mutation { logOut }', {}, { token: accessToken });
  expect(await auditOf(sid)).toEqual([
    { actor: accountId, action: 'session.begin' },
    { actor: accountId, action: 'session.end' },
  ]);
});

test('a logout is effective within two seconds, on every subgraph and on a live subscription', async () => {
  const { accessToken } = await logInAnew('+8613800000002');
  const id = stableId('con', 'demo-consultation-03');
  const FOLLOW =
    'subscription ($id: ID!, $after: Int!) { chatMessageAdded(consultationId: $id, afterSeq: $after) { body } }';
  const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq } }';
  const send = async (body: string) => {
    const sent = await data(
      SEND,
      { input: { consultationId: id, body, idempotencyKey: randomUUID() } },
      { token: tokenOf('陈志远') },
    );
    return (sent.sendChatMessage as { seq: number }).seq;
  };
  const after = await send('before');
  const reader = subscribe(FOLLOW, { id, after }, { token: accessToken });
  const first = reader.next();
  await send('while logged in');
  expect(await first).toMatchObject({ data: { chatMessageAdded: { body: expect.any(String) as string } } });
  await data('mutation { logOut }', {}, { token: accessToken });
  await until(async () => (await codeOf('{ me { id } }', {}, accessToken)) === 'SESSION_ENDED', 2500);
  const CONSULTATION = 'query ($id: ID!) { consultation(id: $id) { status } }';
  await until(async () => (await codeOf(CONSULTATION, { id }, accessToken)) === 'SESSION_ENDED', 2500);
  await send('after the logout');
  expect(await reader.next()).toMatchObject({ errors: [{ extensions: { code: 'SESSION_ENDED' } }] });
  await reader.close();
});

test('what a session may do is told to subgraphs alone', async () => {
  const query = '{ sessionAuthority(sessionId: "ses_1") { grants { role } } }';
  expect(await codeOf(query, {}, tokenOf('郑管理'))).toBe('GRAPHQL_VALIDATION_FAILED');
  const env = environmentOf(inject('platformDir'));
  const keys = serviceKeysOfPlatform();
  const body = JSON.stringify({ query });
  const direct = async (token: string) => {
    const response = await fetch(env.USERS_URL ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SERVICE_TOKEN_HEADER]: token },
      body,
    });
    return { status: response.status, body: await response.json() };
  };
  const good = await direct(await serviceToken('care', 'users', body));
  expect(good).toEqual({ status: 200, body: { data: { sessionAuthority: null } } });
  const stranger = { ...keys, 'care:users': 'ab'.repeat(32) };
  for (const token of [
    'x',
    await serviceToken('care', 'stats', body, { url: env.USERS_URL ?? '' }),
    await serviceToken('care', 'users', body, { keys: stranger }),
    // Good for any call: an attacker who has recorded one would have them all.
    jwt.sign({}, Buffer.from(keys['care:users'] ?? '', 'hex'), {
      issuer: 'care',
      audience: 'service:users',
      expiresIn: 60,
    }),
  ]) {
    expect((await direct(token)).status).toBe(401);
  }
});
