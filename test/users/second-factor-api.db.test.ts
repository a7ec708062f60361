import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { type Login, logInAnew, newPhone } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { appCode, withSecondFactor } from '../testkit/second-factor.ts';
import { added } from './some-patients.ts';

const GRANT = 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }';
const REFRESH =
  'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken secondFactor } }';
const RESET = 'mutation ($input: ResetSecondFactorInput!) { resetSecondFactor(input: $input) }';
const VERIFY = 'mutation ($input: SecondFactorCodeInput!) { verifySecondFactor(input: $input) }';
const DISABLE = 'mutation ($input: SecondFactorCodeInput!) { disableSecondFactor(input: $input) }';
const AUDITED = 'query ($id: ID!) { accountSessions(accountId: $id) { id } }';

const codeOf = async (query: string, variables: object, token: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;
const refreshed = async ({ refreshToken }: Login) => {
  const { refreshSession } = await data(REFRESH, { input: { refreshToken } });
  return refreshSession as Login & { secondFactor: string };
};

test('a new administrator enrols at the first login, and another one resets it', async () => {
  const admin = { token: tokenOf('郑管理') };
  const first = await logInAnew();
  const { accountId } = first;
  await data(GRANT, { input: { accountId, role: 'ADMIN', scope: 'PLATFORM' } }, admin);
  const login = await refreshed(first);
  expect(login.secondFactor).toBe('ENROLMENT_NEEDED');
  const id = { id: accountId };
  expect(await codeOf(AUDITED, id, login.accessToken)).toBe('FORBIDDEN');
  expect(await codeOf(VERIFY, { input: { code: '123456' } }, login.accessToken)).toBe(
    'SECOND_FACTOR_MISSING',
  );
  const enrolled = await withSecondFactor({ ...login, accountId });
  await until(async () => (await codeOf(AUDITED, id, login.accessToken)) === undefined, 2000);
  expect((await refreshed(login)).secondFactor).toBe('DONE');
  const code = appCode(enrolled.secret, new Date(), 1);
  expect(await codeOf(DISABLE, { input: { code } }, login.accessToken)).toBe('SECOND_FACTOR_REQUIRED');
  const reset = { input: { accountId } };
  expect(await codeOf(RESET, reset, login.accessToken)).toBe('FORBIDDEN');
  expect(await codeOf(RESET, reset, tokenOf('王建国'))).toBe('FORBIDDEN');
  expect(await data(RESET, reset, admin)).toEqual({ resetSecondFactor: true });
  await until(async () => (await codeOf('{ me { id } }', {}, login.accessToken)) === 'SESSION_ENDED', 2000);
  expect((await auditOf(accountId)).at(-1)?.action).toBe('second_factor.reset');
  await data(
    GRANT.replace('grantRole', 'revokeRole'),
    { input: { accountId, role: 'ADMIN', scope: 'PLATFORM' } },
    admin,
  );
});

test('without a login there is no second factor to change', async () => {
  for (const field of ['beginSecondFactor { uri }', 'renewRecoveryCodes { codes }', 'revokeAllSessions']) {
    expect((await ask(`mutation { ${field} }`)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
});

test('whoever has the phone alone hands nothing of an account with a second factor to anybody', async () => {
  const login = await withSecondFactor(await logInAnew());
  const { accessToken: token, accountId } = login;
  const { id: patientId } = await added(token);
  // As if this were another login, by a code of the phone.
  await rows('UPDATE yey_users.session SET second_factor_at = NULL WHERE account_id = ?', [accountId]);
  const [identity] = await rows('SELECT id FROM yey_users.identity WHERE account_id = ?', [accountId]);
  const phone = newPhone();
  const inputs: Record<string, object> = {
    linkPhone: { phone, code: '000000' },
    linkWechatMiniProgram: { code: 'x' },
    linkWechat: { channel: 'NATIVE_APP', code: 'x' },
    linkOidc: { providerId: 'x', callbackUrl: 'x', verifier: 'x' },
    unlinkIdentity: { identityId: String(identity?.id) },
    requestMyExport: {},
    requestErasure: {},
    sharePatient: { patientId, withPhone: phone, level: 'MANAGE', consentVersion: 1 },
    offerPatientTransfer: { patientId, toPhone: phone },
  };
  const outcome = async (name: string, input: object) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`;
    return codeOf(query, { input: { ...input, idempotencyKey: randomUUID() } }, token);
  };
  for (const [name, input] of Object.entries(inputs)) {
    expect(await outcome(name, input), name).toBe('SECOND_FACTOR_NEEDED');
  }
  const [recovery = ''] = login.recoveryCodes;
  expect(await codeOf(VERIFY, { input: { code: recovery } }, token)).toBeUndefined();
  expect(await outcome('offerPatientTransfer', inputs.offerPatientTransfer ?? {})).toBeUndefined();
});
