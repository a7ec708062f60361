import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { messageOf } from '../../shared/errors/catalogue.ts';
import type { EventOf } from '../../shared/events/event.ts';
import { newId } from '../../shared/ids/ids.ts';
import { PayableType, PaymentStatus } from '../../subgraphs/pharmacy/payment/payment.entity.ts';
import { refundHandlers } from '../../subgraphs/pharmacy/payment/payment.events.ts';
import { pharmacyDocuments } from '../../subgraphs/care/external/pharmacy.client.ts';
import { askAs } from '../testkit/service-call.ts';
import { paymentKit } from './payment-kit.ts';

const { SUCCEEDED, CLOSED, REFUNDED, REFUNDING } = PaymentStatus;

let kit: Awaited<ReturnType<typeof paymentKit>>;
beforeAll(async () => {
  kit = await paymentKit();
});
afterAll(() => kit.close());
beforeEach(() => {
  kit.provider.failing = 0;
  kit.provider.losing = 0;
});

test('care alone closes appointments for payment', async () => {
  const ask = (from: string) => askAs(from, 'pharmacy', pharmacyDocuments.closePayable, { id: newId('apt') });
  expect(await ask('care')).toMatchObject({ closePayable: { outcome: 'CLOSED' } });
  for (const other of ['users', 'stats']) {
    await expect(ask(other)).rejects.toMatchObject({ cause: { message: messageOf('FORBIDDEN', {}, 'en') } });
  }
});

const close = (id: string) => kit.closing.close(PayableType.CONSULTATION, id);
const outcome = async (id: string) => (await close(id)).outcome;

test('what nobody has paid is closed, as often as it is asked; nobody begins to pay it any more', async () => {
  const id = kit.payable();
  expect(await Promise.all([outcome(id), outcome(id), outcome(id)])).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
  await expect(kit.start(id)).rejects.toMatchObject({ code: 'NOT_PAYABLE' });
  expect(await outcome(id)).toBe('CLOSED');
});

test('what was paid says by which payment, whether or not the provider has told us', async () => {
  const [told, untold] = [kit.payable(), kit.payable()];
  const first = await kit.start(told);
  await kit.call(first.id, 'PAYMENT_SUCCEEDED');
  const second = await kit.start(untold);
  kit.provider.pay(second.id, kit.clock.now);
  for (const [id, payment] of [
    [told, first],
    [untold, second],
  ] as const) {
    expect(await close(id)).toMatchObject({
      outcome: 'PAID',
      payment: { id: payment.id, amountFen: 1250, payerAccountId: payment.payerAccountId },
    });
    expect(await outcome(id)).toBe('PAID');
    expect(await kit.factsOf(payment.id)).toEqual(['payment.succeeded']);
  }
});

test('money that comes after the closing goes back at once, and the owner does not hear of it as paid', async () => {
  const id = kit.payable();
  const payment = await kit.start(id);
  expect(await outcome(id)).toBe('CLOSED');
  expect((await kit.stateOf(payment.id)).status).toBe(CLOSED);
  await kit.call(payment.id, 'PAYMENT_SUCCEEDED');
  expect((await kit.stateOf(payment.id)).status).toBe(REFUNDING);
  await kit.refunds.run();
  expect(await kit.stateOf(payment.id)).toEqual({ status: REFUNDED, refundedFen: 1250 });
  expect(await kit.factsOf(payment.id)).toEqual(['payment.refunded']);
  expect(kit.accepted).not.toContain(payment.id);
  expect(await outcome(id)).toBe('CLOSED');
});

test('while the provider cannot be asked it is undecided, and a success still counts', async () => {
  const id = kit.payable();
  const payment = await kit.start(id);
  kit.provider.failing = 2;
  expect(await outcome(id)).toBe('UNDECIDED');
  await expect(kit.start(id)).rejects.toMatchObject({ code: 'NOT_PAYABLE' });
  kit.provider.failing = 0;
  await kit.call(payment.id, 'PAYMENT_SUCCEEDED');
  expect(await outcome(id)).toBe('PAID');
  expect((await kit.stateOf(payment.id)).status).toBe(SUCCEEDED);
});

test('a provider whose answer is lost is asked again, and then the answer is the same', async () => {
  const [paid, unpaid] = [kit.payable(), kit.payable()];
  kit.provider.pay((await kit.start(paid)).id, kit.clock.now);
  await kit.start(unpaid);
  for (const [id, expected] of [
    [paid, 'PAID'],
    [unpaid, 'CLOSED'],
  ] as const) {
    kit.provider.losing = 1;
    expect(await outcome(id)).toBe('UNDECIDED');
    expect(await outcome(id)).toBe(expected);
  }
});

test('of a success and a closing at the same moment one wins, and the other follows it', async () => {
  for (let round = 0; round < 12; round += 1) {
    const id = kit.payable();
    const payment = await kit.start(id);
    const both = [() => kit.call(payment.id, 'PAYMENT_SUCCEEDED'), () => close(id)];
    await Promise.all((round % 2 === 0 ? both : both.toReversed()).map((each) => each()));
    const answer = await outcome(id);
    const { status } = await kit.stateOf(payment.id);
    expect([answer, status]).toEqual(answer === 'PAID' ? ['PAID', SUCCEEDED] : ['CLOSED', REFUNDING]);
  }
});

test('of a beginning and a closing at the same moment no payment is left that could be made', async () => {
  for (let round = 0; round < 12; round += 1) {
    const id = kit.payable();
    const [begun] = await Promise.allSettled([kit.start(id), close(id)]);
    expect(await outcome(id)).toBe('CLOSED');
    const [payment] = await kit.all(id);
    if (begun.status === 'rejected') expect(begun.reason).toMatchObject({ code: 'NOT_PAYABLE' });
    if (payment !== undefined) expect(payment).toMatchObject({ status: CLOSED, liveKey: null });
  }
});

test('what its owner cancels is closed, and its money goes back, whatever the owner knew of it', async () => {
  const handlers = refundHandlers(kit.payments, kit.refunds, kit.closing);
  const type = 'appointment.cancelled' as const;
  const cancelled = async (appointmentId: string, wasPaid: boolean) => {
    const event = {
      id: newId('evt'),
      seq: 1,
      type,
      version: 1,
      aggregateType: 'appointment',
      aggregateId: appointmentId,
      aggregateVersion: 2,
      occurredAt: kit.clock.now,
      actor: 'service:care',
      requestId: '',
      traceparent: '',
      payload: { appointmentId, reason: 'PATIENT', wasPaid },
    } satisfies EventOf<typeof type>;
    await kit.foundation.db.transaction(async (tx) => handlers[type]?.(tx, event));
  };
  for (const wasPaid of [true, false]) {
    const id = kit.payable();
    const payment = await kit.start(id, undefined, undefined, PayableType.APPOINTMENT);
    await kit.call(payment.id, 'PAYMENT_SUCCEEDED');
    await Promise.all([cancelled(id, wasPaid), cancelled(id, wasPaid)]);
    await kit.refunds.run();
    expect(await kit.stateOf(payment.id)).toEqual({ status: REFUNDED, refundedFen: 1250 });
    expect(await kit.refundsOf(payment.id)).toHaveLength(1);
  }
  const open = kit.payable();
  const pending = await kit.start(open, undefined, undefined, PayableType.APPOINTMENT);
  await cancelled(open, false);
  await expect(kit.start(open, undefined, undefined, PayableType.APPOINTMENT)).rejects.toMatchObject({
    code: 'NOT_PAYABLE',
  });
  await kit.reconcile.run();
  expect(kit.provider.orders.get(pending.id)?.state).toBe('CLOSED');
  expect((await kit.stateOf(pending.id)).status).toBe(CLOSED);
});
