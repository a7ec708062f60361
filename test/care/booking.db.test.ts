import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { CareBench, first, outcomes } from '../testkit/care.ts';

const MINUTE = 60_000;

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

test('of fifty who book three places at once exactly three get one', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const slot = first(slots);
  const attempts = Array.from({ length: 50 }, () => care.book(care.patient(), slot));
  expect(await outcomes(attempts)).toEqual({ ok: 3, SLOT_FULL: 47 });
  expect(await care.booked(slot)).toBe(3);
  const [count] = await care.rows<{ n: string }>(
    "SELECT COUNT(*) AS n FROM appointment WHERE slot_id = ? AND status = 'PENDING_PAYMENT'",
    [slot.id],
  );
  expect(Number(count?.n)).toBe(3);
});

test('a patient gets one place of a session, in whichever slots it is booked at once', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1), slotMinutes: 30, slots: 8 });
  const who = care.patient();
  const attempts = slots.flatMap((slot) => [care.book(who, slot), care.book(who, slot)]);
  expect(await outcomes(attempts)).toEqual({ ok: 1, ALREADY_BOOKED: 15 });
  const taken = await Promise.all(slots.map((slot) => care.booked(slot)));
  expect(taken.reduce((sum, each) => sum + each)).toBe(1);
});

test('another patient of the account, and another session, are another matter', async () => {
  const one = await care.session({ date: care.dayAfter(1) });
  const other = await care.session({ date: care.dayAfter(1) });
  const who = care.patient();
  const sibling = { actor: who.actor, patientId: care.patientOf(who.actor) };
  const attempts = [
    care.book(who, first(one.slots)),
    care.book(sibling, first(one.slots)),
    care.book(who, first(other.slots)),
  ];
  expect(await outcomes(attempts)).toEqual({ ok: 3 });
});

test('a retry gets the same appointment, also at the same moment; its key for another booking is refused', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const { actor, patientId } = care.patient();
  const input = { slotId: first(slots).id, patientId, reason: '头晕', idempotencyKey: randomUUID() };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => care.services.bookings.book(actor, input)),
  );
  expect(new Set(answers.map((each) => each.id)).size).toBe(1);
  expect(await care.booked(first(slots))).toBe(1);
  const other = care.services.bookings.book(actor, { ...input, reason: '胸闷' });
  await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('a patient of others is as if it were not there, and without users nobody is booked', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const { patientId } = care.patient();
  for (const id of [patientId, newId('pat')]) {
    const attempt = care.book({ actor: care.patient().actor, patientId: id }, first(slots));
    await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  care.areUsersDown = true;
  await expect(care.book(care.patient(), first(slots))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  care.areUsersDown = false;
  expect(await care.booked(first(slots))).toBe(0);
});

test('a doctor who may not practise gets no new patient; a retry of what was booked before still gets it', async () => {
  const { slots, doctor, doctorId } = await care.session({ date: care.dayAfter(1) });
  const { actor, patientId } = care.patient();
  const input = { slotId: first(slots).id, patientId, idempotencyKey: randomUUID() };
  const booked = await care.services.bookings.book(actor, input);
  care.setPractising(doctor, null);
  const refused = { code: 'DOCTOR_NOT_PRACTISING' };
  const late = care.patient();
  const attempt = { slotId: first(slots).id, patientId: late.patientId, idempotencyKey: randomUUID() };
  await expect(care.services.bookings.book(late.actor, attempt)).rejects.toMatchObject(refused);
  expect((await care.services.bookings.book(actor, input)).id).toBe(booked.id);
  expect(await care.booked(first(slots))).toBe(1);
  care.setPractising(doctor, doctorId);
  expect((await care.services.bookings.book(late.actor, attempt)).status).toBe('PENDING_PAYMENT');
  expect(await care.booked(first(slots))).toBe(2);
});

test('what the patient writes is not in clear in the database', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const { actor, patientId } = care.patient();
  const texts = { reason: '反复咳嗽', earlierDiagnosis: '协和医院 2026-03 哮喘' };
  const booked = await care.services.bookings.book(actor, {
    ...texts,
    slotId: first(slots).id,
    patientId,
    idempotencyKey: randomUUID(),
  });
  const row = first(await care.rows<object>('SELECT * FROM appointment WHERE id = ?', [booked.id]));
  expect(JSON.stringify(row)).not.toMatch(/咳嗽|协和|哮喘/);
  expect(care.services.appointments.open(booked, 'reason')).toBe(texts.reason);
  expect(care.services.appointments.open(booked, 'earlierDiagnosis')).toBe(texts.earlierDiagnosis);
});

test('a slot that is over cannot be booked, and costs nothing where it is free', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1), fee: 0 });
  const free = await care.book(care.patient(), first(slots));
  expect(free).toMatchObject({ status: 'CONFIRMED', payBy: null, version: 2 });
  expect(await care.services.payables.ofAppointment(free.id)).toBeNull();
  care.ahead = 3 * 24 * 60 * MINUTE;
  await expect(care.book(care.patient(), first(slots))).rejects.toMatchObject({ code: 'SLOT_OVER' });
  care.ahead = 0;
});
