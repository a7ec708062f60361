import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { instantOf } from '../../shared/clock/business-day.ts';
import { newId } from '../../shared/ids/ids.ts';
import { type Appointment, AppointmentStatus } from '../../subgraphs/care/appointment/appointment.entity.ts';
import { account, CareBench, outcomes, type Session } from '../testkit/care.ts';
import { codeOf } from '../testkit/clinic.ts';
import { until } from '../testkit/platform.ts';
import { asAdministrator, auditOf } from '../testkit/rows.ts';

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open({ BOOKING_MAX_CANCELLATIONS_PER_MONTH: 1 });
});
afterAll(() => care.close());
afterEach(() => {
  care.ahead = 0;
});

const key = () => ({ idempotencyKey: randomUUID() });

/** Moves the clock of the test to a time of the day that is so many days after today. */
function goTo(days: number, time: string): void {
  care.ahead = 0;
  care.ahead = instantOf(care.dayAfter(days), time).getTime() - Date.now();
}

/** A session of tomorrow with slots of four hours. */
const session = () => care.session({ date: care.dayAfter(1) });

/** Somebody with a paid appointment in the last slot of tomorrow, 20:00 to 24:00. */
async function paid({ slots }: Session): Promise<Appointment> {
  const slot = slots.at(-1);
  if (slot === undefined) throw new Error('a session without slots');
  const appointment = await care.book(care.patient(), slot);
  await care.pay(appointment);
  return care.services.appointments.latest(appointment.id);
}

/** Somebody who waits, by the real clock, though the slot ended so many hours ago. */
async function arrivedIn(hoursAgo: number): Promise<Appointment> {
  const appointment = await arrived(await session());
  care.ahead = 0;
  await asAdministrator((connection) =>
    connection.query('UPDATE yey_care.slot SET ends_at = ? WHERE id = ?', [
      new Date(Date.now() - hoursAgo * 3_600_000),
      appointment.slotId,
    ]),
  );
  return appointment;
}

const ownerOf = ({ accountId }: Appointment) => account([], accountId);

async function arrived(of: Session): Promise<Appointment> {
  const appointment = await paid(of);
  goTo(1, '23:00');
  await care.services.checkIns.checkIn(ownerOf(appointment), { appointmentId: appointment.id, ...key() });
  return care.services.appointments.latest(appointment.id);
}

const cancel = (appointment: Appointment) =>
  care.services.endings.cancel(ownerOf(appointment), {
    appointmentId: appointment.id,
    expectedVersion: appointment.version,
    ...key(),
  });

const cancelledFact = async ({ id }: Appointment) =>
  (await care.facts(id)).find((each) => each.type === 'appointment.cancelled')?.payload;

/** A call that must find somebody. */
async function called({ doctor }: Session): Promise<void> {
  const consultation = await care.services.calls.next(doctor, key());
  if (consultation === null) throw Object.assign(new Error(), { code: 'nobody' });
}

test('who checked in before midnight stands in the queue and is called after it', async () => {
  const of = await session();
  const appointment = await arrived(of);
  goTo(2, '00:30');
  const queue = await care.services.queue.ofDays(of.doctor.accountId, {
    from: care.dayAfter(-1),
    to: care.dayAfter(0),
  });
  expect(queue.map((each) => each.appointmentId)).toEqual([appointment.id]);
  const consultation = await care.services.calls.next(of.doctor, key());
  expect(consultation).toMatchObject({ appointmentId: appointment.id, status: 'OPEN' });
  const closed = { consultationId: consultation?.id ?? '', ...key() };
  await care.services.closings.close(of.doctor, closed);
  expect((await care.services.appointments.latest(appointment.id)).status).toBe('COMPLETED');
});

test('who checked in before midnight can cancel after it, leaves the queue and gets the fee back', async () => {
  const of = await session();
  const appointment = await arrived(of);
  goTo(2, '00:30');
  expect(await cancel(appointment)).toMatchObject({ status: 'CANCELLED' });
  expect(await cancelledFact(appointment)).toEqual({
    appointmentId: appointment.id,
    reason: 'UNSEEN',
    wasPaid: true,
  });
  const [ticket] = await care.services.queue.byAppointment.read([appointment.id]);
  expect(ticket).toMatchObject({ status: 'CANCELLED', ahead: 0 });
  expect(await care.services.calls.next(of.doctor, key())).toBeNull();
  const paymentId = appointment.paymentId ?? '';
  const refund = { refundId: newId('rfd'), paymentId, payableType: 'APPOINTMENT' as const, amountFen: 2000 };
  await care.handle('payment.refunded', {
    ...refund,
    payableId: appointment.id,
    refundedAt: care.foundation.now().toISOString(),
  });
  expect((await care.services.appointments.latest(appointment.id)).refundedAt).not.toBeNull();
});

test('of a call and a cancellation at once one is made, and who waits within the slot is about to be called', async () => {
  for (let round = 0; round < 5; round += 1) {
    const of = await session();
    const appointment = await arrived(of);
    expect(await codeOf(cancel(appointment))).toBe('APPOINTMENT_STATE');
    goTo(2, '00:30');
    const counts = await outcomes([cancel(appointment), called(of)]);
    const { status } = await care.services.appointments.latest(appointment.id);
    const [ticket] = await care.services.queue.byAppointment.read([appointment.id]);
    expect(counts.ok).toBe(1);
    expect([status, ticket?.status]).toEqual(
      'nobody' in counts ? ['CANCELLED', 'CANCELLED'] : ['IN_CONSULTATION', 'CALLED'],
    );
    care.ahead = 0;
  }
});

test('a slot that ended while nobody was seen can be cancelled, however many others were', async () => {
  const of = await session();
  const appointment = await paid(of);
  const owner = ownerOf(appointment);
  const patientId = care.patientOf(owner);
  const other = await care.book({ actor: owner, patientId }, (await session()).slots[0]!);
  await cancel(other);
  const third = await care.book({ actor: owner, patientId }, (await session()).slots[0]!);
  expect(await codeOf(cancel(third))).toBe('TOO_MANY_CANCELLATIONS');
  expect(await codeOf(cancel(appointment))).toBe('TOO_MANY_CANCELLATIONS');
  goTo(2, '00:01');
  expect(await cancel(appointment)).toMatchObject({ status: 'CANCELLED' });
  expect(await cancelledFact(appointment)).toMatchObject({ reason: 'UNSEEN', wasPaid: true });
});

test('a day after the end of the slot the clock ends what nobody was called for, and gives the fee back', async () => {
  const of = await session();
  const appointment = await arrived(of);
  goTo(2, '23:59');
  expect(await care.services.endings.endIfUnseen(appointment.id)).toBe(false);
  goTo(3, '00:01');
  expect(await care.services.endings.endIfUnseen(appointment.id)).toBe(true);
  expect(await care.services.endings.endIfUnseen(appointment.id)).toBe(false);
  expect(await care.services.appointments.latest(appointment.id)).toMatchObject({ status: 'CANCELLED' });
  expect(await cancelledFact(appointment)).toMatchObject({ reason: 'UNSEEN', wasPaid: true });
  const over = new Date(care.foundation.now().getTime() - 24 * 3_600_000);
  expect(await care.services.appointments.unseen(over, 1000)).not.toContain(appointment.id);
});

test('the clock finds by itself whom nobody was called for within a day', async () => {
  const [over, within] = [await arrivedIn(25), await arrivedIn(23)];
  await care.services.endings.endUnseen();
  const statusOf = async ({ id }: Appointment) => (await care.services.appointments.latest(id)).status;
  // The clock of the platform may be at it too.
  await until(async () => (await statusOf(over)) === AppointmentStatus.CANCELLED);
  expect(await cancelledFact(over)).toEqual({ appointmentId: over.id, reason: 'UNSEEN', wasPaid: true });
  const [ticket] = await care.services.queue.byAppointment.read([over.id]);
  expect(ticket?.status).toBe('CANCELLED');
  expect(await auditOf(over.id, 'yey_care_audit')).toContainEqual({
    actor: 'service:care',
    action: 'appointment.cancel',
  });
  expect(await statusOf(within)).toBe('CHECKED_IN');
});

test('a payment that comes after the time of the slot is refused, and the hold ends with its slot', async () => {
  const { slots } = await session();
  const [first] = slots;
  if (first === undefined) throw new Error('a session without slots');
  goTo(1, '03:55');
  const appointment = await care.book(care.patient(), first);
  expect(appointment.payBy).toEqual(first.endsAt);
  goTo(1, '04:00');
  expect(await care.services.payables.ofAppointment(appointment.id)).toBeNull();
  const paymentId = await care.pay(appointment);
  const facts = await care.facts(appointment.id);
  expect(facts.find((each) => each.type === 'payable.refused')?.payload).toMatchObject({
    paymentId,
    reason: 'SLOT_OVER',
  });
  expect(await care.services.endings.expire(appointment.id)).toBe(true);
  expect(await care.booked(first)).toBe(0);
});

test('a payment made in time counts as long as the patient can still check in', async () => {
  const { slots } = await session();
  const [first] = slots;
  if (first === undefined) throw new Error('a session without slots');
  goTo(1, '03:50');
  const one = await care.book(care.patient(), first);
  const two = await care.book(care.patient(), first);
  const paidAt = care.foundation.now();
  goTo(1, '05:00');
  await care.pay(one, newId('pay'), paidAt);
  expect((await care.services.appointments.latest(one.id)).status).toBe('CONFIRMED');
  goTo(2, '00:00');
  await care.pay(two, newId('pay'), paidAt);
  expect((await care.services.appointments.latest(two.id)).status).toBe('PENDING_PAYMENT');
  expect((await care.facts(two.id)).map((each) => each.type)).toContain('payable.refused');
});
