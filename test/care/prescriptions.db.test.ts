import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { canonicalHash } from '../../shared/crypto/canonical-json.ts';
import type { PrescriptionSnapshot } from '../../shared/events/prescription-snapshot.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { EventReader } from '../../shared/outbox/event-reader.ts';
import { SafetyKind, SafetySeverity } from '../../shared/safety/safety-finding.ts';
import { Clinic, codeOf, endings, line, PIN } from '../testkit/clinic.ts';
import { auditOf } from '../testkit/rows.ts';
import { until } from '../testkit/platform.ts';

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

async function statusOf(id: string) {
  const [row] = await clinic.rows<{ status: string; version: number }>(
    'SELECT status, version FROM prescription WHERE id = ?',
    [id],
  );
  const sheets = await clinic.rows(
    'SELECT hash FROM yey_care_audit.prescription_sheet WHERE prescription_id = ?',
    [id],
  );
  return {
    status: row?.status,
    version: row?.version,
    sheets: sheets.length,
    facts: (await clinic.factsOf(id)).length,
  };
}
const UNTOUCHED = { status: 'DRAFT', version: 1, sheets: 0, facts: 0 };
const SENT = { status: 'SIGNED', version: 2, sheets: 1, facts: 1 };

/** The fact as pharmacy pulls it. */
async function snapshotOf(id: string): Promise<PrescriptionSnapshot> {
  const { db, cipher } = clinic.foundation;
  let seq = 0;
  await until(async () => {
    const [row] = await clinic.rows<{ seq: string | null }>(
      'SELECT seq FROM outbox_event WHERE aggregateid = ?',
      [id],
    );
    seq = Number(row?.seq ?? 0);
    return seq > 0;
  });
  const [event] = await new EventReader(db, cipher).after(seq - 1, 1);
  return JSON.parse(event?.payload ?? '{}') as PrescriptionSnapshot;
}

test('what is sent is the whole sheet, hashed and signed', async () => {
  const talk = await clinic.diagnosed();
  const long = { days: 30, quantity: 3 };
  const id = await clinic.prescribe(talk, {
    lines: [line(long), line({ skuId: stableId('sku', 'D002'), doseValue: '0.5', doseUnit: 'g' })],
    validDays: 3,
    longSupplyReason: '高血压长期用药',
  });
  await clinic.send(talk.doctor, id);
  expect(await statusOf(id)).toEqual(SENT);
  const snapshot = await snapshotOf(id);
  expect(snapshot).toMatchObject({
    prescriptionId: id,
    version: 2,
    consultationId: talk.consultationId,
    hospitalId: stableId('hos', 'H001'),
    hospitalName: '北京协和医院(东单院区)',
    departmentName: '心血管内科专业',
    doctorAccountId: talk.doctor.accountId,
    doctorName: '王建国',
    patientId: talk.patientId,
    patientAccountId: talk.patient.accountId,
    patientName: '李晓梅',
    patientSex: 'FEMALE',
    patientAgeYears: 36,
    diagnoses: [{ code: 'I10' }],
    lines: [
      { skuId: stableId('sku', 'D001'), name: '苯磺酸氨氯地平片', doseValue: '5', days: 30, quantity: 3 },
      { skuId: stableId('sku', 'D002'), doseValue: '0.5', doseUnit: 'g' },
    ],
    overrides: [],
    longSupplyReason: '高血压长期用药',
    signedAt: clinic.now.toISOString(),
    // Its own day in Shanghai and two more.
    validUntil: '2026-05-06T16:00:00.000Z',
  });
  const { hash, signature, ...signed } = snapshot;
  expect(canonicalHash(signed)).toBe(hash);
  expect(await clinic.services.signer.verify(signature, hash)).toBe(true);
  expect(await clinic.services.signer.verify(signature, canonicalHash({ ...signed, version: 3 }))).toBe(
    false,
  );
  const [{ payload } = { payload: '' }] = await clinic.factsOf(id);
  expect(payload).toMatch(/^v1\./);
});

test('a retried signature is one sheet and one fact', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  const idempotencyKey = randomUUID();
  const sends = () => clinic.send(talk.doctor, id, { idempotencyKey });
  expect(await endings([1, 2, 3, 4, 5, 6].map(sends))).toEqual({ ok: 6 });
  // Also later, when pharmacy could not be asked again, and whatever the PIN.
  clinic.isPharmacyDown = true;
  expect(await sends()).toBe(id);
  expect(await statusOf(id)).toEqual(SENT);
  expect(await codeOf(clinic.send(talk.doctor, id, { idempotencyKey, expectedVersion: 2 }))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
  expect(await codeOf(clinic.send(talk.doctor, id, { expectedVersion: 2 }))).toBe('PRESCRIPTION_SIGNED');
  expect(await codeOf(clinic.prescribe(talk, { prescriptionId: id, expectedVersion: 2 }))).toBe(
    'PRESCRIPTION_SIGNED',
  );
});

test('two signatures at once under two keys are one', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  const { ok, ...others } = await endings([1, 2, 3, 4].map(() => clinic.send(talk.doctor, id)));
  expect(ok).toBe(1);
  expect(
    Object.keys(others).every((code) => ['VERSION_CONFLICT', 'PRESCRIPTION_SIGNED'].includes(code)),
  ).toBe(true);
  expect(await statusOf(id)).toEqual(SENT);
});

test('what is contraindicated is blocked, with any reason; what is major or could not be checked needs one', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  const found = (ruleId: string, severity: SafetySeverity) => ({
    ruleId,
    severity,
    kind: SafetyKind.ALLERGY,
  });
  const reason = (ruleId: string) => ({ ruleId, reason: '获益大于风险' });
  clinic.findings = [found('R1', SafetySeverity.CONTRAINDICATED), found('R2', SafetySeverity.MAJOR)];
  await expect(
    clinic.send(talk.doctor, id, { overrides: [reason('R1'), reason('R2')] }),
  ).rejects.toMatchObject({
    code: 'PRESCRIPTION_CONTRAINDICATED',
    params: { rules: 'R1' },
  });
  clinic.findings = [
    found('R2', SafetySeverity.MAJOR),
    found('R3', SafetySeverity.MAJOR),
    found('R4', SafetySeverity.MODERATE),
    found('R5', SafetySeverity.CANNOT_CHECK),
  ];
  await expect(clinic.send(talk.doctor, id, { overrides: [reason('R2')] })).rejects.toMatchObject({
    code: 'PRESCRIPTION_NEEDS_REASON',
    params: { rules: 'R3, R5' },
  });
  const unacknowledged = { overrides: [reason('R2'), reason('R3')] };
  await expect(clinic.send(talk.doctor, id, unacknowledged)).rejects.toMatchObject({
    code: 'PRESCRIPTION_NEEDS_REASON',
    params: { rules: 'R5' },
  });
  const blank = { overrides: [reason('R2'), reason('R3'), { ruleId: 'R5', reason: ' ' }] };
  expect(await codeOf(clinic.send(talk.doctor, id, blank))).toBe('VALIDATION_FAILED');
  expect(await statusOf(id)).toEqual(UNTOUCHED);
  await clinic.send(talk.doctor, id, { overrides: [reason('R2'), reason('R3'), reason('R5'), reason('R9')] });
  expect((await snapshotOf(id)).overrides).toEqual([reason('R2'), reason('R3'), reason('R5')]);
});

test('when pharmacy or users do not answer nothing is signed, nor half written', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  const actions = async () => (await auditOf(id, 'yey_care_audit')).map((each) => each.action);
  clinic.isPharmacyDown = true;
  expect(await codeOf(clinic.send(talk.doctor, id))).toBe('UNAVAILABLE');
  clinic.isPharmacyDown = false;
  clinic.areUsersDown = true;
  const idempotencyKey = randomUUID();
  expect(await codeOf(clinic.send(talk.doctor, id, { idempotencyKey }))).toBe('UNAVAILABLE');
  expect(await statusOf(id)).toEqual(UNTOUCHED);
  expect(await actions()).toEqual(['prescription.create']);
  clinic.areUsersDown = false;
  await clinic.send(talk.doctor, id, { idempotencyKey });
  expect(await statusOf(id)).toEqual(SENT);
});

test('a line or a diagnosis that changes while pharmacy is asked is not signed unchecked', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  clinic.meanwhile = () =>
    clinic.prescribe(talk, { prescriptionId: id, expectedVersion: 1, lines: [line({ doseValue: '500' })] });
  expect(await codeOf(clinic.send(talk.doctor, id))).toBe('VERSION_CONFLICT');
  expect(await statusOf(id)).toEqual({ ...UNTOUCHED, version: 2 });
  const other = await clinic.talk();
  const recordId = await clinic.draft(other);
  const second = await clinic.prescribe(other);
  clinic.meanwhile = () =>
    clinic.draft(other, { recordId, expectedVersion: 1, diagnoses: [{ code: 'E11.9' }] });
  expect(await codeOf(clinic.send(other.doctor, second))).toBe('VERSION_CONFLICT');
  expect(await statusOf(second)).toEqual(UNTOUCHED);
});

test('of two editors at once one wins, and the other is told', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  const edits = [1, 2, 3, 4].map(() => clinic.prescribe(talk, { prescriptionId: id, expectedVersion: 1 }));
  expect(await endings(edits)).toEqual({ ok: 1, VERSION_CONFLICT: 3 });
});

test('a wrong PIN signs nothing', async () => {
  const talk = await clinic.diagnosed();
  const id = await clinic.prescribe(talk);
  expect(await codeOf(clinic.send(talk.doctor, id, { pin: '999999' }))).toBe('SIGNING_PIN_WRONG');
  expect(await codeOf(clinic.send(await clinic.doctor(), id, { pin: PIN }))).toBe('NOT_FOUND');
  expect(await statusOf(id)).toEqual(UNTOUCHED);
});
