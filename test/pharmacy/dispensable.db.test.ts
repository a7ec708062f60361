import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import {
  ReviewDecision,
  type ReviewPrescriptionInput,
} from '../../subgraphs/pharmacy/review/review.inputs.ts';
import {
  inputFor,
  newPatient,
  openPharmacy,
  type Person,
  type Pharmacy,
  signedSheet,
  sheetLine,
} from './review-bench.ts';

const DAY = 24 * 3_600_000;

let pharmacy: Pharmacy;
let patient: Person;
beforeAll(async () => {
  pharmacy = await openPharmacy();
  patient = await newPatient();
});
beforeEach(() => {
  pharmacy.clock.ahead = 0;
});
afterAll(() => pharmacy.close());

const wu = {
  kind: 'account',
  accountId: stableId('acc', 'demo-pharmacist-01'),
  sessionId: '',
  grants: [{ role: 'PHARMACIST', permissions: ['prescription.review'], scope: 'PLATFORM', scopeId: '' }],
} as const;

const decide = (prescriptionId: string, more: Partial<ReviewPrescriptionInput> = {}) =>
  pharmacy.reviews.decide(wu, inputFor(prescriptionId, more));

async function approved(more: Parameters<typeof signedSheet>[1] = {}) {
  const sheet = signedSheet(patient, more);
  await pharmacy.receive(sheet);
  await decide(sheet.prescriptionId);
  return sheet;
}

const lock = (prescriptionId: string, orderId?: string) =>
  pharmacy.db.transaction((tx) => pharmacy.prescriptions.lockDispensable(tx, prescriptionId, orderId));
const placed = (prescriptionId: string, orderId: string) =>
  pharmacy.db.transaction(async (tx) => {
    await pharmacy.prescriptions.lockDispensable(tx, prescriptionId);
    await pharmacy.prescriptions.markOrdered(tx, prescriptionId, orderId);
  });
const handOut = (prescriptionId: string, lines: { lineId: string; quantity: number }[]) =>
  pharmacy.db.transaction((tx) => pharmacy.prescriptions.markDispensed(tx, prescriptionId, lines));

test('an order gets what was signed and what remains, and only the account of the patient gets it', async () => {
  const sheet = await approved();
  const { snapshot, lines, status, orderId } = await pharmacy.prescriptions.getForOrder(
    sheet.prescriptionId,
    patient.accountId,
  );
  expect({ status, orderId }).toEqual({ status: 'APPROVED', orderId: null });
  expect(snapshot).toEqual(sheet);
  expect(lines).toMatchObject([{ lineId: sheet.lines[0]?.lineId, quantity: 2, remaining: 2 }]);
  for (const account of [stableId('acc', 'demo-patient-01'), sheet.doctorAccountId]) {
    await expect(pharmacy.prescriptions.getForOrder(sheet.prescriptionId, account)).rejects.toThrow(
      'NOT_FOUND',
    );
  }
});

test('nothing is had on one that is pending, rejected, or unknown', async () => {
  const sheet = signedSheet(patient);
  await pharmacy.receive(sheet);
  await expect(lock(sheet.prescriptionId)).rejects.toThrow('PRESCRIPTION_NOT_APPROVED');
  await expect(
    pharmacy.db.transaction((tx) =>
      pharmacy.prescriptions.markOrdered(tx, sheet.prescriptionId, newId('ord')),
    ),
  ).rejects.toThrow('PRESCRIPTION_USED');
  await decide(sheet.prescriptionId, { decision: ReviewDecision.REJECT, reason: '用法不当' });
  await expect(lock(sheet.prescriptionId)).rejects.toThrow('PRESCRIPTION_NOT_APPROVED');
  await expect(lock(stableId('rxn', 'nowhere'))).rejects.toThrow('NOT_FOUND');
});

test('it is valid until its last moment and not in it', async () => {
  const validUntil = new Date(Date.now() + DAY);
  const { prescriptionId } = await approved({ validUntil: validUntil.toISOString() });
  pharmacy.clock.ahead = DAY - 60_000;
  await lock(prescriptionId);
  pharmacy.clock.ahead = DAY;
  await expect(lock(prescriptionId)).rejects.toThrow('PRESCRIPTION_EXPIRED');
});

test('of many orders at once one has it, until it is cancelled', async () => {
  const { prescriptionId } = await approved();
  const orders = Array.from({ length: 6 }, () => newId('ord'));
  const all = await Promise.allSettled(orders.map((orderId) => placed(prescriptionId, orderId)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const winner = orders[all.findIndex(({ status }) => status === 'fulfilled')] ?? '';
  await expect(lock(prescriptionId)).rejects.toThrow('PRESCRIPTION_USED');
  await lock(prescriptionId, winner);
  const free = (orderId: string) =>
    pharmacy.db.transaction((tx) => pharmacy.prescriptions.unmarkOrdered(tx, prescriptionId, orderId));
  await free(newId('ord'));
  await expect(lock(prescriptionId)).rejects.toThrow('PRESCRIPTION_USED');
  await free(winner);
  await placed(prescriptionId, newId('ord'));
});

test('what is handed out never exceeds what was prescribed, however many try', async () => {
  const line = sheetLine('D058', { quantity: 3 });
  const { prescriptionId } = await approved({ lines: [line] });
  const { lineId } = line;
  await expect(handOut(prescriptionId, [{ lineId, quantity: 4 }])).rejects.toThrow('PRESCRIPTION_USED');
  await expect(handOut(prescriptionId, [{ lineId, quantity: 0 }])).rejects.toThrow('VALIDATION_FAILED');
  await expect(handOut(prescriptionId, [{ lineId: newId('rxl'), quantity: 1 }])).rejects.toThrow('NOT_FOUND');
  const orderId = newId('ord');
  await placed(prescriptionId, orderId);
  await handOut(prescriptionId, [{ lineId, quantity: 1 }]);
  expect((await lock(prescriptionId)).lines).toMatchObject([{ remaining: 2 }]);
  const all = await Promise.allSettled(
    Array.from({ length: 6 }, () => handOut(prescriptionId, [{ lineId, quantity: 1 }])),
  );
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await expect(lock(prescriptionId)).rejects.toThrow('PRESCRIPTION_USED');
});
