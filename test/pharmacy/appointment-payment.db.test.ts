import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { data } from '../testkit/client.ts';
import { CareBench } from '../testkit/care.ts';
import { until } from '../testkit/platform.ts';
import { type Buyer, newBuyer, start, tell, told } from './buyer.ts';

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

const BOOK = 'mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id version } }';
const CANCEL = 'mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { status } }';

async function booked({ token, patientId }: Buyer): Promise<string> {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const input = { slotId: slots[0]?.id, patientId, reason: '复诊', idempotencyKey: randomUUID() };
  const { bookAppointment } = await data(BOOK, { input }, { token });
  return (bookAppointment as { id: string }).id;
}

async function appointmentOf({ token }: Buyer, id: string) {
  const QUERY = 'query ($id: ID!) { appointment(id: $id) { status version } }';
  const { appointment } = await data(QUERY, { id }, { token });
  return appointment as { status: string; version: number };
}

async function cancel(buyer: Buyer, id: string): Promise<void> {
  const { version } = await appointmentOf(buyer, id);
  const input = { appointmentId: id, expectedVersion: version, idempotencyKey: randomUUID() };
  await data(CANCEL, { input }, { token: buyer.token });
}

const paymentReaches = (buyer: Buyer, id: string, status: string) =>
  until(async () => {
    const QUERY = 'query ($id: ID!) { payment(id: $id) { status } }';
    const { payment } = await data(QUERY, { id }, { token: buyer.token });
    return (payment as { status: string }).status === status;
  }, 25_000);

test('an appointment is confirmed by its payment; cancelled, the money goes back, all of it and once', async () => {
  const buyer = await newBuyer();
  const id = await booked(buyer);
  const payments = await Promise.all([0, 1, 2].map(() => start(buyer, id, 'APPOINTMENT')));
  const [payment] = payments;
  expect(new Set(payments.map((each) => each.id)).size).toBe(1);
  expect(payment?.amount).toBe('20.00');
  const paymentId = payment?.id ?? '';
  await tell(`payments/${paymentId}/pay`, { callback: 'twice' });
  await until(async () => (await appointmentOf(buyer, id)).status === 'CONFIRMED');
  await cancel(buyer, id);
  await paymentReaches(buyer, paymentId, 'REFUNDED');
  expect(await told<object>(`payments/${paymentId}`)).toMatchObject({ amountFen: 2000, refundedFen: 2000 });
});

test('money that arrives for an appointment that is cancelled already is refused by care, and goes back', async () => {
  const buyer = await newBuyer();
  const id = await booked(buyer);
  const payment = await start(buyer, id, 'APPOINTMENT');
  await cancel(buyer, id);
  await tell(`payments/${payment.id}/pay`, { callback: 'late', delayMs: 200 });
  await paymentReaches(buyer, payment.id, 'REFUNDED');
  expect((await appointmentOf(buyer, id)).status).toBe('CANCELLED');
});
