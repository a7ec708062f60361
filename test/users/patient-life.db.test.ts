import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { ServiceClient } from '../../shared/service/service-client.ts';
import type { ServiceKeys } from '../../shared/service/service-token.ts';
import { UsersClient } from '../../subgraphs/care/external/users.client.ts';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { environmentOf } from '../testkit/platform.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { appointment } from './some-appointment.ts';
import { add, added, codesOf, identityNumber, times } from './some-patients.ts';

const PATIENT = 'id name relation phone birthDate sex identityNumber status version needsOwnConsent';
const UPDATE = `mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { ${PATIENT} } }`;
const REMOVE =
  'mutation ($input: RemovePatientInput!) { removePatient(input: $input) { id status version } }';
const READ = `query ($id: ID!) { patient(id: $id) { ${PATIENT} archive { allergies { substance } } } }`;
const ALLERGY = 'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }';

const key = () => ({ idempotencyKey: randomUUID() });
const update = (token: string, patientId: string, expectedVersion: number, more: object) =>
  ask(UPDATE, { input: { patientId, expectedVersion, ...key(), ...more } }, { token });
const remove = (token: string, patientId: string, expectedVersion: number, more: object = {}) =>
  ask(REMOVE, { input: { patientId, expectedVersion, ...key(), ...more } }, { token });
const allergic = (token: string, patientId: string) =>
  ask(
    ALLERGY,
    { input: { patientId, substance: 'J01C', name: '青霉素', severity: 'MILD', ...key() } },
    { token },
  );
const mine = async (token: string) =>
  (await data('{ myPatients { id } }', {}, { token })).myPatients as { id: string }[];

test('a patient is changed by the guardian alone, one version at a time, and never becomes somebody else', async () => {
  const [{ accessToken: token }, stranger] = [await logInAnew(), await logInAnew()];
  const number = identityNumber('19600102', 'FEMALE');
  const mother = { relation: 'PARENT', identityNumber: number, birthDate: null, sex: null, name: '周不改' };
  const { id } = await added(token, mother);
  const again = key();
  const change = { name: '周改名', phone: '13900000002', ...again };
  const changed = await update(token, id, 1, change);
  expect(changed.data).toMatchObject({
    updatePatient: { name: '周改名', phone: '+8613900000002', version: 2, identityNumber: number },
  });
  // A retry is answered although the version has gone on.
  expect((await update(token, id, 1, change)).data).toEqual(changed.data);
  expect(codesOf([await update(token, id, 1, { name: '晚了' })])).toEqual(['VERSION_CONFLICT']);
  for (const other of [
    { identityNumber: identityNumber('19600102', 'FEMALE') },
    { identityNumber: null },
    { birthDate: '1960-01-03' },
    { sex: 'MALE' },
  ]) {
    const [code] = codesOf([await update(token, id, 2, other)]);
    expect(code, JSON.stringify(other)).toBe('IDENTITY_MISMATCH');
  }
  expect(codesOf([await update(token, id, 2, { phone: '139０0000002' })])).toEqual(['BAD_PHONE']);
  expect(codesOf([await update(stranger.accessToken, id, 2, { name: '别人' })])).toEqual(['NOT_FOUND']);
  const answers = await times(6, (index) => update(token, id, 2, { name: `名${index}` }));
  expect(codesOf(answers)).toEqual(['OK', ...Array<string>(5).fill('VERSION_CONFLICT')]);
  const kept = await rows('SELECT * FROM yey_users.patient_version WHERE patient_id = ? ORDER BY version', [
    id,
  ]);
  expect(kept.map((each) => each.version)).toEqual([1, 2]);
  for (const secret of ['周不改', number]) expect(JSON.stringify(kept)).not.toContain(secret);
});

test('who is the owner of the account is one patient, also after a change', async () => {
  const { accessToken: token } = await logInAnew();
  const self = await added(token, { relation: 'SELF', birthDate: '1985-01-01' });
  const other = await added(token, { relation: 'SPOUSE', birthDate: '1986-01-01' });
  const number = identityNumber('19870101', 'MALE');
  await added(token, { relation: 'SPOUSE', identityNumber: number, birthDate: null });
  expect(codesOf([await update(token, other.id, 1, { relation: 'SELF' })])).toEqual(['PATIENT_EXISTS']);
  expect(codesOf([await update(token, self.id, 1, { relation: 'OTHER' })])).toEqual(['OK']);
  expect(codesOf([await update(token, other.id, 1, { relation: 'SELF' })])).toEqual(['OK']);
  const twice = { identityNumber: number, birthDate: null, sex: null };
  expect(codesOf([await update(token, self.id, 2, twice)])).toEqual(['PATIENT_EXISTS']);
});

test('a removed patient is off the list and takes nothing new, can be read, and comes back as the same', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const number = identityNumber('19500203', 'MALE');
  const father = { relation: 'PARENT', identityNumber: number, birthDate: null, sex: null, name: '孙老' };
  const { id } = await added(token, father);
  await allergic(token, id);
  await appointment('demo-doctor-03', id, 'CONFIRMED');
  const refused = await remove(token, id, 1);
  expect(refused.errors[0]?.extensions).toMatchObject({
    code: 'PATIENT_HAS_APPOINTMENTS',
    params: { count: 1 },
  });
  await rows("UPDATE yey_care.appointment SET status = 'COMPLETED' WHERE patient_id = ?", [id]);
  const stranger = await logInAnew();
  expect(codesOf([await remove(stranger.accessToken, id, 1)])).toEqual(['NOT_FOUND']);
  const removed = await remove(token, id, 1, { reason: 'ADDED_BY_MISTAKE' });
  expect(removed.data).toEqual({ removePatient: { id, status: 'REMOVED', version: 2 } });
  expect(await mine(token)).toEqual([]);
  expect(await data(READ, { id }, { token })).toMatchObject({
    patient: { name: '孙老', status: 'REMOVED', archive: { allergies: [{ substance: 'J01C' }] } },
  });
  const late = [allergic(token, id), update(token, id, 2, { name: '新' }), remove(token, id, 2)];
  expect(codesOf(await Promise.all(late))).toEqual(Array<string>(3).fill('PATIENT_REMOVED'));
  // Care treats who is treated, and begins nothing new.
  const PROFILE = 'query ($id: ID!) { patientProfile(id: $id) { status allergies { substance } } }';
  expect(await askAs('care', 'users', PROFILE, { id })).toEqual({
    patientProfile: { status: 'REMOVED', allergies: [{ substance: 'J01C' }] },
  });
  const env = environmentOf(inject('platformDir'));
  const keys = JSON.parse(env.SERVICE_KEYS ?? '{}') as ServiceKeys;
  const people = new UsersClient(new ServiceClient(keys, 'care', 'users', env.USERS_URL ?? ''));
  const guardian = { kind: 'account', accountId, sessionId: '', grants: [] } as const;
  expect(await people.patientOf(id, guardian)).toBeNull();
  // The same number again, five times at once: the same patient once.
  const back = await times(5, () => add(token, { ...father, name: '孙老先生' }));
  expect(codesOf(back)).toEqual(['OK', ...Array<string>(4).fill('PATIENT_EXISTS')]);
  expect(await mine(token)).toEqual([{ id }]);
  expect(await people.patientOf(id, guardian)).toEqual({ id, accountId });
  expect(await data(READ, { id }, { token })).toMatchObject({
    patient: {
      name: '孙老先生',
      status: 'ACTIVE',
      version: 3,
      archive: { allergies: [{ substance: 'J01C' }] },
    },
  });
  expect((await auditOf(id)).map((each) => each.action)).toEqual([
    'patient.add',
    'health_archive.change',
    'patient.remove',
    'health_archive.read',
    'patient.revive',
  ]);
});

test('the same person in another account is noted for auditors, and told to nobody', async () => {
  const [one, two] = await times(2, () => logInAnew());
  const child = { identityNumber: identityNumber('20200506', 'MALE'), birthDate: null };
  const first = await added(one?.accessToken ?? '', child);
  const second = await added(two?.accessToken ?? '', child);
  const details = await rows(
    'SELECT subject_id, detail FROM yey_users_audit.audit_entry WHERE subject_id IN (?) ORDER BY id',
    [[first.id, second.id]],
  );
  expect(details.map(({ detail }) => JSON.parse(String(detail)) as unknown)).toEqual([
    { relation: 'CHILD', isKnownElsewhere: false },
    { relation: 'CHILD', isKnownElsewhere: true },
  ]);
});

test('somebody under 14 is there by a guardian', async () => {
  const { accessToken: token } = await logInAnew();
  for (const relation of ['SELF', 'PARENT', 'SPOUSE', 'OTHER']) {
    expect(codesOf([await add(token, { relation })]), relation).toEqual(['GUARDIAN_NEEDED']);
  }
  const nephew = await added(token, { relation: 'OTHER', isLegalGuardian: true });
  expect(codesOf([await update(token, nephew.id, 1, { relation: 'SELF' })])).toEqual(['GUARDIAN_NEEDED']);
  expect(codesOf([await update(token, nephew.id, 1, { name: '小外甥' })])).toEqual(['OK']);
});

test('whoever was added as a child and is 14 by now consents in person before anything is changed', async () => {
  const { accessToken: token } = await logInAnew();
  const grown = new Date();
  grown.setUTCFullYear(grown.getUTCFullYear() - 14, 0, 1);
  const { id } = await added(token, { birthDate: grown.toISOString().slice(0, 10) });
  expect(await data(READ, { id }, { token })).toMatchObject({ patient: { needsOwnConsent: false } });
  await rows('UPDATE yey_users.patient SET created_at = ? WHERE id = ?', ['2020-01-01', id]);
  expect(await data(READ, { id }, { token })).toMatchObject({ patient: { needsOwnConsent: true } });
  const [error] = (await allergic(token, id)).errors;
  const needed = { purpose: 'HEALTH_DATA', version: 1, patientId: id };
  expect(error?.extensions).toMatchObject({ code: 'CONSENT_NEEDED', params: needed });
  const GIVE = 'mutation ($input: GiveConsentInput!) { giveConsent(input: $input) { purpose patientId } }';
  await data(GIVE, { input: { ...needed, ...key() } }, { token });
  expect(codesOf([await allergic(token, id)])).toEqual(['OK']);
  expect(await data(READ, { id }, { token })).toMatchObject({ patient: { needsOwnConsent: false } });
});
