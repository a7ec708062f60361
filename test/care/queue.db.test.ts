import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockTime } from '../../shared/clock/business-day.ts';
import { newId } from '../../shared/ids/ids.ts';
import type { Appointment } from '../../subgraphs/care/appointment/appointment.entity.ts';
import type { QueueTicket } from '../../subgraphs/care/queue/queue-ticket.entity.ts';
import type { Slot } from '../../subgraphs/care/schedule/slot.entity.ts';
import { type AccountActor, account, CareBench, outcomes, type Session } from '../testkit/care.ts';
import { until } from '../testkit/platform.ts';

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

interface Arrived {
  readonly actor: AccountActor;
  readonly patientId: string;
  readonly appointment: Appointment;
}

const checkIn = ({ actor, appointment }: Arrived, idempotencyKey: string = randomUUID()) =>
  care.services.checkIns.checkIn(actor, { appointmentId: appointment.id, idempotencyKey });

const callNext = (doctor: AccountActor, idempotencyKey: string = randomUUID()) =>
  care.services.calls.next(doctor, { idempotencyKey });

const close = (doctor: AccountActor, consultationId: string, idempotencyKey: string = randomUUID()) =>
  care.services.closings.close(doctor, { consultationId, idempotencyKey });

/** The slot of a session of today that goes on now. */
function going({ slots }: Session): Slot {
  const now = care.foundation.now();
  const slot = slots.find((each) => each.endsAt > now);
  if (slot === undefined) throw new Error('the session is over');
  return slot;
}

/** Somebody with a paid appointment. */
async function paid(session: Session): Promise<Arrived> {
  const who = care.patient();
  const appointment = await care.book(who, going(session));
  await care.pay(appointment);
  return { ...who, appointment };
}

/** A session of now alone, so that it does not crowd the lists of other tests. */
const today = () => {
  const hour = Math.floor(Number(clockTime(care.foundation.now()).slice(0, 2)) / 4) * 4;
  const startTime = `${String(hour).padStart(2, '0')}:00`;
  return care.session({ startTime, slots: 1, capacityPerSlot: 50 });
};

test('those who come at once get the numbers from 1 on, without gap', async () => {
  const session = await today();
  const arrived = await Promise.all(Array.from({ length: 12 }, () => paid(session)));
  const tickets = await Promise.all(arrived.map((each) => checkIn(each)));
  expect(tickets.map((each) => each.number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  const now = await Promise.all(tickets.map((each) => care.services.queue.current(each.id)));
  for (const ticket of now) expect(ticket?.ahead).toBe((ticket?.number ?? 0) - 1);
});

test('a check-in counts once, and only for its own, paid, on the day', async () => {
  const session = await today();
  const arrived = await paid(session);
  const stranger = checkIn({ ...arrived, actor: account() });
  await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const key = randomUUID();
  const tickets = await Promise.all([1, 2, 3, 4].map(() => checkIn(arrived, key)));
  expect(new Set(tickets.map((each) => each.id)).size).toBe(1);
  expect(await outcomes([checkIn(arrived), checkIn(arrived)])).toEqual({ APPOINTMENT_STATE: 2 });

  const who = care.patient();
  const unpaid = await care.book(who, going(session));
  await expect(checkIn({ ...who, appointment: unpaid })).rejects.toMatchObject({
    code: 'APPOINTMENT_STATE',
    params: { status: 'PENDING_PAYMENT' },
  });

  const later = await care.session({ date: care.dayAfter(1) });
  const tomorrow = care.patient();
  const appointment = await care.book(tomorrow, later.slots[0] as Slot);
  await care.pay(appointment);
  await expect(checkIn({ ...tomorrow, appointment })).rejects.toMatchObject({
    code: 'NOT_CHECK_IN_DAY',
    params: { day: later.schedule.day },
  });
  const cancel = care.services.endings.cancel(arrived.actor, {
    appointmentId: arrived.appointment.id,
    expectedVersion: 3,
    idempotencyKey: randomUUID(),
  });
  await expect(cancel).rejects.toMatchObject({ code: 'APPOINTMENT_STATE' });
});

test('a check-in and a cancellation at once: one of them', async () => {
  const session = await today();
  for (let round = 0; round < 6; round += 1) {
    const arrived = await paid(session);
    const cancel = care.services.endings.cancel(arrived.actor, {
      appointmentId: arrived.appointment.id,
      expectedVersion: 2,
      idempotencyKey: randomUUID(),
    });
    const [cancelled, ticket] = await Promise.allSettled([cancel, checkIn(arrived)]);
    expect([cancelled.status, ticket.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  }
});

test('calls at once never call one patient twice, and leave nobody out', async () => {
  const session = await today();
  const arrived = await Promise.all(Array.from({ length: 6 }, () => paid(session)));
  for (const each of arrived) await checkIn(each);
  const called = await Promise.all(Array.from({ length: 10 }, () => callNext(session.doctor)));
  const patients = called.flatMap((each) => (each === null ? [] : [each.patientId]));
  expect(new Set(patients)).toEqual(new Set(arrived.map((each) => each.patientId)));
  expect(patients).toHaveLength(6);
  expect(called.filter((each) => each === null)).toHaveLength(4);
});

test('they are called in the order of their numbers; a retry of a call calls nobody else', async () => {
  const session = await today();
  const arrived = [await paid(session), await paid(session), await paid(session)];
  for (const each of arrived) await checkIn(each);
  const key = randomUUID();
  const first = await Promise.all([1, 2, 3].map(() => callNext(session.doctor, key)));
  expect(new Set(first.map((each) => each?.patientId))).toEqual(new Set([arrived[0]?.patientId]));
  expect((await callNext(session.doctor))?.patientId).toBe(arrived[1]?.patientId);
  expect((await callNext(session.doctor))?.patientId).toBe(arrived[2]?.patientId);
  const nobody = randomUUID();
  expect(await callNext(session.doctor, nobody)).toBeNull();
  await checkIn(await paid(session));
  expect(await callNext(session.doctor, nobody)).toBeNull();
  expect(await callNext(session.doctor)).not.toBeNull();
});

test('a doctor calls from the own queue, and only with the permission', async () => {
  const session = await today();
  await checkIn(await paid(session));
  const other = await care.doctor();
  expect(await callNext(other.doctor)).toBeNull();
  const powerless = { ...session.doctor, grants: [] };
  await expect(callNext(powerless)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await callNext(session.doctor)).not.toBeNull();
});

/** Reads the next event of a feed, which must come. */
async function next(feed: AsyncGenerator<QueueTicket, void, undefined>): Promise<QueueTicket> {
  const { value } = await feed.next();
  if (!value) throw new Error('the feed has ended');
  return value;
}

test('who waits sees the moves of those before, the own call, and then the end', async () => {
  const session = await today();
  const arrived = [await paid(session), await paid(session), await paid(session)];
  const tickets = [];
  for (const each of arrived) tickets.push(await checkIn(each));
  const mine = tickets[2] as QueueTicket;
  const feed = care.services.queueFeed.follow(mine, 0);
  expect(await next(feed)).toMatchObject({ number: 3, ahead: 2, status: 'WAITING' });
  // Whoever comes behind is no news.
  await checkIn(await paid(session));
  const calls = [];
  calls.push(await callNext(session.doctor));
  expect(await next(feed)).toMatchObject({ ahead: 1, status: 'WAITING' });
  calls.push(await callNext(session.doctor));
  const second = await next(feed);
  expect(second).toMatchObject({ ahead: 0, status: 'WAITING' });
  const own = await callNext(session.doctor);
  expect(await next(feed)).toMatchObject({ ahead: 0, status: 'CALLED' });
  // Who comes back with a version gets what has happened since.
  const back = care.services.queueFeed.follow(mine, second.version);
  expect(await next(back)).toMatchObject({ status: 'CALLED' });
  await close(session.doctor, own?.id ?? '');
  expect(await next(back)).toMatchObject({ status: 'DONE' });
  expect(await next(feed)).toMatchObject({ status: 'DONE' });
  expect(await feed.next()).toEqual({ value: undefined, done: true });
  await back.return();
});

test('a consultation tells when it began and ended, and is closed once, by its doctor', async () => {
  const session = await today();
  const arrived = await paid(session);
  await checkIn(arrived);
  care.ahead = 90_000;
  const consultation = await callNext(session.doctor);
  care.ahead = 0;
  const id = consultation?.id ?? '';
  expect(consultation).toMatchObject({
    status: 'OPEN',
    appointmentId: arrived.appointment.id,
    patientId: arrived.patientId,
    patientAccountId: arrived.actor.accountId,
    hospitalId: session.schedule.hospitalId,
  });
  await expect(close(arrived.actor, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(close(account(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(close(session.doctor, newId('con'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const key = randomUUID();
  care.ahead = 10 * 60_000;
  const closed = await Promise.all([1, 2, 3].map(() => close(session.doctor, id, key)));
  care.ahead = 0;
  expect(closed.map((each) => each.status)).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
  await expect(close(session.doctor, id)).rejects.toMatchObject({ code: 'CONSULTATION_CLOSED' });
  const [row] = await care.rows<{ status: string; active_key: string | null }>(
    'SELECT status, active_key FROM appointment WHERE id = ?',
    [arrived.appointment.id],
  );
  expect(row).toEqual({ status: 'COMPLETED', active_key: null });
  await until(async () => (await care.facts(id)).filter((each) => each.seq > 0).length === 2);
  const [started, completed] = await care.facts(id);
  expect(started?.type).toBe('consultation.started');
  expect(Number(started?.payload.waitedSeconds)).toBeGreaterThanOrEqual(90);
  expect(Number(started?.payload.waitedSeconds)).toBeLessThan(150);
  expect(completed).toMatchObject({
    type: 'consultation.completed',
    payload: { consultationId: id, patientId: arrived.patientId, hospitalId: session.schedule.hospitalId },
  });
  const arrivals = (await care.facts(arrived.appointment.id)).filter(
    (each) => each.type === 'appointment.checked_in',
  );
  expect(arrivals).toHaveLength(1);
  expect(arrivals[0]?.payload.latitude).toBeCloseTo(39.9, 0);
});
