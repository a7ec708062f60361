import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, businessDay, instantOf } from '../../shared/clock/business-day.ts';
import { messageOf } from '../../shared/errors/catalogue.ts';
import { account, CareBench, first, outcomes } from '../testkit/care.ts';
import { codeOf } from '../testkit/clinic.ts';

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

const tomorrow = (more: object = {}) =>
  care.session({ date: care.dayAfter(1), slotMinutes: 30, slots: 8, capacityPerSlot: 50, ...more });

const cancel = (appointment: { id: string; version: number; accountId: string }) =>
  care.services.endings.cancel(account([], appointment.accountId), {
    appointmentId: appointment.id,
    expectedVersion: appointment.version,
    idempotencyKey: randomUUID(),
  });

test('fifty bookings of one account at once hold ten places, and the refusal tells the limit', async () => {
  const { slots } = await tomorrow();
  const { actor } = care.patient();
  const attempts = Array.from({ length: 50 }, () =>
    care.book({ actor, patientId: care.patientOf(actor) }, first(slots)),
  );
  expect(await outcomes(attempts)).toEqual({ ok: 10, TOO_MANY_UNPAID_BOOKINGS: 40 });
  expect(await care.booked(first(slots))).toBe(10);
  const one = care.book({ actor, patientId: care.patientOf(actor) }, first(slots));
  await expect(one).rejects.toMatchObject({ params: { limit: 10 } });
  expect(messageOf('TOO_MANY_UNPAID_BOOKINGS', { limit: 10 }, 'zh-CN')).toContain('10 个待支付的预约');
  // Somebody else is not in the way, nor is what was paid.
  expect((await care.book(care.patient(), first(slots))).status).toBe('PENDING_PAYMENT');
});

test('one patient holds three places unpaid, in however many sessions at once; a paid one is none of them', async () => {
  const sessions = await Promise.all(Array.from({ length: 6 }, () => tomorrow()));
  const who = care.patient();
  const results = await Promise.allSettled(sessions.map(({ slots }) => care.book(who, first(slots))));
  const held = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(held).toHaveLength(3);
  const seventh = await tomorrow();
  expect(await codeOf(care.book(who, first(seventh.slots)))).toBe('TOO_MANY_UNPAID_BOOKINGS_OF_PATIENT');
  await care.pay(first(held));
  expect((await care.book(who, first(seventh.slots))).status).toBe('PENDING_PAYMENT');
});

test('a day has so many bookings of an account, whatever became of them, and the next day begins anew', async () => {
  const few = await CareBench.open({ BOOKING_MAX_PER_DAY: 4 });
  try {
    const { slots } = await few.session({ date: few.dayAfter(2), fee: 0, capacityPerSlot: 50 });
    const { actor } = few.patient();
    const book = () => few.book({ actor, patientId: few.patientOf(actor) }, first(slots));
    expect(await outcomes(Array.from({ length: 50 }, book))).toEqual({ ok: 4, TOO_MANY_BOOKINGS: 46 });
    await expect(book()).rejects.toMatchObject({ params: { limit: 4 } });
    const midnight = instantOf(addDays(businessDay(few.foundation.now()), 1), '00:00');
    few.ahead = midnight.getTime() - Date.now() + 1000;
    expect((await book()).status).toBe('CONFIRMED');
  } finally {
    await few.close();
  }
});

test('a month has so many cancellations of an account, also of fifty at once; a retry is none', async () => {
  const few = await CareBench.open({ BOOKING_MAX_CANCELLATIONS_PER_MONTH: 2, BOOKING_MAX_PER_DAY: 100 });
  try {
    const { slots } = await few.session({ date: few.dayAfter(1), fee: 0, capacityPerSlot: 60 });
    const { actor } = few.patient();
    const booked = await Promise.all(
      Array.from({ length: 50 }, () => few.book({ actor, patientId: few.patientOf(actor) }, first(slots))),
    );
    const inputs = booked.map(({ id }) => ({
      appointmentId: id,
      expectedVersion: 2,
      idempotencyKey: randomUUID(),
    }));
    const cancelAll = () => outcomes(inputs.map((input) => few.services.endings.cancel(actor, input)));
    expect(await cancelAll()).toEqual({ ok: 2, TOO_MANY_CANCELLATIONS: 48 });
    expect(await cancelAll()).toEqual({ ok: 2, TOO_MANY_CANCELLATIONS: 48 });
    expect(await few.booked(first(slots))).toBe(48);
  } finally {
    await few.close();
  }
});

test('an expired or cancelled hold makes room again', async () => {
  const { slots } = await tomorrow();
  const { actor } = care.patient();
  const book = () => care.book({ actor, patientId: care.patientOf(actor) }, first(slots));
  const held = await Promise.all(Array.from({ length: 10 }, book));
  expect(await codeOf(book())).toBe('TOO_MANY_UNPAID_BOOKINGS');
  await cancel(first(held));
  expect((await book()).status).toBe('PENDING_PAYMENT');
});
