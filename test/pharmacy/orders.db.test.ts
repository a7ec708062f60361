import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { OrderStatus } from '../../subgraphs/pharmacy/order/order.entity.ts';
import { PaymentStatus } from '../../subgraphs/pharmacy/payment/payment.entity.ts';
import { accountActor, type OrderKit, orderKit, pharmacistOf, RX_SKU } from './order-kit.ts';

let kit: OrderKit;
beforeAll(async () => {
  kit = await orderKit();
});
afterAll(() => kit.close());

const codes = (results: PromiseSettledResult<unknown>[]) =>
  results.flatMap((each) => (each.status === 'rejected' ? [(each.reason as { code: string }).code] : []));
const free = (quantity: number) => ({ lines: [{ skuId: kit.freeSku, quantity }] });

test('an order holds its medicine; placed again with its key, also at once, it is one order', async () => {
  const { id, batches } = await kit.pharmacy({ skuId: kit.freeSku, packs: 10 });
  const buyer = accountActor();
  const key = randomUUID();
  const all = await Promise.all([0, 1, 2, 3, 4].map(() => kit.place(buyer, id, free(3), key)));
  expect(new Set(all).size).toBe(1);
  expect(await kit.place(buyer, id, free(3), key)).toBe(all[0]);
  expect(await kit.batch(batches[0] ?? '')).toEqual({ available: 7, held: 3, sold: 0 });
  await expect(kit.place(buyer, id, free(4), key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  const order = await kit.orders.current(all[0] ?? '');
  expect(order?.totalFen).toBe((order?.insuranceFen ?? 0) + (order?.patientFen ?? 0));
  // A retry finds its order also when nothing is left for another one.
  await kit.place(accountActor(), id, free(7));
  expect(await kit.place(buyer, id, free(3), key)).toBe(all[0]);
});

test('of many orders for the last pack one gets it', async () => {
  const { id, batches } = await kit.pharmacy({ skuId: kit.freeSku, packs: 1 });
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => kit.place(accountActor(), id, free(1))),
  );
  expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  expect(new Set(codes(tries))).toEqual(new Set(['OUT_OF_STOCK']));
  expect(await kit.batch(batches[0] ?? '')).toEqual({ available: 0, held: 1, sold: 0 });
});

test('a prescription is in one order at a time, approved, valid, and of the caller', async () => {
  const { id } = await kit.pharmacy({ skuId: RX_SKU, packs: 50 });
  const buyer = accountActor();
  const patient = newId('pat');
  const prescriptionId = await kit.prescription(buyer.accountId, patient);
  const tries = await Promise.allSettled([0, 1, 2, 3].map(() => kit.place(buyer, id, { prescriptionId })));
  const [first] = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  expect(new Set(codes(tries))).toEqual(new Set(['PRESCRIPTION_USED']));
  await expect(kit.place(accountActor(), id, { prescriptionId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await kit.orderEnding.cancel(buyer, {
    orderId: first ?? '',
    expectedVersion: 1,
    idempotencyKey: randomUUID(),
  });
  await kit.place(buyer, id, { prescriptionId });
  for (const [wish, code] of [
    [{ status: 'PENDING' }, 'PRESCRIPTION_NOT_APPROVED'],
    [{ status: 'REJECTED' }, 'PRESCRIPTION_NOT_APPROVED'],
    [{ validForMs: -1000 }, 'PRESCRIPTION_EXPIRED'],
  ] as const) {
    const other = await kit.prescription(buyer.accountId, patient, wish);
    await expect(kit.place(buyer, id, { prescriptionId: other })).rejects.toMatchObject({ code });
  }
});

test('prescription medicine is not sold without one, and nothing is ordered of nothing', async () => {
  const { id } = await kit.pharmacy({ skuId: RX_SKU, packs: 5 });
  const buyer = accountActor();
  const refused = async (more: object, code: string) =>
    expect(kit.place(buyer, id, more)).rejects.toMatchObject({ code });
  await refused({ lines: [{ skuId: RX_SKU, quantity: 1 }] }, 'SKU_NEEDS_PRESCRIPTION');
  await refused({}, 'VALIDATION_FAILED');
  await refused(free(0), 'VALIDATION_FAILED');
  await refused({ ...free(1), useInsurance: true }, 'VALIDATION_FAILED');
  await refused({ lines: [{ skuId: newId('sku'), quantity: 1 }] }, 'NOT_FOUND');
  await refused({ lines: [{ skuId: 'x', quantity: 1 }] }, 'BAD_ID');
  const [forbidden] = await kit.rows<{ id: string }>(
    'SELECT id FROM sku WHERE is_online_forbidden = 1 LIMIT 1',
  );
  await refused({ lines: [{ skuId: forbidden?.id, quantity: 1 }] }, 'SKU_NOT_SOLD_ONLINE');
});

test('an order that is not paid in time expires: everything is free again, and it cannot be paid', async () => {
  const { id, batches } = await kit.pharmacy({ skuId: RX_SKU, packs: 2 });
  const buyer = accountActor();
  const prescriptionId = await kit.prescription(buyer.accountId, newId('pat'));
  const orderId = await kit.place(buyer, id, { prescriptionId });
  const payment = await kit.pay(buyer, orderId);
  kit.pass(899);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(orderId)).toBe('PENDING_PAYMENT');
  kit.pass(1);
  await Promise.all([kit.orderEnding.run(), kit.orderEnding.run()]);
  expect(await kit.orderStatus(orderId)).toBe('EXPIRED');
  expect(await kit.batch(batches[0] ?? '')).toEqual({ available: 2, held: 0, sold: 0 });
  await expect(kit.pay(buyer, orderId)).rejects.toMatchObject({ code: 'NOT_PAYABLE' });
  // The provider took the money all the same: it goes back.
  await kit.succeed(payment.id);
  await kit.refunds.run();
  expect((await kit.payments.current(payment.id))?.status).toBe(PaymentStatus.REFUNDED);
  await kit.place(buyer, id, { prescriptionId });
});

test('of payment and expiry at the same moment one wins, and the other follows it', async () => {
  const seen = new Set<OrderStatus | undefined>();
  for (let round = 0; round < 12; round += 1) {
    const { id, batches } = await kit.pharmacy({ skuId: kit.freeSku, packs: 1 });
    const buyer = accountActor();
    const orderId = await kit.place(buyer, id, free(1));
    const payment = await kit.pay(buyer, orderId);
    kit.pass(900);
    await Promise.all(
      round % 2 === 0
        ? [kit.succeed(payment.id), kit.orderEnding.run(), kit.succeed(payment.id)]
        : [kit.orderEnding.run(), kit.succeed(payment.id), kit.orderEnding.run()],
    );
    await kit.refunds.run();
    const status = await kit.orderStatus(orderId);
    seen.add(status);
    const paid = (await kit.payments.current(payment.id))?.status;
    const packs = await kit.batch(batches[0] ?? '');
    if (status === OrderStatus.PAID) {
      expect([paid, packs]).toEqual([PaymentStatus.SUCCEEDED, { available: 0, held: 1, sold: 0 }]);
    } else {
      expect([paid, packs]).toEqual([PaymentStatus.REFUNDED, { available: 1, held: 0, sold: 0 }]);
    }
  }
  const ends = [OrderStatus.PAID, OrderStatus.EXPIRED];
  expect([...seen].filter((each) => each === undefined || !ends.includes(each))).toEqual([]);
});

test('a paid order that is cancelled gives back money, medicine and prescription, once', async () => {
  const { id, batches } = await kit.pharmacy({ skuId: RX_SKU, packs: 2 });
  const buyer = accountActor();
  const prescriptionId = await kit.prescription(buyer.accountId, newId('pat'));
  const orderId = await kit.place(buyer, id, { prescriptionId });
  const payment = await kit.pay(buyer, orderId);
  await Promise.all([kit.succeed(payment.id), kit.succeed(payment.id)]);
  expect(await kit.orderStatus(orderId)).toBe('PAID');
  const facts = await kit.rows<{ type: string }>('SELECT type FROM outbox_event WHERE aggregateid = ?', [
    orderId,
  ]);
  expect(facts).toEqual([{ type: 'order.paid' }]);
  const cancel = (actor: typeof buyer, expectedVersion: number) =>
    kit.orderEnding.cancel(actor, { orderId, expectedVersion, idempotencyKey: randomUUID() });
  await expect(cancel(accountActor(), 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(cancel(buyer, 1)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  const tries = await Promise.allSettled([cancel(buyer, 2), cancel(buyer, 2), cancel(buyer, 2)]);
  expect(codes(tries)).toEqual(['VERSION_CONFLICT', 'VERSION_CONFLICT']);
  await kit.refunds.run();
  expect(await kit.payments.current(payment.id)).toMatchObject({
    status: 'REFUNDED',
    refundedFen: payment.amountFen,
  });
  expect(await kit.batch(batches[0] ?? '')).toEqual({ available: 2, held: 0, sold: 0 });
  await kit.place(buyer, id, { prescriptionId });
});

test('a pharmacist of the pharmacy may cancel what cannot be handed out, one of another may not', async () => {
  const { id } = await kit.pharmacy({ skuId: kit.freeSku, packs: 2 });
  const orderId = await kit.place(accountActor(), id, free(1));
  const input = { orderId, expectedVersion: 1, idempotencyKey: randomUUID() };
  const stranger = pharmacistOf(newId('pha'));
  await expect(kit.orderEnding.cancel(stranger, input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await kit.orderEnding.cancel(pharmacistOf(id), input);
  expect(await kit.orders.current(orderId)).toMatchObject({ status: 'CANCELLED', endReason: 'PHARMACY' });
});

test('the database refuses an order whose parts do not add up', async () => {
  const { id } = await kit.pharmacy({ skuId: kit.freeSku, packs: 2 });
  const orderId = await kit.place(accountActor(), id, free(1));
  const cheat = kit.run('UPDATE medicine_order SET insurance_fen = insurance_fen + 1 WHERE id = ?', [
    orderId,
  ]);
  await expect(cheat).rejects.toThrow(/medicine_order_adds_up/);
});
