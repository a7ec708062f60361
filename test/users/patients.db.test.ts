import { randomInt, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { rows } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { add, type Added, added, codesOf, identityNumber, times } from './some-patients.ts';

const MINE =
  '{ myPatients { id name relation archive { version allergies { substance name severity reaction } } } }';
const ALLERGY = `mutation ($input: RecordAllergyInput!) {
  recordAllergy(input: $input) { version allergies { id substance name severity reaction } }
}`;

test('the demo patients are there, with what is known of them', async () => {
  expect(await data(MINE, {}, { token: tokenOf('李晓梅') })).toMatchObject({
    myPatients: [
      {
        id: stableId('pat', 'demo-patient-01'),
        relation: 'SELF',
        archive: { allergies: [{ substance: 'J01C', severity: 'SEVERE' }] },
      },
    ],
  });
  const query = '{ myPatients { sex birthDate archive { conditions { code } } } }';
  expect(await data(query, {}, { token: tokenOf('张伟') })).toMatchObject({
    myPatients: [{ sex: 'MALE', birthDate: '1978-03-15', archive: { conditions: [{ code: 'I10' }] } }],
  });
});

test('sex and day of birth follow from an identity number, and must agree with it', async () => {
  const { accessToken: token } = await logInAnew();
  const number = identityNumber('19621108', 'FEMALE');
  const mother = { relation: 'PARENT', name: ' 王秀英 ', identityNumber: number, birthDate: null, sex: null };
  expect(codesOf([await add(token, { ...mother, sex: 'MALE' })])).toEqual(['IDENTITY_MISMATCH']);
  expect(codesOf([await add(token, { ...mother, birthDate: '1962-11-09' })])).toEqual(['IDENTITY_MISMATCH']);
  const wrong = number.slice(0, 17) + (number.endsWith('1') ? '2' : '1');
  expect(codesOf([await add(token, { ...mother, identityNumber: wrong })])).toEqual(['BAD_IDENTITY_NUMBER']);
  expect((await add(token, { ...mother, phone: '138-0000 0099' })).data).toEqual({
    addPatient: {
      id: expect.stringMatching(/^pat_/) as string,
      name: '王秀英',
      relation: 'PARENT',
      sex: 'FEMALE',
      birthDate: '1962-11-08',
      identityNumber: number,
      phone: '+8613800000099',
      archive: { version: 1 },
    },
  });
});

test('without an identity number both are needed, and nobody is born tomorrow', async () => {
  const { accessToken: token } = await logInAnew();
  for (const more of [
    { sex: null },
    { birthDate: null },
    { birthDate: '2999-01-01' },
    { name: ' ' },
    { name: 'x'.repeat(65) },
    { name: 'a\u0000b' },
  ]) {
    expect(codesOf([await add(token, more)]), JSON.stringify(more)).toEqual(['VALIDATION_FAILED']);
  }
  expect(codesOf([await add(token, { idempotencyKey: '' })])).toEqual(['VALIDATION_FAILED']);
  expect(codesOf([await add(undefined)])).toEqual(['UNAUTHENTICATED']);
});

test('one identity number at once, twenty times: one patient; in another account it is nobody twice', async () => {
  const [one, two] = await times(2, () => logInAnew());
  const number = identityNumber('19850607', 'MALE');
  const same = { identityNumber: number, birthDate: null, sex: null, relation: 'SPOUSE' };
  const answers = await times(20, () => add(one?.accessToken ?? '', same));
  expect(codesOf(answers)).toEqual(['OK', ...Array<string>(19).fill('PATIENT_EXISTS')]);
  expect(codesOf([await add(two?.accessToken ?? '', same)])).toEqual(['OK']);
});

test('an account is one person: SELF at once, ten times, is one patient', async () => {
  const { accessToken: token } = await logInAnew();
  const answers = await times(10, () => add(token, { relation: 'SELF', birthDate: '1985-06-07' }));
  expect(codesOf(answers)).toEqual(['OK', ...Array<string>(9).fill('PATIENT_EXISTS')]);
});

test('of thirty at once an account keeps twenty', async () => {
  const { accessToken: token } = await logInAnew();
  const answers = await times(30, () => add(token));
  const codes = codesOf(answers).filter((code) => code !== 'CONFLICT_RETRY');
  expect(codes.filter((code) => code === 'OK').length).toBeLessThanOrEqual(20);
  expect(new Set(codes)).toEqual(new Set(['OK', 'TOO_MANY_PATIENTS']));
  expect((await data(MINE, {}, { token })).myPatients).toHaveLength(20);
});

test('one key at once, ten times, is one patient; with another body it is refused', async () => {
  const { accessToken: token } = await logInAnew();
  const idempotencyKey = randomUUID();
  const answers = await times(10, () => add(token, { idempotencyKey }));
  expect(answers.flatMap((each) => each.errors)).toEqual([]);
  expect(new Set(answers.map((each) => (each.data as { addPatient: Added }).addPatient.id)).size).toBe(1);
  expect(codesOf([await add(token, { idempotencyKey, name: '小红' })])).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  expect((await data(MINE, {}, { token })).myPatients).toHaveLength(1);
});

test('doctors are told to other subgraphs with their login', async () => {
  const doctor = {
    id: stableId('doc', 'demo-doctor-01'),
    accountId: stableId('acc', 'demo-doctor-01'),
    name: '王建国',
    title: 'CHIEF',
  };
  const BY_ID = 'query ($id: ID!) { doctorProfile(id: $id) { id accountId name title } }';
  const BY_ACCOUNT = 'query ($id: ID!) { doctorOfAccount(accountId: $id) { id accountId name title } }';
  expect(await askAs('care', 'users', BY_ID, { id: doctor.id })).toEqual({ doctorProfile: doctor });
  expect(await askAs('care', 'users', BY_ACCOUNT, { id: doctor.accountId })).toEqual({
    doctorOfAccount: doctor,
  });
  const patient = stableId('acc', 'demo-patient-01');
  expect(await askAs('care', 'users', BY_ACCOUNT, { id: patient })).toEqual({ doctorOfAccount: null });
});

test('no name, number or phone of a patient stands in the database in clear', async () => {
  const { accessToken: token } = await logInAnew();
  const number = identityNumber('19911224', 'FEMALE');
  const phone = `139${String(randomInt(100_000_000)).padStart(8, '0')}`;
  const { id } = await added(token, {
    name: '赵不在',
    identityNumber: number,
    birthDate: null,
    sex: 'FEMALE',
    phone,
  });
  await data(
    ALLERGY,
    {
      input: {
        patientId: id,
        substance: 'J01C',
        name: '青霉素',
        reaction: '住在中山路',
        severity: 'MILD',
        idempotencyKey: randomUUID(),
      },
    },
    { token },
  );
  for (const table of ['patient', 'patient_version', 'allergy', 'idempotency_key', 'outbox_event']) {
    const text = JSON.stringify(await rows(`SELECT * FROM yey_users.${table}`));
    for (const secret of ['赵不在', '李晓梅', number, '110101199005120027', phone, '中山路', '荨麻疹']) {
      expect(text, table).not.toContain(secret);
    }
  }
  const entries = JSON.stringify(await rows('SELECT * FROM yey_users_audit.audit_entry'));
  for (const secret of ['赵不在', number, phone]) expect(entries).not.toContain(secret);
});

test('a value that was moved to another row is found out', async () => {
  const { accessToken: token } = await logInAnew();
  const [one, two] = [await added(token), await added(token, { name: '小红' })];
  await rows(
    'UPDATE yey_users.patient a JOIN yey_users.patient b ON b.id = ? SET a.name = b.name WHERE a.id = ?',
    [two?.id, one?.id],
  );
  const query = 'query ($id: ID!) { patient(id: $id) { name } }';
  expect(codesOf([await ask(query, { id: one?.id }, { token })])).toEqual(['DECRYPT_FAILED']);
  expect(await data(query, { id: two?.id }, { token })).toEqual({ patient: { name: '小红' } });
});
