import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { CareBench, first } from '../testkit/care.ts';
import { until } from '../testkit/platform.ts';

const MINUTE = 60_000;

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

const status = async (id: string) =>
  first(
    await care.rows<{ status: string; version: number }>(
      'SELECT status, version FROM appointment WHERE id = ?',
      [id],
    ),
  );

test('it is payable while it is held, and a payment confirms it once', async () => {
  const { slots, doctor } = await care.session({ date: care.dayAfter(1) });
  const who = care.patient();
  const booked = await care.book(who, first(slots));
  expect(await care.services.payables.ofAppointment(booked.id)).toMatchObject({
    amountFen: 2000,
    payerAccountId: who.actor.accountId,
    expiresAt: booked.payBy,
  });
  const treated = () => care.services.appointments.treatments(doctor.accountId, [who.patientId]);
  expect(await treated()).toEqual([]);
  const paymentId = await care.pay(booked);
  await care.pay(booked, paymentId);
  expect(await status(booked.id)).toEqual({ status: 'CONFIRMED', version: 2 });
  expect(await treated()).toMatchObject([{ patientId: who.patientId, hospitalId: stableId('hos', 'H001') }]);
  expect(await care.services.payables.ofAppointment(booked.id)).toBeNull();
  // Money that came twice goes back once.
  const twice = await care.pay(booked);
  await until(async () => (await care.facts(booked.id)).every((each) => each.seq > 0));
  const facts = await care.facts(booked.id);
  expect(facts.map((each) => each.type)).toEqual([
    'appointment.booked',
    'appointment.confirmed',
    'payable.refused',
  ]);
  expect(facts[2]?.payload).toMatchObject({ paymentId: twice, reason: 'ALREADY_PAID' });
});

test('a payment of another amount, of somebody else, or for nothing is refused', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const booked = await care.book(care.patient(), first(slots));
  await care.pay({ id: booked.id, accountId: booked.accountId, feeFen: 1999 });
  await care.pay({ id: booked.id, accountId: newId('acc'), feeFen: 2000 });
  const nothing = newId('apt');
  await care.pay({ id: nothing, accountId: booked.accountId, feeFen: 2000 });
  expect(await status(booked.id)).toEqual({ status: 'PENDING_PAYMENT', version: 1 });
  const reasons = [...(await care.facts(booked.id)), ...(await care.facts(nothing))].map(
    (each) => each.payload.reason,
  );
  expect(reasons.filter(Boolean)).toEqual(['WRONG_AMOUNT', 'WRONG_PAYER', 'NOT_FOUND']);
});

test('a cancellation and a payment at once: never a paid appointment without its place, never lost money', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1), capacityPerSlot: 100 });
  const slot = first(slots);
  const races = Array.from({ length: 12 }, async () => {
    const who = care.patient();
    const booked = await care.book(who, slot);
    const cancel = care.services.endings.cancel(who.actor, {
      appointmentId: booked.id,
      expectedVersion: 1,
      reason: '临时有事',
      idempotencyKey: randomUUID(),
    });
    const [cancelled] = await Promise.allSettled([cancel, care.pay(booked)]);
    const now = await status(booked.id);
    const facts = (await care.facts(booked.id)).map((each) => each.type);
    if (cancelled.status === 'fulfilled') {
      expect(now.status).toBe('CANCELLED');
      expect(facts.toSorted()).toEqual(['appointment.booked', 'appointment.cancelled', 'payable.refused']);
      return 0;
    }
    expect(cancelled.reason).toMatchObject({ code: 'VERSION_CONFLICT' });
    expect(now.status).toBe('CONFIRMED');
    expect(facts.toSorted()).toEqual(['appointment.booked', 'appointment.confirmed']);
    return 1;
  });
  const kept = await Promise.all(races);
  expect(await care.booked(slot)).toBe(kept.reduce<number>((sum, each) => sum + each, 0));
});

test('a paid appointment that is cancelled gives its place back, asks for a refund, and notes it', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const slot = first(slots);
  const who = care.patient();
  const booked = await care.book(who, slot);
  const paymentId = await care.pay(booked);
  const input = { appointmentId: booked.id, expectedVersion: 2, idempotencyKey: randomUUID() };
  const stranger = care.services.endings.cancel(care.patient().actor, input);
  await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const answers = await Promise.all([1, 2, 3].map(() => care.services.endings.cancel(who.actor, input)));
  expect(answers.map((each) => each.status)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
  expect(await care.booked(slot)).toBe(0);
  const cancelled = (await care.facts(booked.id)).filter((each) => each.type === 'appointment.cancelled');
  expect(cancelled.map((each) => each.payload)).toEqual([
    { appointmentId: booked.id, reason: 'PATIENT', wasPaid: true },
  ]);
  const refund = { paymentId, payableType: 'APPOINTMENT' as const, payableId: booked.id, amountFen: 2000 };
  await care.handle('payment.refunded', { ...refund, refundedAt: new Date().toISOString() });
  expect(await care.booked(slot)).toBe(0);
  const [row] = await care.rows<{ refunded_at: Date | null }>(
    'SELECT refunded_at FROM appointment WHERE id = ?',
    [booked.id],
  );
  expect(row?.refunded_at).toBeInstanceOf(Date);
  // The place, and the session, are free for the same patient again.
  expect(await care.book(who, slot)).toMatchObject({ status: 'PENDING_PAYMENT' });
});

test('a hold that is over is ended once and gives its place back; a payment after that is refused', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1), capacityPerSlot: 1 });
  const slot = first(slots);
  const booked = await care.book(care.patient(), slot);
  expect(await care.services.endings.expire(booked.id)).toBe(false);
  await expect(care.book(care.patient(), slot)).rejects.toMatchObject({ code: 'SLOT_FULL' });
  care.ahead = 16 * MINUTE;
  const ended = await Promise.all([1, 2, 3, 4].map(() => care.services.endings.expire(booked.id)));
  expect(ended.filter(Boolean)).toHaveLength(1);
  care.ahead = 0;
  expect(await care.booked(slot)).toBe(0);
  await care.pay(booked);
  expect(await status(booked.id)).toMatchObject({ status: 'EXPIRED' });
  expect((await care.facts(booked.id)).map((each) => each.type)).toContain('payable.refused');
  expect(await care.book(care.patient(), slot)).toMatchObject({ status: 'PENDING_PAYMENT' });
});

test('a payment that comes late, but before anybody has ended the hold, confirms', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const booked = await care.book(care.patient(), first(slots));
  care.ahead = 16 * MINUTE;
  expect(await care.services.payables.ofAppointment(booked.id)).toBeNull();
  await care.pay(booked);
  expect(await care.services.endings.expire(booked.id)).toBe(false);
  care.ahead = 0;
  expect(await status(booked.id)).toMatchObject({ status: 'CONFIRMED' });
});

test('the platform ends by itself what is over', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const booked = await care.book(care.patient(), first(slots));
  await care.foundation.db.transaction(async ({ manager }) => {
    await manager.query('UPDATE appointment SET pay_by = booked_at WHERE id = ?', [booked.id]);
  });
  await until(async () => (await status(booked.id)).status === 'EXPIRED', 15_000);
  expect(await care.booked(first(slots))).toBe(0);
});

test('every fact has its number, without gap', async () => {
  await until(async () => {
    const [left] = await care.rows<{ n: string }>(
      'SELECT COUNT(*) AS n FROM outbox_event WHERE seq IS NULL',
      [],
    );
    return Number(left?.n) === 0;
  });
  const [row] = await care.rows<{ n: string; least: string; most: string }>(
    'SELECT COUNT(*) AS n, MIN(seq) AS least, MAX(seq) AS most FROM outbox_event WHERE seq IS NOT NULL',
    [],
  );
  expect(Number(row?.least)).toBe(1);
  expect(Number(row?.n)).toBe(Number(row?.most));
});
