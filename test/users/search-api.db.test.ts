import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import { allNodes } from '../testkit/pages.ts';
import { until } from '../testkit/platform.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import { added, identityNumber } from './some-patients.ts';

const ACCOUNTS = `query ($filter: AccountFilter, $sort: AccountSort, $first: Int, $after: String) {
  searchAccounts(filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id displayName status city phone roles licences { name title institutionId status } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const PATIENTS = `query ($filter: PatientFilter, $sort: PatientSort, $first: Int, $after: String) {
  searchPatients(filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { node { id accountId name phone identityNumber birthDate sex relation status } }
    pageInfo { hasNextPage }
  }
}`;
const GRANT = 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }';
const UPDATE =
  'mutation ($input: UpdateMyAccountInput!) { updateMyAccount(input: $input) { city displayName version } }';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly phone: string | null;
  readonly roles: string[];
  readonly licences: { name: string; institutionId: string }[];
}

const admin = () => tokenOf('郑管理');
const found = async (query: string, variables: object, token = admin()) => {
  const [answer] = Object.values(await data(query, variables, { token }));
  return (answer as { edges: { node: Found }[] }).edges.map(({ node }) => node);
};
const codeOf = async (query: string, variables: object, token = admin()) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;
const grant = (accountId: string, role: string, place: object = { scope: 'PLATFORM' }) =>
  data(GRANT, { input: { accountId, role, ...place } }, { token: admin() });

test('a patient is found by name, phone or number, masked for all but readers, and the search leaves a trace without them', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const number = identityNumber('19830717', 'FEMALE');
  const phone = newPhone();
  const { id } = await added(token, {
    name: '阿依古丽·买买提',
    relation: 'SELF',
    identityNumber: number,
    birthDate: null,
    sex: null,
    phone,
  });
  await replicaCaughtUp();
  const masked = {
    id,
    accountId,
    name: '阿***',
    phone: `${phone.slice(3, 6)}****${phone.slice(-4)}`,
    identityNumber: `${number[0]}${'*'.repeat(16)}${number[17]}`,
  };
  // Another dot and a blank make no other name of it.
  for (const filter of [
    { phone },
    { identityNumber: number.toLowerCase() },
    { name: '阿依古丽 • 买买提', phone },
  ]) {
    expect(await found(PATIENTS, { filter })).toMatchObject([masked]);
  }
  expect(await found(ACCOUNTS, { filter: { identityNumber: number } })).toMatchObject([{ id: accountId }]);
  expect(await found(PATIENTS, { filter: { name: '阿依古丽', phone } })).toEqual([]);
  const reader = await withSecondFactor(await logInAnew());
  await grant(reader.accountId, 'ADMIN');
  await grant(reader.accountId, 'PII_READER');
  const again = reader.accessToken;
  const ACCOUNT = 'query ($id: ID!) { account(id: $id) { id } }';
  await until(async () => (await codeOf(ACCOUNT, { id: accountId }, again)) === undefined);
  expect(await found(PATIENTS, { filter: { phone } }, again)).toMatchObject([
    { name: '阿依古丽·买买提', phone, identityNumber: number },
  ]);
  const [account] = await found(ACCOUNTS, { filter: { identityNumber: number } }, again);
  expect(account?.phone).toMatch(/^\+861\d{10}$/);
  const seen = await rows(
    "SELECT actor FROM yey_users_audit.audit_entry WHERE subject_type = 'Patient' AND subject_id = ? AND action = 'patient.search' ORDER BY id",
    [id],
  );
  expect(seen.map(({ actor }) => actor)).toEqual([
    ...Array.from({ length: 3 }, () => stableId('acc', 'demo-admin-01')),
    reader.accountId,
  ]);
  const details = await rows(
    "SELECT detail FROM yey_users_audit.audit_entry WHERE subject_type IN ('PatientSearch', 'AccountSearch') AND actor = ? ORDER BY id",
    [reader.accountId],
  );
  expect(details.map(({ detail }) => JSON.parse(String(detail)) as unknown)).toEqual([
    { filters: 'phone', sort: 'ADDED_AT DESC', shown: 1 },
    { filters: 'identityNumber', sort: 'REGISTERED_AT DESC', shown: 1 },
  ]);
});

test('nobody takes the right to see in full, and who may not search learns nothing', async () => {
  const me = { accountId: stableId('acc', 'demo-admin-01'), role: 'PII_READER', scope: 'PLATFORM' };
  expect(await codeOf(GRANT, { input: me })).toBe('FORBIDDEN');
  const CREATE = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { name } }';
  const role = { name: 'CURIOUS', label: '好奇', permissions: ['pii.read'], idempotencyKey: randomUUID() };
  expect(await codeOf(CREATE, { input: role })).toBe('FORBIDDEN');
  for (const name of ['李晓梅', '王建国', '吴芳', '何分析']) {
    expect(await codeOf(ACCOUNTS, { first: 1 }, tokenOf(name)), name).toBe('FORBIDDEN');
    expect(await codeOf(PATIENTS, { first: 1 }, tokenOf(name)), name).toBe('FORBIDDEN');
  }
});

test('who administers a hospital finds those with a licence there, and of them what is there', async () => {
  const [licence] = await rows(
    "SELECT account_id, institution_id FROM yey_users.staff_licence WHERE kind = 'DOCTOR' AND account_id = ?",
    [stableId('acc', 'demo-doctor-01')],
  );
  const hospital = String(licence?.institution_id);
  const CREATE = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { name } }';
  const name = `READER_${randomUUID().slice(0, 8).toUpperCase()}`;
  const role = { name, label: '查看', permissions: ['account.read'], idempotencyKey: name };
  await data(CREATE, { input: role }, { token: admin() });
  const { accountId, accessToken: token } = await logInAnew();
  await grant(accountId, name, { scope: 'HOSPITAL', scopeId: hospital });
  await until(async () => (await codeOf(ACCOUNTS, { first: 1 }, token)) === undefined);
  const theirs = await allNodes<Found>(ACCOUNTS, { first: 100 }, token);
  expect(theirs.map(({ id }) => id)).toContain(String(licence?.account_id));
  for (const { licences } of theirs) {
    expect(licences.length).toBeGreaterThan(0);
    for (const each of licences) {
      expect(each.institutionId).toBe(hospital);
      expect(each.name).toMatch(/^.\*+$/);
    }
  }
  expect(await found(ACCOUNTS, { filter: { phone: '13800000001' } })).toHaveLength(1);
  expect(await found(ACCOUNTS, { filter: { phone: '13800000001' } }, token)).toEqual([]);
  expect(await codeOf(PATIENTS, { first: 1 }, token)).toBe('FORBIDDEN');
  const before = await statementsOf(ACCOUNTS, { first: 2 }, admin());
  const after = await statementsOf(ACCOUNTS, { first: 8 }, admin());
  expect(after.statements.users?.length).toBe(before.statements.users?.length);
});

test('a cursor is good for its own order alone', async () => {
  const page = await data(ACCOUNTS, { first: 1 }, { token: admin() });
  const { endCursor } = (page.searchAccounts as { pageInfo: { endCursor: string } }).pageInfo;
  expect(await codeOf(ACCOUNTS, { first: 1, after: endCursor })).toBeUndefined();
  const sort = { field: 'LAST_LOGIN_AT', direction: 'DESC' };
  expect(await codeOf(ACCOUNTS, { after: endCursor, sort })).toBe('BAD_CURSOR');
  expect(await codeOf(PATIENTS, { after: endCursor })).toBe('BAD_CURSOR');
  for (const text of ['["REGISTERED_AT","DESC","x","acc_1"]', '{}', '', "' OR 1=1"]) {
    const after = Buffer.from(text).toString('base64url');
    expect(await codeOf(ACCOUNTS, { after }), text).toBe('BAD_CURSOR');
  }
  expect(await codeOf(ACCOUNTS, { first: 101 })).toBe('VALIDATION_FAILED');
});

test('who says where they live is found there', async () => {
  const phone = newPhone();
  const { accessToken: token } = await logInAnew(phone);
  const update = (input: object) =>
    ask(UPDATE, { input: { expectedVersion: 1, idempotencyKey: randomUUID(), ...input } }, { token });
  for (const city of ['33010', '990000', '330006', '３３０１０６', "330106' --"]) {
    expect((await update({ city })).errors[0]?.extensions.code, city).toBe('VALIDATION_FAILED');
  }
  expect((await update({ displayName: 'a\u202Eb' })).errors[0]?.extensions.code).toBe('VALIDATION_FAILED');
  const both = await Promise.all([update({ city: '330106' }), update({ displayName: '小梅' })]);
  const codes = both.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
  expect(codes.toSorted()).toEqual(['OK', 'VERSION_CONFLICT']);
  expect((await update({ city: '330106', expectedVersion: 2 })).data).toMatchObject({
    updateMyAccount: { city: '330106', version: 3 },
  });
  await replicaCaughtUp();
  for (const city of ['330106', '330100', '330000']) {
    expect(await found(ACCOUNTS, { filter: { city, phone } })).toMatchObject([{ city: '330106' }]);
  }
  expect(await found(ACCOUNTS, { filter: { city: '330200', phone } })).toEqual([]);
});
