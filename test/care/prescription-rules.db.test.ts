import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { Clinic, codeOf, line, requestOf, someone } from '../testkit/clinic.ts';
import { auditOf } from '../testkit/rows.ts';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.close());
beforeEach(() => {
  clinic.findings = [];
  clinic.drug = {};
  clinic.isPharmacyDown = false;
  clinic.areUsersDown = false;
  clinic.meanwhile = async () => undefined;
  clinic.parties = { ...clinic.parties, patientBirthDate: '1990-05-04' };
});

test('a prescription keeps the limits of the law', async () => {
  const talk = await clinic.diagnosed();
  const drugs = (count: number) =>
    Array.from({ length: count }, (_, n) => line({ skuId: stableId('sku', `D00${n + 1}`) }));
  const refused: [object, string][] = [
    [{ lines: [] }, 'VALIDATION_FAILED'],
    [{ lines: drugs(6) }, 'VALIDATION_FAILED'],
    [{ lines: [line(), line()] }, 'VALIDATION_FAILED'],
    [{ validDays: 4 }, 'VALIDATION_FAILED'],
    [{ validDays: 0 }, 'VALIDATION_FAILED'],
    [{ lines: [line({ days: 8 })] }, 'SUPPLY_TOO_LONG'],
    [{ lines: [line({ days: 85 })], longSupplyReason: '慢性病' }, 'SUPPLY_TOO_LONG'],
    [{ lines: [line({ doseValue: '0' })] }, 'VALIDATION_FAILED'],
    [{ lines: [line({ doseValue: '1e3' })] }, 'VALIDATION_FAILED'],
    [{ lines: [line({ quantity: 0 })] }, 'VALIDATION_FAILED'],
    [{ lines: [line({ skuId: 'sku_1' })] }, 'BAD_ID'],
  ];
  for (const [more, code] of refused) {
    expect(await codeOf(clinic.prescribe(talk, more)), JSON.stringify(more)).toBe(code);
  }
  await clinic.prescribe(talk, { lines: drugs(5) });
  const long = await clinic.prescribe(talk, { lines: [line({ days: 84 })], longSupplyReason: '慢性病' });
  clinic.drug = { ingredients: [{ atc: 'J01CA04', name: '阿莫西林' }] };
  await expect(clinic.send(talk.doctor, long)).rejects.toMatchObject({
    code: 'SUPPLY_TOO_LONG',
    params: { days: 84, most: 7 },
  });
  clinic.drug = { isOnlineForbidden: true, name: '地西泮片' };
  await expect(clinic.send(talk.doctor, long)).rejects.toMatchObject({
    code: 'DRUG_NOT_ONLINE',
    params: { drug: '地西泮片' },
  });
});

test('a child under six is prescribed for by a paediatrician', async () => {
  // Six years old tomorrow.
  clinic.parties = { ...clinic.parties, patientBirthDate: '2020-05-05' };
  const adults = await clinic.diagnosed();
  const id = await clinic.prescribe(adults);
  expect(await codeOf(clinic.send(adults.doctor, id))).toBe('CHILD_NEEDS_PAEDIATRICIAN');
  const children = await clinic.diagnosed({ department: '07' });
  await clinic.send(children.doctor, await clinic.prescribe(children));
  clinic.parties = { ...clinic.parties, patientBirthDate: '2020-05-04' };
  await clinic.send(adults.doctor, id);
});

test('there must be a diagnosis, and evidence of an earlier one', async () => {
  const talk = await clinic.talk();
  const id = await clinic.prescribe(talk);
  expect(await codeOf(clinic.send(talk.doctor, id))).toBe('PRESCRIPTION_NEEDS_DIAGNOSIS');
  const recordId = await clinic.draft(talk, { diagnoses: [] });
  expect(await codeOf(clinic.send(talk.doctor, id))).toBe('PRESCRIPTION_NEEDS_DIAGNOSIS');
  await clinic.draft(talk, { recordId, expectedVersion: 1 });
  await clinic.sign(talk.doctor, recordId, 2);
  await clinic.send(talk.doctor, id);
  const first = await clinic.talk({ statement: null });
  expect(await codeOf(clinic.prescribe(first))).toBe('CONSULTATION_IS_ADVICE_ONLY');
  const next = await clinic.talk({ statement: null, patientId: talk.patientId });
  await clinic.prescribe(next);
});

test('three days after the talk is over nothing is prescribed in it any more', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  const close = (days: number) =>
    clinic.rows("UPDATE consultation SET status = 'CLOSED', closed_at = ? WHERE id = ?", [
      new Date(clinic.now.getTime() - days * 24 * 3_600_000 - 1),
      talk.consultationId,
    ]);
  await close(3);
  expect(await codeOf(clinic.send(talk.doctor, id))).toBe('CONSULTATION_CLOSED');
  expect(await codeOf(clinic.prescribe(talk))).toBe('CONSULTATION_CLOSED');
  await close(2);
  await clinic.send(talk.doctor, id);
});

test('strangers find nothing; the patient and pharmacists see what is signed; each read is in the audit', async () => {
  const { reading, pages } = clinic.services.prescriptions;
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk, { lines: [line({ instructions: '秘密的用法' })] });
  const pharmacist = someone(['prescription.review']);
  const see = (actor: Parameters<typeof requestOf>[0]) => codeOf(reading.get(requestOf(actor), id));
  expect(await see(talk.doctor)).toBe('ok');
  for (const actor of [talk.patient, pharmacist, someone()]) expect(await see(actor)).toBe('NOT_FOUND');
  await clinic.send(talk.doctor, id);
  for (const actor of [talk.doctor, talk.patient, pharmacist]) expect(await see(actor)).toBe('ok');
  for (const actor of [someone(), await clinic.doctor(), someone(['stats.read'])]) {
    expect(await see(actor)).toBe('NOT_FOUND');
  }
  expect((await reading.get(requestOf(talk.patient), id)).lines).toMatchObject([
    { instructions: '秘密的用法' },
  ]);
  expect(await auditOf(id, 'yey_care_audit')).toEqual([
    { actor: talk.doctor.accountId, action: 'prescription.create' },
    { actor: talk.doctor.accountId, action: 'prescription.read' },
    { actor: talk.doctor.accountId, action: 'prescription.sign' },
    ...[talk.doctor, talk.patient, pharmacist, talk.patient].map(({ accountId }) => ({
      actor: accountId,
      action: 'prescription.read',
    })),
  ]);
  const page = { patientId: talk.patientId, after: undefined, limit: 5 };
  expect(await pages.idsOf(requestOf(talk.patient), page)).toEqual([id]);
  expect(await pages.idsOf(requestOf(pharmacist), page)).toEqual([]);
  for (const table of ['prescription', 'outbox_event', 'yey_care_audit.prescription_sheet']) {
    expect(JSON.stringify(await clinic.rows(`SELECT * FROM ${table}`)), table).not.toContain('秘密');
  }
});
