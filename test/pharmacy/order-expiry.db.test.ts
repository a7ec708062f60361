import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { Order } from '../../subgraphs/pharmacy/order/order.entity.ts';
import { PaymentStatus } from '../../subgraphs/pharmacy/payment/payment.entity.ts';
import { accountActor, type OrderKit, orderKit } from './order-kit.ts';

const HOLD_S = 900;

let kit: OrderKit;
beforeAll(async () => {
  kit = await orderKit();
});
afterAll(() => kit.close());
beforeEach(() => {
  kit.provider.failing = 0;
});

/** An order of the last pack, whose payment was begun. */
async function ordered() {
  const { id, batches } = await kit.pharmacy({ skuId: kit.freeSku, packs: 1 });
  const buyer = accountActor();
  const orderId = await kit.place(buyer, id, { lines: [{ skuId: kit.freeSku, quantity: 1 }] });
  const payment = await kit.pay(buyer, orderId);
  return { orderId, paymentId: payment.id, packs: () => kit.batch(batches[0] ?? '') };
}

test('an order that was paid in time, but of which the provider has not told us yet, does not expire', async () => {
  const { orderId, paymentId, packs } = await ordered();
  kit.provider.pay(paymentId, kit.clock.now);
  kit.pass(HOLD_S);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(orderId)).toBe('PAID');
  expect(await packs()).toEqual({ available: 0, held: 1, sold: 0 });
  await kit.succeed(paymentId);
  expect(await kit.payments.current(paymentId)).toMatchObject({
    status: PaymentStatus.SUCCEEDED,
    refundedFen: 0,
  });
});

test('while the provider cannot be asked an order waits for a quarter of an hour more, and late money goes back', async () => {
  const { orderId, paymentId, packs } = await ordered();
  kit.pass(HOLD_S);
  for (let run = 0; run < 3; run += 1) {
    kit.provider.failing = 1000;
    await kit.orderEnding.run();
    expect(await kit.orderStatus(orderId)).toBe('PENDING_PAYMENT');
    kit.pass(299);
  }
  kit.pass(4);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(orderId)).toBe('EXPIRED');
  expect(await packs()).toEqual({ available: 1, held: 0, sold: 0 });
  kit.provider.failing = 0;
  await kit.succeed(paymentId);
  await kit.refunds.run();
  expect((await kit.payments.current(paymentId))?.status).toBe(PaymentStatus.REFUNDED);
});

test('a provider that comes back in time decides for the payment', async () => {
  const { orderId, paymentId } = await ordered();
  kit.provider.pay(paymentId, kit.clock.now);
  kit.pass(HOLD_S);
  kit.provider.failing = 1000;
  await kit.orderEnding.run();
  expect(await kit.orderStatus(orderId)).toBe('PENDING_PAYMENT');
  kit.provider.failing = 0;
  await kit.orderEnding.run();
  expect(await kit.orderStatus(orderId)).toBe('PAID');
});

test('that the provider cannot tell of one order ends no other one unasked', async () => {
  const [untold, paid] = [await ordered(), await ordered()];
  kit.provider.pay(paid.paymentId, kit.clock.now);
  kit.pass(2 * HOLD_S + 1);
  kit.provider.unknown.add(untold.paymentId);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(untold.orderId)).toBe('EXPIRED');
  expect(await kit.orderStatus(paid.orderId)).toBe('PAID');
});

/** An order that nothing ends: its medicine is noted as sold. */
async function poisoned() {
  const made = await ordered();
  await kit.run("UPDATE stock_hold SET state = 'SOLD' WHERE order_id = ?", [made.orderId]);
  return made;
}

/** Takes the poison away, so that no other test meets it. */
const cured = async (orderId: string) => {
  await kit.run("UPDATE stock_hold SET state = 'HELD' WHERE order_id = ?", [orderId]);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(orderId)).not.toBe('PENDING_PAYMENT');
};

test('an order that cannot be ended keeps no other one from expiring', async () => {
  const [bad, good] = [await poisoned(), await ordered()];
  kit.pass(HOLD_S + 1);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(bad.orderId)).toBe('PENDING_PAYMENT');
  expect(await kit.orderStatus(good.orderId)).toBe('EXPIRED');
  expect(await good.packs()).toEqual({ available: 1, held: 0, sold: 0 });
  await cured(bad.orderId);
});

test('nor from being cancelled where the insurer does not pay', async () => {
  const [bad, good] = [await poisoned(), await ordered()];
  for (const { orderId } of [bad, good]) {
    const order = await kit.orders.current(orderId);
    await kit.run(
      `INSERT INTO insurance_settlement (id, order_id, account_id, pharmacy_id, status, total_fen, fund_fen,
         personal_fen, touched_at, next_try_at) VALUES (?, ?, ?, ?, 'FAILED', 1, 0, 1, ?, ?)`,
      [newId('ins'), orderId, order?.accountId, order?.pharmacyId, kit.clock.now, kit.clock.now],
    );
  }
  await kit.orderEnding.run();
  expect(await kit.orderStatus(bad.orderId)).toBe('PENDING_PAYMENT');
  expect(await kit.orderStatus(good.orderId)).toBe('CANCELLED');
  await cured(bad.orderId);
});

test('those that cannot be ended fill no page for the ones behind them', async () => {
  const stuck = await poisoned();
  const order = await kit.orders.current(stuck.orderId);
  const copies = Array.from({ length: 105 }, () => Object.assign(new Order(), order, { id: newId('ord') }));
  await kit.foundation.db.transaction(async ({ manager }) => {
    await manager.insert(Order, copies);
    for (const { id } of copies) {
      await manager.query('INSERT INTO stock_order (order_id, created_at) VALUES (?, ?)', [
        id,
        kit.clock.now,
      ]);
      await manager.query(
        `INSERT INTO stock_hold (order_id, batch_id, pharmacy_id, sku_id, quantity, state, expires_at, changed_at)
         SELECT ?, batch_id, pharmacy_id, sku_id, quantity, state, expires_at, changed_at
         FROM stock_hold WHERE order_id = ?`,
        [id, stuck.orderId],
      );
    }
  });
  const good = await ordered();
  kit.pass(HOLD_S + 1);
  await kit.orderEnding.run();
  expect(await kit.orderStatus(good.orderId)).toBe('EXPIRED');
  expect(await kit.orderStatus(copies.at(-1)?.id ?? '')).toBe('PENDING_PAYMENT');
});
