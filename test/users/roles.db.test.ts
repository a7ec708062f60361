import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { SERVICE_TOKEN_HEADER } from '../../shared/service/service-client.ts';
import { type ServiceKeys, signServiceToken } from '../../shared/service/service-token.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { logInAnew } from '../testkit/login.ts';
import { auditOf } from '../testkit/rows.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';

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

test('who licenses staff makes doctors and pharmacists, and no analyst can', async () => {
  const { accountId } = await logInAnew();
  const admin = tokenOf('郑管理');
  const pharmacy = stableId('pha', 'demo-pharmacy-01');
  const scoped = { input: { accountId, role: 'PHARMACIST', scope: 'PHARMACY', scopeId: pharmacy } };
  expect(await codeOf(GRANT, platform(accountId, 'DOCTOR'), tokenOf('何分析'))).toBe('FORBIDDEN');
  await data(GRANT, platform(accountId, 'DOCTOR'), { token: admin });
  expect(await data(GRANT, scoped, { token: admin })).toMatchObject({
    grantRole: {
      grants: [{ role: 'PATIENT' }, { role: 'DOCTOR' }, { role: 'PHARMACIST', scopeId: pharmacy }],
    },
  });
  await data(REVOKE, platform(accountId, 'DOCTOR'), { token: admin });
  await data(REVOKE, platform(accountId, 'DOCTOR'), { token: admin });
  const by = stableId('acc', 'demo-admin-01');
  const told = await auditOf(accountId);
  expect(told.filter(({ action }) => action !== 'consent.give')).toEqual([
    { actor: accountId, action: 'account.register' },
    { actor: by, action: 'role.grant' },
    { actor: by, action: 'role.grant' },
    { actor: by, action: 'role.revoke' },
  ]);
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
  const keys = JSON.parse(env.SERVICE_KEYS ?? '{}') as ServiceKeys;
  const direct = async (token: string) => {
    const response = await fetch(env.USERS_URL ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SERVICE_TOKEN_HEADER]: token },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: await response.json() };
  };
  const good = await direct(signServiceToken(keys, 'care', 'users'));
  expect(good).toEqual({ status: 200, body: { data: { sessionAuthority: null } } });
  const stranger = { ...keys, care: 'ab'.repeat(32) };
  for (const token of [
    'x',
    signServiceToken(keys, 'care', 'stats'),
    signServiceToken(stranger, 'care', 'users'),
  ]) {
    expect((await direct(token)).status).toBe(401);
  }
});
