import { createHash, randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { loadConfig } from '../../shared/config/config.ts';
import type { EventOf } from '../../shared/events/event.ts';
import type { PrescriptionSnapshot } from '../../shared/events/prescription-snapshot.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { canonical } from '../../shared/idempotency/once.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { SkuStore } from '../../subgraphs/pharmacy/catalogue/sku.store.ts';
import { database } from '../../subgraphs/pharmacy/datasource.ts';
import { ReviewItem } from '../../subgraphs/pharmacy/review/review-items.ts';
import {
  ReviewDecision,
  type ReviewPrescriptionInput,
} from '../../subgraphs/pharmacy/review/review.inputs.ts';
import { wireReview } from '../../subgraphs/pharmacy/review/review.wiring.ts';
import { data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';

export const ALL_PASSED = Object.values(ReviewItem).map((item) => ({ item, passed: true }));

export const REVIEW = `mutation ($input: ReviewPrescriptionInput!) {
  reviewPrescription(input: $input) { id status version reviewedAt reason secondLook checks { item passed } }
}`;

export const inputFor = (
  prescriptionId: string,
  more: Partial<ReviewPrescriptionInput> = {},
): ReviewPrescriptionInput => ({
  prescriptionId,
  decision: ReviewDecision.APPROVE,
  checks: ALL_PASSED,
  secondLook: false,
  expectedVersion: 1,
  idempotencyKey: randomUUID(),
  ...more,
});

/** Pharmacy's own services on the databases of the common platform, with a clock that a test may set. */
export async function openPharmacy() {
  const { foundation, close } = await layFoundation(
    loadConfig('pharmacy', benchEnvironment(inject('platformDir'))),
    database,
  );
  const clock = { ahead: 0 };
  const now = () => new Date(Date.now() + clock.ahead);
  const services = wireReview({ ...foundation, now }, new SkuStore(foundation.db));
  const { db } = foundation;
  const receive = (payload: PrescriptionSnapshot, id = newId('evt')) =>
    db.transaction((tx) => services.snapshotIntake.take(tx, factOf(payload, id)));
  const rows = <T>(sql: string, values: unknown[] = []) =>
    db.readPrimary<T[]>((manager) => manager.query(sql, values));
  return { ...services, foundation, db, clock, receive, rows, close };
}

export type Pharmacy = Awaited<ReturnType<typeof openPharmacy>>;

function factOf(payload: PrescriptionSnapshot, id: string): EventOf<'prescription.signed'> {
  return {
    id,
    seq: 1,
    type: 'prescription.signed',
    version: 1,
    aggregateType: 'Prescription',
    aggregateId: payload.prescriptionId,
    aggregateVersion: 1,
    occurredAt: new Date(),
    actor: payload.doctorAccountId,
    requestId: 'test',
    traceparent: '',
    payload,
  };
}

export interface Person {
  readonly token: string;
  readonly accountId: string;
  readonly patientId: string;
}

/** Somebody new of whom everything is known, so that a harmless drug has no findings. */
export async function newPatient(known: { readonly isArchiveEmpty?: boolean } = {}): Promise<Person> {
  const { accessToken: token, accountId } = await logInAnew();
  const added = await data(
    'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id archive { version } } }',
    {
      input: {
        name: '钱大勇',
        relation: 'OTHER',
        birthDate: '1986-01-01',
        sex: 'MALE',
        idempotencyKey: randomUUID(),
      },
    },
    { token },
  );
  const { id: patientId, archive } = added.addPatient as { id: string; archive: { version: number } };
  if (known.isArchiveEmpty) return { token, accountId, patientId };
  await data(
    'mutation ($input: UpdateHealthArchiveInput!) { updateHealthArchive(input: $input) { version } }',
    {
      input: {
        patientId,
        expectedVersion: archive.version,
        egfr: 95,
        childPugh: 'A',
        idempotencyKey: randomUUID(),
      },
    },
    { token },
  );
  return { token, accountId, patientId };
}

export async function recordAllergy(
  { token, patientId }: Person,
  substance: string,
  severity = 'SEVERE',
): Promise<void> {
  await data(
    'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }',
    { input: { patientId, substance, name: substance, severity, idempotencyKey: randomUUID() } },
    { token },
  );
}

type Line = PrescriptionSnapshot['lines'][number];

/** One tablet a day of a medicine of the catalogue. */
export function sheetLine(code: string, more: Partial<Line> = {}): Line {
  return {
    lineId: newId('rxl'),
    skuId: stableId('sku', code),
    name: '氯雷他定片',
    strength: '10mg',
    quantity: 2,
    doseValue: '1',
    doseUnit: '片',
    timesPerDay: 1,
    route: '口服',
    days: 3,
    instructions: '饭后服用',
    ...more,
  };
}

/** A prescription of demo-doctor-01 as care would tell of it: hashed, and valid for three days. */
export function signedSheet(
  person: Pick<Person, 'accountId' | 'patientId'>,
  more: Partial<PrescriptionSnapshot> = {},
): PrescriptionSnapshot {
  const signed = {
    prescriptionId: newId('rxn'),
    version: 1,
    consultationId: newId('con'),
    hospitalId: stableId('hos', 'H001'),
    hospitalName: '测试医院',
    departmentName: '内科',
    doctorId: stableId('doc', 'demo-doctor-01'),
    doctorAccountId: stableId('acc', 'demo-doctor-01'),
    doctorName: '王建国',
    patientId: person.patientId,
    patientAccountId: person.accountId,
    patientName: '钱大勇',
    patientSex: 'MALE' as const,
    patientAgeYears: 40,
    diagnoses: [{ code: 'J30.4', name: '变应性鼻炎' }],
    lines: [sheetLine('D058')],
    overrides: [],
    signedAt: new Date().toISOString(),
    validUntil: new Date(Date.now() + 3 * 24 * 3_600_000).toISOString(),
    ...more,
  };
  const hash = createHash('sha256').update(canonical(signed)).digest('hex');
  return { ...signed, hash, signature: { algorithm: 'Ed25519', keyId: 'key_test', value: 'c2ln' } };
}
