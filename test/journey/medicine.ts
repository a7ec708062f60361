import { randomInt, randomUUID } from 'node:crypto';
import { pay } from './pay.ts';
import type { Patient } from './arrive.ts';
import { must, type Walker } from './walker.ts';

const CHECKS = [
  'DEPARTMENT',
  'NAME',
  'AGE',
  'DRUG_NAME',
  'DOSAGE_FORM',
  'STRENGTH',
  'QUANTITY',
  'DRUG_PROPERTIES',
  'USAGE',
  'DIAGNOSIS',
].map((item) => ({ item, passed: true }));

/** The pharmacist looks at what was signed, item by item, and approves it. */
export async function review(walker: Walker, prescriptionId: string): Promise<void> {
  const pharmacist = walker.staff('吴芳');
  await walker.step('药师审方 · the pharmacist reviews and approves');
  const { review: waiting } = await walker.eventually<{ review: Review | null }>(
    pharmacist,
    `query ($id: ID!) {
      prescription(id: $id) { review { id version status findings { severity message } sheet { patientName } } }
    }`,
    { id: prescriptionId },
    (prescription) => prescription.review?.status === 'PENDING',
  );
  must(waiting !== null, 'the prescription must wait for its review');
  const done = await walker.ask<{ status: string }>(
    pharmacist,
    `mutation ($input: ReviewPrescriptionInput!) { reviewPrescription(input: $input) { id status reviewedAt } }`,
    {
      input: {
        prescriptionId,
        decision: 'APPROVE',
        checks: CHECKS,
        secondLook: true,
        expectedVersion: waiting.version,
        idempotencyKey: randomUUID(),
      },
    },
  );
  must(done.status === 'APPROVED', 'the prescription must be approved');
}

interface Review {
  readonly version: number;
  readonly status: string;
}

interface Order {
  readonly id: string;
  readonly total: string;
  readonly insurancePart: string;
  readonly patientPart: string;
}

/** The medicine is ordered and paid; insurance settles its part; the stock goes down and raises an alert. */
export async function order(
  walker: Walker,
  patient: Patient,
  prescriptionId: string,
  place: { pharmacyId: string; skuId: string },
): Promise<string> {
  const { pharmacyId, skuId } = place;
  const pharmacist = walker.staff('吴芳');
  await walker.step('下单、医保结算、支付 · the medicine is ordered and paid');
  const alerts = walker.follow<{ sku: { id: string }; available: number; threshold: number }>(
    pharmacist,
    `subscription ($id: ID!) { stockAlertRaised(pharmacyId: $id) { seq kind sku { id name } available threshold } }`,
    { id: pharmacyId },
  );
  const before = await availableOf(walker, pharmacist, skuId, pharmacyId);
  await walker.ask(
    pharmacist,
    'mutation ($input: SetStockThresholdInput!) { setStockThreshold(input: $input) { threshold available } }',
    { input: { pharmacyId, skuId, threshold: before, idempotencyKey: randomUUID() } },
  );
  const placed = await walker.ask<Order>(
    patient,
    `mutation ($input: PlaceOrderInput!) {
      placeOrder(input: $input) {
        id status total insurancePart patientPart payBy lines { quantity unitPrice total sku { name } }
      }
    }`,
    { input: { prescriptionId, pharmacyId, useInsurance: true, idempotencyKey: randomUUID() } },
  );
  const fen = (text: string) => Math.round(Number(text) * 100);
  must(fen(placed.total) === fen(placed.insurancePart) + fen(placed.patientPart), 'the parts must add up');
  must(fen(placed.insurancePart) > 0, 'insurance must pay its part');
  await pay(walker, patient, { type: 'ORDER', id: placed.id });
  await walker.eventually<{ status: string }>(
    patient,
    'query ($id: ID!) { order(id: $id) { status insurancePart patientPart } }',
    { id: placed.id },
    ({ status }) => status === 'PAID',
  );

  await walker.step('库存扣减与预警 · the stock went down by batch, and the alert came live');
  const after = await availableOf(walker, pharmacist, skuId, pharmacyId);
  must(after === before - 1, `available must go from ${before} to ${before - 1}, not to ${after}`);
  await alerts.next((alert) => alert.sku.id === skuId && alert.available === after);
  await alerts.close();
  return placed.id;
}

async function availableOf(walker: Walker, who: { name: string }, id: string, pharmacyId: string) {
  const { available } = await walker.ask<{ available: number }>(
    who,
    'query ($id: ID!, $pharmacyId: ID!) { sku(id: $id) { name available(pharmacyId: $pharmacyId) } }',
    { id, pharmacyId },
  );
  return available;
}

/** The pharmacist hands out the pack; its trace code leads back to the supplier. */
export async function dispense(walker: Walker, orderId: string, skuId: string): Promise<void> {
  const pharmacist = walker.staff('吴芳');
  await walker.step('发药与追溯 · dispensed, and traced back to the supplier');
  const traceCode = `8${String(randomInt(10 ** 12)).padStart(12, '0')}${String(randomInt(10 ** 7)).padStart(7, '0')}`;
  await walker.ask(
    pharmacist,
    `mutation ($input: DispenseInput!) {
      dispense(input: $input) { id dispensedAt lines { quantity traceCodes batch { lot supplier { name } } } }
    }`,
    {
      input: {
        orderId,
        checks: CHECKS,
        lines: [{ skuId, traceCodes: [traceCode] }],
        idempotencyKey: randomUUID(),
      },
    },
  );
  const traced = await walker.ask<{ batch: { supplier: { name: string } } }>(
    pharmacist,
    'query ($code: String!) { trace(code: $code) { sku { name } batch { lot expiresOn supplier { name } } } }',
    { code: traceCode },
  );
  must(traced.batch.supplier.name !== '', 'the trace must end at a supplier');
}
