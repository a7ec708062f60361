import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { data } from '../testkit/client.ts';
import { Clinic, codeOf, requestOf, someone } from '../testkit/clinic.ts';
import { logInAnew } from '../testkit/login.ts';
import { rows } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { applied } from '../users/licence-kit.ts';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.close());

const countOf = async (consultationId: string) =>
  Number(
    (
      await rows('SELECT COUNT(*) AS n FROM yey_care.prescription WHERE consultation_id = ?', [
        consultationId,
      ])
    )[0]?.n,
  );

test('nobody prescribes for themselves, nor for a patient of their own account', async () => {
  const doctor = await clinic.doctor();
  const own = await clinic.talk({ doctor, patient: doctor });
  expect(await codeOf(clinic.prescribe(own))).toBe('PRESCRIBE_OWN');
  const child = await clinic.talk({ doctor });
  clinic.ownPatients.add(child.patientId);
  expect(await codeOf(clinic.prescribe(child))).toBe('PRESCRIBE_OWN');
  expect(await Promise.all([own, child].map(({ consultationId }) => countOf(consultationId)))).toEqual([
    0, 0,
  ]);
});

test('a retry gets the draft that the first call made, whatever has changed since', async () => {
  const talk = await clinic.diagnosed();
  const idempotencyKey = randomUUID();
  const prescriptionId = await clinic.prescribe(talk, { idempotencyKey });
  const retry = () => clinic.prescribe(talk, { idempotencyKey });
  clinic.areUsersDown = true;
  expect(await retry()).toBe(prescriptionId);
  clinic.areUsersDown = false;
  clinic.ownPatients.add(talk.patientId);
  clinic.consents.withdraw(talk.patientId);
  expect(await retry()).toBe(prescriptionId);
  expect(await codeOf(clinic.prescribe(talk, { idempotencyKey, validDays: 2 }))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
  expect(await codeOf(clinic.prescribe(talk))).toBe('PRESCRIBE_OWN');
  expect(await countOf(talk.consultationId)).toBe(1);
});

test('nor is what was drafted before signed, and while users cannot tell, nothing is', async () => {
  const talk = await clinic.diagnosed();
  const prescriptionId = await clinic.prescribe(talk);
  clinic.areUsersDown = true;
  expect(await codeOf(clinic.send(talk.doctor, prescriptionId))).toBe('UNAVAILABLE');
  expect(await codeOf(clinic.prescribe(talk))).toBe('UNAVAILABLE');
  clinic.areUsersDown = false;
  // The patient came to the doctor's own account in the meantime.
  clinic.ownPatients.add(talk.patientId);
  expect(await codeOf(clinic.send(talk.doctor, prescriptionId))).toBe('PRESCRIBE_OWN');
  clinic.ownPatients.delete(talk.patientId);
  expect(await codeOf(clinic.send(talk.doctor, prescriptionId))).toBe('ok');
});

test('what is signed is read by the pharmacists who review for the hospital or have an order for it, no others', async () => {
  const talk = await clinic.diagnosed();
  const prescriptionId = await clinic.prescribe(talk);
  await clinic.send(talk.doctor, prescriptionId);
  const pharmacistAt = (pharmacyId: string, permission: string) => {
    const { accountId, sessionId } = someone();
    const grant = {
      role: 'PHARMACIST',
      permissions: [permission],
      scope: 'PHARMACY' as const,
      scopeId: pharmacyId,
    };
    return { kind: 'account' as const, accountId, sessionId, grants: [grant] };
  };
  const reads = async (actor: ReturnType<typeof pharmacistAt>) => {
    return codeOf(clinic.services.prescriptions.reading.get(requestOf(actor), prescriptionId));
  };
  const reviewing = stableId('pha', 'demo-pharmacy-01');
  const other = newId('pha');
  expect(await reads(pharmacistAt(reviewing, 'prescription.review'))).toBe('ok');
  expect(await reads(pharmacistAt(other, 'prescription.review'))).toBe('NOT_FOUND');
  expect(await reads(pharmacistAt(reviewing, 'prescription.dispense'))).toBe('NOT_FOUND');
  clinic.orderedAt = [other];
  expect(await reads(pharmacistAt(other, 'prescription.dispense'))).toBe('ok');
  clinic.isPharmacyDown = true;
  expect(await reads(pharmacistAt(other, 'prescription.dispense'))).toBe('UNAVAILABLE');
  clinic.isPharmacyDown = false;
  clinic.orderedAt = [];
});

const ADD = 'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }';
/** An identity number whose check digit is right. */
function identityNumber(serial: number): string {
  const body = `11010119800307${String(serial).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}

test('users tell one’s own by the account, by the identity number and by the number of the certificate', async () => {
  const [doctor, partner] = [await logInAnew(), await logInAnew()];
  const isOwn = async (accountId: string, patientId: string) =>
    (
      await askAs(
        'care',
        'users',
        'query ($a: ID!, $p: ID!) { own: isOwnPatient(accountId: $a, patientId: $p) }',
        {
          a: accountId,
          p: patientId,
        },
      )
    ).own;
  const add = async (token: string, number: string | undefined, relation = 'OTHER') => {
    const input = {
      name: '钱家人',
      relation,
      ...(number === undefined ? { birthDate: '1980-03-07', sex: 'MALE' } : { identityNumber: number }),
      idempotencyKey: newId('key'),
    };
    return ((await data(ADD, { input }, { token })).addPatient as { id: string }).id;
  };
  const mine = await add(doctor.accessToken, undefined);
  expect(await isOwn(doctor.accountId, mine)).toBe(true);
  const theirs = await add(partner.accessToken, undefined);
  expect(await isOwn(doctor.accountId, theirs)).toBe(false);
  // The same person in two accounts.
  const number = identityNumber(Math.floor(Math.random() * 900) + 1);
  await add(doctor.accessToken, number);
  const same = await add(partner.accessToken, number);
  expect(await isOwn(doctor.accountId, same)).toBe(true);
  // Somebody whose certificate ends with the number (医师资格证书编码).
  const another = await logInAnew();
  expect(await isOwn(another.accountId, same)).toBe(false);
  const { id } = await applied(another, { qualificationNumber: `201011110${number}` });
  expect(id).toMatch(/^lic_/);
  expect(await isOwn(another.accountId, same)).toBe(true);
  expect(await isOwn(another.accountId, newId('pat'))).toBe(false);
});
