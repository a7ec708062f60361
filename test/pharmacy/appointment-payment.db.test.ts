import { randomUUID } from 'node:crypto';
import { asAdministrator, rows } from '../testkit/rows.ts';
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
  await tell(`payments/${payment.id}/pay`, { callback: 'late', delayMs: 1000 });
  await cancel(buyer, id);
  await paymentReaches(buyer, payment.id, 'REFUNDED');
  expect((await appointmentOf(buyer, id)).status).toBe('CANCELLED');
});

test('an appointment that was paid in time does not expire while care is behind with the events of pharmacy', async () => {
  const buyer = await newBuyer();
  const id = await booked(buyer);
  const payment = await start(buyer, id, 'APPOINTMENT');
  await asAdministrator(async (connection) => {
    // No event of pharmacy has an effect in care while somebody else holds the cursor.
    await connection.beginTransaction();
    await connection.query("SELECT seq FROM yey_care.event_cursor WHERE producer = 'pharmacy' FOR UPDATE");
    await tell(`payments/${payment.id}/pay`, { callback: 'once' });
    await paymentReaches(buyer, payment.id, 'SUCCEEDED');
    expect((await appointmentOf(buyer, id)).status).toBe('PENDING_PAYMENT');
    await asAdministrator((other) =>
      other.query('UPDATE yey_care.appointment SET pay_by = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [id]),
    );
    // Whatever becomes of it becomes of it while care has not heard of the money.
    await until(async () => (await appointmentOf(buyer, id)).status !== 'PENDING_PAYMENT', 30_000);
    await connection.rollback();
  });
  expect((await appointmentOf(buyer, id)).status).toBe('CONFIRMED');
  const [{ seq: told } = { seq: 0 }] = await rows('SELECT last_seq AS seq FROM yey_pharmacy.outbox_counter');
  await until(async () => {
    const [cursor] = await rows("SELECT seq FROM yey_care.event_cursor WHERE producer = 'pharmacy'");
    return Number(cursor?.seq) >= Number(told);
  }, 30_000);
  expect(await appointmentOf(buyer, id)).toEqual({ status: 'CONFIRMED', version: 2 });
}, 90_000);
