import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, data } from '../testkit/client.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import { entities } from '../testkit/router-call.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { added, codesOf, identityNumber, times } from './some-patients.ts';

const SHARE = `mutation ($input: SharePatientInput!) {
  sharePatient(input: $input) { id status level withPhone patientName patient { id } }
}`;
const ACCEPT = `mutation ($input: PatientShareInput!) {
  acceptPatientShare(input: $input) { status patientName patient { id } }
}`;
const REVOKE = 'mutation ($input: PatientShareInput!) { revokePatientShare(input: $input) { status } }';
const WITH_ME = `{ sharedWithMe { edges { node {
  id status level sharedBy patientName patient { id }
} } } }`;
const READ = `query ($id: ID!) { patient(id: $id) { name identityNumber phone archive { version } } }`;
const ALLERGY = 'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }';

const key = () => ({ idempotencyKey: randomUUID() });
const change = (query: string, token: string, input: object) =>
  ask(query, { input: { ...input, ...key() } }, { token });
const allergy = (patientId: string) => ({ patientId, substance: 'J01C', name: '青霉素', severity: 'MILD' });
const codeOf = async (query: string, token: string, variables: object) =>
  codesOf([await ask(query, variables, { token })])[0];

/** A guardian with the mother, and a brother with a number. */
async function family() {
  const phone = newPhone();
  const [sister, brother] = [await logInAnew(), await logInAnew(phone)];
  const number = identityNumber('19550304', 'FEMALE');
  const mother = { name: '吴秀兰', relation: 'PARENT', identityNumber: number, birthDate: null, sex: null };
  const { id } = await added(sister.accessToken, { ...mother, phone: '13900000003' });
  const share = async (more: object = {}) => {
    const input = { patientId: id, withPhone: phone, level: 'VIEW', consentVersion: 1, ...key(), ...more };
    const answer = await data(SHARE, { input }, { token: sister.accessToken });
    return answer.sharePatient as { id: string };
  };
  return { id, number, phone, sister: sister.accessToken, brother: brother.accessToken, share };
}

test('who is invited sees a masked name, and the patient once it is accepted, until it is revoked', async () => {
  const { id, number, phone, sister, brother, share } = await family();
  const offer = await share();
  expect(offer).toEqual({
    id: expect.stringMatching(/^shr_/) as string,
    status: 'PENDING',
    level: 'VIEW',
    withPhone: `${phone.slice(3, 6)}****${phone.slice(-4)}`,
    patientName: '吴秀兰',
    patient: { id },
  });
  // A number without an account is answered no differently.
  expect(await share({ withPhone: newPhone() })).toMatchObject({ status: 'PENDING', patient: { id } });
  expect(await codeOf(READ, brother, { id })).toBe('NOT_FOUND');
  expect(await data(WITH_ME, {}, { token: brother })).toMatchObject({
    sharedWithMe: {
      edges: [{ node: { id: offer.id, status: 'PENDING', patientName: '吴**', patient: null } }],
    },
  });
  const { accessToken: stranger } = await logInAnew();
  expect(codesOf([await change(ACCEPT, stranger, { shareId: offer.id })])).toEqual(['NOT_FOUND']);
  expect(codesOf([await change(REVOKE, stranger, { shareId: offer.id })])).toEqual(['NOT_FOUND']);
  expect((await change(ACCEPT, brother, { shareId: offer.id })).data).toEqual({
    acceptPatientShare: { status: 'ACTIVE', patientName: '吴秀兰', patient: { id } },
  });
  expect(await data(READ, { id }, { token: brother })).toEqual({
    patient: {
      name: '吴秀兰',
      identityNumber: `${number[0]}${'*'.repeat(16)}${number[17]}`,
      phone: '139****0003',
      archive: { version: 1 },
    },
  });
  expect((await auditOf(id)).at(-1)?.action).toBe('health_archive.read');
  expect(await data('{ myPatients { id } }', {}, { token: brother })).toEqual({ myPatients: [] });
  const reference = [{ __typename: 'Patient', id }];
  const selection = '... on Patient { name identityNumber }';
  expect((await entities('users', brother, reference, selection)).entities[0]).toMatchObject({
    name: '吴秀兰',
  });
  expect((await change(REVOKE, sister, { shareId: offer.id })).data).toEqual({
    revokePatientShare: { status: 'REVOKED' },
  });
  expect(await codeOf(READ, brother, { id })).toBe('NOT_FOUND');
  expect((await entities('users', brother, reference, selection)).entities).toEqual([null]);
  expect(codesOf([await change(ACCEPT, brother, { shareId: offer.id })])).toEqual(['INVITATION_OVER']);
});

test('who may look may not change; who may manage changes the archive and nothing else', async () => {
  const { id, sister, brother, share } = await family();
  await change(ACCEPT, brother, { shareId: (await share()).id });
  expect(codesOf([await change(ALLERGY, brother, allergy(id))])).toEqual(['FORBIDDEN']);
  const manage = await share({ level: 'MANAGE' });
  // The new offer takes the place of what was agreed before.
  expect(await codeOf(READ, brother, { id })).toBe('NOT_FOUND');
  await change(ACCEPT, brother, { shareId: manage.id });
  expect(codesOf([await change(ALLERGY, brother, allergy(id))])).toEqual(['OK']);
  const version = { patientId: id, expectedVersion: 1 };
  const forbidden = [
    change(
      'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { id } }',
      brother,
      version,
    ),
    change(
      'mutation ($input: RemovePatientInput!) { removePatient(input: $input) { id } }',
      brother,
      version,
    ),
    change(SHARE, brother, { patientId: id, withPhone: newPhone(), level: 'VIEW', consentVersion: 1 }),
    change(
      'mutation ($input: OfferPatientTransferInput!) { offerPatientTransfer(input: $input) { id } }',
      brother,
      { patientId: id, toPhone: newPhone() },
    ),
  ];
  expect(codesOf(await Promise.all(forbidden))).toEqual(Array<string>(4).fill('NOT_FOUND'));
  for (const field of ['shares { id }', 'accessLog { edges { cursor } }', 'needsOwnConsent']) {
    expect(await codeOf(`query ($id: ID!) { patient(id: $id) { ${field} } }`, brother, { id })).toBe(
      'FORBIDDEN',
    );
  }
  // Without the consent of the guardian nobody changes it in the guardian's place.
  const WITHDRAW = `mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { edges { cursor } } }`;
  await change(WITHDRAW, sister, { purpose: 'HEALTH_DATA' });
  expect(codesOf([await change(ALLERGY, brother, allergy(id))])).toEqual(['CONSENT_NEEDED']);
  await change(WITHDRAW, sister, { purpose: 'SHARING', patientId: id });
  expect(await codeOf(READ, brother, { id })).toBe('NOT_FOUND');
});

test('what is over cannot be accepted, and of an acceptance and a revocation at once nothing is left', async () => {
  const { id, sister, brother, phone, share } = await family();
  expect(
    codesOf([
      await change(SHARE, sister, { patientId: id, withPhone: phone, level: 'VIEW', consentVersion: 2 }),
      await change(SHARE, sister, {
        patientId: id,
        withPhone: phone,
        level: 'VIEW',
        consentVersion: 1,
        until: '2026-01-01T00:00:00.000Z',
      }),
    ]),
  ).toEqual(['VALIDATION_FAILED', 'VERSION_CONFLICT']);
  const late = await share();
  await rows('UPDATE yey_users.patient_share SET expires_at = ? WHERE id = ?', ['2026-01-01', late.id]);
  expect(codesOf([await change(ACCEPT, brother, { shareId: late.id })])).toEqual(['INVITATION_OVER']);
  const timed = await share();
  await change(ACCEPT, brother, { shareId: timed.id });
  await rows('UPDATE yey_users.patient_share SET until = ? WHERE id = ?', ['2026-01-01', timed.id]);
  expect(await codeOf(READ, brother, { id })).toBe('NOT_FOUND');
  await times(4, async () => {
    const { id: shareId } = await share({ withPhone: phone });
    await Promise.all([change(ACCEPT, brother, { shareId }), change(REVOKE, sister, { shareId })]);
  });
  expect(await codeOf(READ, brother, { id })).toBe('NOT_FOUND');
  const open = await data(
    'query ($id: ID!) { patient(id: $id) { shares { status } } }',
    { id },
    { token: sister },
  );
  expect(open).toEqual({ patient: { shares: [] } });
  const text = JSON.stringify(await rows('SELECT * FROM yey_users.patient_share WHERE patient_id = ?', [id]));
  expect(text).not.toContain(phone.slice(3));
});
