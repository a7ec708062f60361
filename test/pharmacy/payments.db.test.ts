import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { refundHandlers } from '../../subgraphs/pharmacy/payment/payment.events.ts';
import { PayableType, PaymentStatus, Refund } from '../../subgraphs/pharmacy/payment/payment.entity.ts';
import { environmentOf } from '../testkit/platform.ts';
import { paymentKit } from './payment-kit.ts';

let kit: Awaited<ReturnType<typeof paymentKit>>;
beforeAll(async () => {
  kit = await paymentKit();
});
afterAll(() => kit.close());

const started = async (amountFen?: number) => kit.start(kit.payable(amountFen));
const { PENDING, SUCCEEDED, DECLINED, CLOSED, REFUNDING, REFUNDED } = PaymentStatus;

test('however often and from wherever it is begun at once, there is one charge', async () => {
  const id = kit.payable();
  const keys = [...Array.from({ length: 6 }, () => randomUUID()), 'same', 'same', 'same'];
  const all = await Promise.all(keys.map((key) => kit.start(id, `${id.slice(-20)}${key}`)));
  expect(new Set(all.map((each) => each.id)).size).toBe(1);
  expect(await kit.all(id)).toHaveLength(1);
  expect(kit.provider.orders.has(all[0]?.id ?? '')).toBe(true);
});

test('nobody pays for others, for nothing, or too late', async () => {
  const id = kit.payable();
  const stranger = { kind: 'account', accountId: newId('acc'), sessionId: newId('ses'), grants: [] } as const;
  await expect(kit.start(id, randomUUID(), stranger)).rejects.toMatchObject({ code: 'NOT_PAYABLE' });
  await expect(kit.start(newId('con'))).rejects.toMatchObject({ code: 'NOT_PAYABLE' });
  await expect(kit.start(newId('ord'))).rejects.toMatchObject({ code: 'BAD_ID' });
  const late = kit.payable();
  kit.pass(900);
  await expect(kit.start(late)).rejects.toMatchObject({ code: 'NOT_PAYABLE' });
});

test('a provider that does not answer costs a retry, not a second charge', async () => {
  const id = kit.payable();
  kit.provider.failing = 1;
  await expect(kit.start(id, `${id}-k`.slice(0, 60))).rejects.toThrow('down');
  kit.provider.losing = 1;
  await expect(kit.start(id, `${id}-k`.slice(0, 60))).rejects.toThrow('lost');
  const payment = await kit.start(id, `${id}-k`.slice(0, 60));
  expect(payment).toMatchObject({ status: PENDING, payUrl: `http://pay.example/${payment.id}` });
  expect(await kit.all(id)).toHaveLength(1);
});

test('a callback, doubled at the same moment and repeated later, has its effect once', async () => {
  const { id } = await started();
  const notification = randomUUID();
  const twice = [0, 1, 2, 3].map(() => kit.call(id, 'PAYMENT_SUCCEEDED', { id: notification }));
  expect(await Promise.all(twice)).toEqual(['DONE', 'DONE', 'DONE', 'DONE']);
  // The same fact under other numbers, too.
  await Promise.all([0, 1, 2].map(() => kit.call(id, 'PAYMENT_SUCCEEDED')));
  expect(kit.accepted.filter((each) => each === id)).toHaveLength(1);
  expect(await kit.factsOf(id)).toEqual(['payment.succeeded']);
  expect(await kit.stateOf(id)).toEqual({ status: SUCCEEDED, refundedFen: 0 });
});

test('a callback that is forged, altered, old or of another amount changes nothing', async () => {
  const { id } = await started();
  const other = 'ab'.repeat(32);
  expect(await kit.call(id, 'PAYMENT_SUCCEEDED', { signingKey: other })).toBe('FORGED');
  const alter = (body: string) => body.replace('PAYMENT_SUCCEEDED', 'PAYMENT_DECLINED');
  expect(await kit.call(id, 'PAYMENT_SUCCEEDED', { alter })).toBe('FORGED');
  expect(await kit.call(id, 'PAYMENT_SUCCEEDED', { age: 301 })).toBe('FORGED');
  expect(await kit.call(newId('pay'), 'PAYMENT_SUCCEEDED')).toBe('UNKNOWN');
  expect(await kit.call(id, 'PAYMENT_SUCCEEDED', { amountFen: 1 })).toBe('DONE');
  expect(await kit.stateOf(id)).toEqual({ status: PENDING, refundedFen: 0 });
});

test('a refusal and the success of a later try count in whatever order they arrive', async () => {
  const first = await started();
  await kit.call(first.id, 'PAYMENT_DECLINED');
  expect((await kit.stateOf(first.id)).status).toBe(DECLINED);
  await kit.call(first.id, 'PAYMENT_SUCCEEDED');
  expect((await kit.stateOf(first.id)).status).toBe(SUCCEEDED);
  const second = await started();
  await kit.call(second.id, 'PAYMENT_SUCCEEDED');
  await kit.call(second.id, 'PAYMENT_DECLINED');
  expect((await kit.stateOf(second.id)).status).toBe(SUCCEEDED);
  expect(await kit.factsOf(second.id)).toEqual(['payment.succeeded']);
});

test('two payments that both succeed for one thing: the second goes back, and nobody is confused by it', async () => {
  const id = kit.payable();
  const first = await kit.start(id);
  await kit.call(first.id, 'PAYMENT_DECLINED');
  const second = await kit.start(id);
  expect(second.id).not.toBe(first.id);
  await Promise.all([kit.call(first.id, 'PAYMENT_SUCCEEDED'), kit.call(second.id, 'PAYMENT_SUCCEEDED')]);
  await kit.refunds.run();
  const all = await kit.all(id);
  expect(all.map((each) => each.status).toSorted()).toEqual([REFUNDED, SUCCEEDED]);
  const spare = all.find((each) => each.status === REFUNDED);
  expect(await kit.factsOf(spare?.id ?? '')).toEqual([]);
});

test('a success that comes too late goes back, once', async () => {
  const id = kit.payable();
  const payment = await kit.start(id);
  kit.refusals.set(id, 'EXPIRED');
  await Promise.all([kit.call(payment.id, 'PAYMENT_SUCCEEDED'), kit.call(payment.id, 'PAYMENT_SUCCEEDED')]);
  expect(await kit.stateOf(payment.id)).toEqual({ status: REFUNDING, refundedFen: 1250 });
  // The provider does it, and we do not hear of it: as if the process had died between its answer and our row.
  kit.provider.losing = 1;
  expect(await kit.refunds.run()).toBe(0);
  expect((await kit.stateOf(payment.id)).status).toBe(REFUNDING);
  kit.pass(3);
  await Promise.all([kit.refunds.run(), kit.refunds.run(), kit.refunds.run()]);
  expect(await kit.stateOf(payment.id)).toEqual({ status: REFUNDED, refundedFen: 1250 });
  const refunds = await kit.refundsOf(payment.id);
  expect(refunds.map((each) => kit.provider.refunds.get(each.id))).toEqual([1250]);
  expect(await kit.factsOf(payment.id)).toEqual(['payment.succeeded', 'payment.refunded']);
});

test('an owner who refuses makes the money go back; told several times and at once it goes back once', async () => {
  const { id, payableId } = await started();
  await kit.call(id, 'PAYMENT_SUCCEEDED');
  const handlers = refundHandlers(kit.payments, kit.refunds, kit.closing);
  const head = { id: 'evt_1', seq: 1, version: 1, aggregateType: 'consultation', aggregateId: payableId };
  const rest = { aggregateVersion: 1, occurredAt: kit.clock.now, actor: 'x', requestId: '', traceparent: '' };
  const type = 'payable.refused' as const;
  const refuse = (paymentId: string) => {
    const payload = {
      paymentId,
      payableType: PayableType.CONSULTATION,
      payableId,
      reason: 'EXPIRED',
    } as const;
    return kit.foundation.db.transaction(async (tx) => {
      await handlers[type]?.(tx, { ...head, ...rest, type, payload });
    });
  };
  await refuse(newId('pay'));
  expect((await kit.stateOf(id)).status).toBe(SUCCEEDED);
  await Promise.all([refuse(id), refuse(id), refuse(id)]);
  await kit.refunds.run();
  await refuse(id);
  expect(await kit.stateOf(id)).toEqual({ status: REFUNDED, refundedFen: 1250 });
  expect(await kit.refundsOf(id)).toHaveLength(1);
});

test('the database itself refuses to give back more than was paid', async () => {
  const { id } = await started();
  const { db } = kit.foundation;
  const more = db.transaction(async ({ manager }) => {
    await manager.query('UPDATE payment SET refunded_fen = amount_fen + 1 WHERE id = ?', [id]);
  });
  await expect(more).rejects.toThrow(/payment_refunds_within/);
});

test('a lost callback is made good by asking; one that never comes closes the payment at the provider too', async () => {
  const paid = await started();
  kit.provider.pay(paid.id, kit.clock.now);
  const forgotten = await started();
  kit.pass(4);
  await kit.reconcile.run();
  expect((await kit.stateOf(paid.id)).status).toBe(PENDING);
  kit.pass(2);
  await Promise.all([kit.reconcile.run(), kit.reconcile.run()]);
  expect((await kit.stateOf(paid.id)).status).toBe(SUCCEEDED);
  expect(await kit.factsOf(paid.id)).toEqual(['payment.succeeded']);
  expect((await kit.stateOf(forgotten.id)).status).toBe(PENDING);
  kit.pass(900);
  await kit.reconcile.run();
  expect((await kit.stateOf(forgotten.id)).status).toBe(CLOSED);
  expect(kit.provider.orders.get(forgotten.id)?.state).toBe('CLOSED');
});

test('money that came just before the end counts, though we hear of it when we close', async () => {
  const { id } = await started();
  kit.pass(900);
  kit.provider.failing = 1;
  await kit.reconcile.run();
  expect((await kit.stateOf(id)).status).toBe(PENDING);
  kit.provider.pay(id, kit.clock.now);
  kit.pass(600);
  await kit.reconcile.run();
  expect((await kit.stateOf(id)).status).toBe(SUCCEEDED);
});

test('nothing of a refund can be carried out twice', async () => {
  const { id, payableId } = await started();
  kit.refusals.set(payableId, 'CANCELLED');
  await kit.call(id, 'PAYMENT_SUCCEEDED');
  const [refund] = await kit.refundsOf(id);
  await kit.refunds.run();
  // A row that an old backup brings back asks the provider under the same number.
  const { db } = kit.foundation;
  await db.transaction(async ({ manager }) => {
    await manager.update(Refund, { id: refund?.id ?? '' }, { status: 'DONE' });
  });
  expect(await kit.refunds.run()).toBe(0);
  expect(await kit.factsOf(id)).toEqual(['payment.succeeded', 'payment.refunded']);
});

test('the address for callbacks takes nothing but signed callbacks of payments that are ours', async () => {
  const url = `${inject('platformUrl')}/callbacks/payments`;
  const post = async (to: string, body: string, headers: Record<string, string> = {}) =>
    (await fetch(to, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
      .status;
  expect(await post(url, '{}')).toBe(401);
  expect(await post(url, 'x'.repeat(20_000))).toBe(413);
  const { PHARMACY_URL = '', SANDBOX_URL = '' } = environmentOf(inject('platformDir'));
  expect(await post(new URL('/callbacks/payments', PHARMACY_URL).href, '{}')).toBe(401);
  expect(await post(`${SANDBOX_URL}/pay/v1/orders`, '{}')).toBe(401);
});
