import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { newId } from '../../shared/ids/ids.ts';
import type { DispenseInput } from '../../subgraphs/pharmacy/dispensation/dispensation.inputs.ts';
import {
  accountActor,
  CHECKS,
  DOCTOR,
  newTraceCode,
  type OrderKit,
  orderKit,
  type Packs,
  pharmacistOf,
  RX_SKU,
} from './order-kit.ts';

let kit: OrderKit;
beforeAll(async () => {
  kit = await orderKit();
});
afterAll(() => kit.close());

/** A paid order of two packs on a prescription. */
async function paid(...batches: Packs[]) {
  const pharmacy = await kit.pharmacy(...(batches.length > 0 ? batches : [{ skuId: RX_SKU, packs: 5 }]));
  const buyer = accountActor();
  const prescriptionId = await kit.prescription(buyer.accountId, newId('pat'));
  const orderId = await kit.place(buyer, pharmacy.id, { prescriptionId });
  const payment = await kit.pay(buyer, orderId);
  await kit.succeed(payment.id);
  return { orderId, prescriptionId, pharmacy, buyer, pharmacist: pharmacistOf(pharmacy.id) };
}

const twoPacks = () => [{ skuId: RX_SKU, traceCodes: [newTraceCode(), newTraceCode()] }];
const dispense = (actor: Actor, orderId: string, more: Partial<DispenseInput> = {}) =>
  kit.dispensing.dispense(actor, {
    orderId,
    checks: CHECKS,
    lines: twoPacks(),
    idempotencyKey: randomUUID(),
    ...more,
  });
const codes = (results: PromiseSettledResult<unknown>[]) =>
  results.flatMap((each) => (each.status === 'rejected' ? [(each.reason as { code: string }).code] : []));

test('a paid order is handed out once, however often it is tried', async () => {
  const { orderId, pharmacy, pharmacist, prescriptionId } = await paid();
  const tries = await Promise.allSettled([0, 1, 2, 3].map(() => dispense(pharmacist, orderId)));
  expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  expect(new Set(codes(tries))).toEqual(new Set(['ORDER_NOT_DISPENSABLE']));
  expect(await kit.batch(pharmacy.batches[0] ?? '')).toEqual({ available: 3, held: 0, sold: 2 });
  const [line] = await kit.rows<{ quantity: number; dispensed: number }>(
    'SELECT quantity, dispensed FROM prescription_line WHERE prescription_id = ?',
    [prescriptionId],
  );
  expect(line).toEqual({ quantity: 2, dispensed: 2 });
  const facts = await kit.rows<{ type: string }>(
    `SELECT type FROM outbox_event WHERE aggregateid IN (SELECT id FROM dispensation WHERE order_id = ?)`,
    [orderId],
  );
  expect(facts).toEqual([{ type: 'prescription.dispensed' }]);
});

test('a retry with its key answers with the same dispensation', async () => {
  const { orderId, pharmacist } = await paid();
  const more = { idempotencyKey: randomUUID(), lines: twoPacks() };
  const all = await Promise.all([0, 1, 2].map(() => dispense(pharmacist, orderId, more)));
  expect(new Set(all).size).toBe(1);
  const used = dispense(pharmacist, orderId, { ...more, lines: twoPacks() });
  await expect(used).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('nothing used up by its dispensing is had again on the same prescription', async () => {
  const { orderId, pharmacist, pharmacy, buyer, prescriptionId } = await paid();
  await dispense(pharmacist, orderId);
  const again = kit.place(buyer, pharmacy.id, { prescriptionId });
  await expect(again).rejects.toMatchObject({ code: 'PRESCRIPTION_USED' });
});

test('nothing leaves that is not paid, without approval, after its time, or to oneself', async () => {
  const { orderId, prescriptionId, pharmacy, pharmacist, buyer } = await paid();
  const refused = async (actor: Actor, code: string) =>
    expect(dispense(actor, orderId)).rejects.toMatchObject({ code });
  await refused(pharmacistOf(newId('pha')), 'NOT_FOUND');
  await refused(buyer, 'NOT_FOUND');
  await refused(pharmacistOf(pharmacy.id, DOCTOR), 'DISPENSE_OWN');
  await refused(pharmacistOf(pharmacy.id, buyer.accountId), 'DISPENSE_OWN');
  const set = (column: string, value: unknown) =>
    kit.run(`UPDATE prescription_review SET ${column} = ? WHERE prescription_id = ?`, [
      value,
      prescriptionId,
    ]);
  for (const status of ['PENDING', 'REJECTED']) {
    await set('status', status);
    await refused(pharmacist, 'PRESCRIPTION_NOT_APPROVED');
  }
  await set('status', 'APPROVED');
  await set('valid_until', new Date(kit.clock.now.getTime() - 1));
  await refused(pharmacist, 'PRESCRIPTION_EXPIRED');
  await set('valid_until', new Date(kit.clock.now.getTime() + 60_000));
  const waiting = await kit
    .place(accountActor(), pharmacy.id, {
      lines: [],
      prescriptionId: null,
    })
    .catch((error: { code: string }) => error.code);
  expect(waiting).toBe('VALIDATION_FAILED');
  await dispense(pharmacist, orderId);
});

test('an order that waits for its payment is not handed out', async () => {
  const { id } = await kit.pharmacy({ skuId: RX_SKU, packs: 5 });
  const buyer = accountActor();
  const prescriptionId = await kit.prescription(buyer.accountId, newId('pat'));
  const orderId = await kit.place(buyer, id, { prescriptionId });
  const early = dispense(pharmacistOf(id), orderId);
  await expect(early).rejects.toMatchObject({ code: 'ORDER_NOT_DISPENSABLE' });
});

test('all ten items are compared, each once, and all are in order', async () => {
  const { orderId, pharmacist } = await paid();
  const [first, ...others] = CHECKS;
  const withChecks = (checks: typeof CHECKS) => dispense(pharmacist, orderId, { checks });
  await expect(withChecks([])).rejects.toMatchObject({ code: 'REVIEW_CHECKLIST_INCOMPLETE' });
  await expect(withChecks(others)).rejects.toMatchObject({ code: 'REVIEW_CHECKLIST_INCOMPLETE' });
  const doubled = first === undefined ? CHECKS : [...CHECKS, first];
  await expect(withChecks(doubled)).rejects.toMatchObject({ code: 'REVIEW_CHECKLIST_INCOMPLETE' });
  const failed = CHECKS.map((each, index) => ({ ...each, passed: index !== 3 }));
  await expect(withChecks(failed)).rejects.toMatchObject({ code: 'REVIEW_ITEM_FAILED' });
});

test('the packs are those of the order: no more, no fewer, no others, each with a code of its own', async () => {
  const { orderId, pharmacist, pharmacy } = await paid();
  const withLines = (lines: DispenseInput['lines']) => dispense(pharmacist, orderId, { lines });
  const differ = { code: 'DISPENSE_LINES_DIFFER' };
  await expect(withLines([])).rejects.toMatchObject(differ);
  await expect(withLines([{ skuId: RX_SKU, traceCodes: [newTraceCode()] }])).rejects.toMatchObject(differ);
  const three = [newTraceCode(), newTraceCode(), newTraceCode()];
  await expect(withLines([{ skuId: RX_SKU, traceCodes: three }])).rejects.toMatchObject(differ);
  const other = [...twoPacks(), { skuId: kit.freeSku, traceCodes: [newTraceCode()] }];
  await expect(withLines(other)).rejects.toMatchObject(differ);
  const same = newTraceCode();
  for (const traceCodes of [
    [same, same],
    [same, '123'],
    [same, `${same}1`],
  ]) {
    await expect(withLines([{ skuId: RX_SKU, traceCodes }])).rejects.toMatchObject({
      code: 'TRACE_CODE_INVALID',
    });
  }
  // Whatever was refused has moved nothing.
  expect(await kit.batch(pharmacy.batches[0] ?? '')).toEqual({ available: 3, held: 2, sold: 0 });
});

test('a pack leaves once: its code is refused for another order, also at the same moment', async () => {
  const code = newTraceCode();
  const orders = await Promise.all([paid(), paid(), paid()]);
  const tries = await Promise.allSettled(
    orders.map(({ orderId, pharmacist }) =>
      dispense(pharmacist, orderId, { lines: [{ skuId: RX_SKU, traceCodes: [code, newTraceCode()] }] }),
    ),
  );
  expect(codes(tries)).toEqual(['TRACE_CODE_SOLD', 'TRACE_CODE_SOLD']);
  const found = await kit.dispensations.ofCode(code);
  const winner = orders[tries.findIndex((each) => each.status === 'fulfilled')];
  expect(found).toMatchObject({
    dispensation: { orderId: winner?.orderId },
    batchId: winner?.pharmacy.batches[0],
  });
});

test('what leaves from two batches is told by batch', async () => {
  const { orderId, pharmacist, pharmacy } = await paid(
    { skuId: RX_SKU, packs: 1, expiresOn: '2098-01-01' },
    { skuId: RX_SKU, packs: 5, expiresOn: '2099-01-01' },
  );
  await expect(dispense(pharmacist, orderId)).rejects.toMatchObject({ code: 'DISPENSE_LINES_DIFFER' });
  const [early = '', late = ''] = pharmacy.batches;
  const lines = [early, late].map((batchId) => ({ skuId: RX_SKU, batchId, traceCodes: [newTraceCode()] }));
  await dispense(pharmacist, orderId, { lines });
  const found = await kit.dispensations.ofCode(lines[1]?.traceCodes[0] ?? '');
  expect(found?.batchId).toBe(late);
});

test('a batch that expires while it is held is not handed out, but another one in its place', async () => {
  const { orderId, pharmacist, pharmacy } = await paid();
  await kit.run('UPDATE batch SET expires_on = ? WHERE id = ?', ['2020-01-01', pharmacy.batches[0]]);
  await expect(dispense(pharmacist, orderId)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
  const fresh = await kit.restock(pharmacy, { skuId: RX_SKU, packs: 4 });
  await dispense(pharmacist, orderId);
  expect(await kit.batch(fresh)).toEqual({ available: 2, held: 0, sold: 2 });
  expect(await kit.batch(pharmacy.batches[0] ?? '')).toEqual({ available: 5, held: 0, sold: 0 });
});

test('an order without prescription is handed out without the ten items, and never to oneself', async () => {
  const { id } = await kit.pharmacy({ skuId: kit.freeSku, packs: 2 });
  const buyer = accountActor();
  const orderId = await kit.place(buyer, id, { lines: [{ skuId: kit.freeSku, quantity: 1 }] });
  await kit.succeed((await kit.pay(buyer, orderId)).id);
  const more = { checks: [], lines: [{ skuId: kit.freeSku, traceCodes: [newTraceCode()] }] };
  const own = dispense(pharmacistOf(id, buyer.accountId), orderId, more);
  await expect(own).rejects.toMatchObject({ code: 'DISPENSE_OWN' });
  await dispense(pharmacistOf(id), orderId, more);
  expect(await kit.orderStatus(orderId)).toBe('DISPENSED');
});

test('who could not see the answer is refused before anything is handed out or ended', async () => {
  const { orderId, pharmacist } = await paid();
  const without = (missing: string) => ({
    ...pharmacist,
    grants: pharmacist.grants.map((grant) => ({
      ...grant,
      permissions: grant.permissions.filter((each) => each !== missing),
    })),
  });
  for (const missing of ['prescription.dispense', 'order.read', 'stock.read']) {
    await expect(dispense(without(missing), orderId), missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  const cancel = (actor: Actor) =>
    kit.orderEnding.cancel(actor, { orderId, expectedVersion: 1, idempotencyKey: randomUUID() });
  for (const missing of ['prescription.dispense', 'order.read']) {
    await expect(cancel(without(missing)), missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(await kit.orderStatus(orderId)).toBe('PAID');
  const elsewhere = await paid();
  await expect(dispense(elsewhere.pharmacist, orderId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
