import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { businessDay } from '../../shared/clock/business-day.ts';
import { type AccountActor, CareBench, first, type Session } from '../testkit/care.ts';
import { ask, data } from '../testkit/client.ts';
import { Clinic, codeOf } from '../testkit/clinic.ts';
import { logInAnew } from '../testkit/login.ts';
import { ownDoctor } from '../testkit/own-doctor.ts';
import { until } from '../testkit/platform.ts';
import { asAdministrator } from '../testkit/rows.ts';
import { added } from '../users/some-patients.ts';

let care: CareBench;
let clinic: Clinic;
beforeAll(async () => {
  care = await CareBench.open();
  clinic = await Clinic.open();
});
afterAll(async () => {
  await care.close();
  await clinic.close();
});

const key = () => ({ idempotencyKey: randomUUID() });
const NEEDED = { code: 'CONSENT_NEEDED', params: { purpose: 'HEALTH_DATA', version: 1 } };

/** Somebody who has checked in to a session of today that costs nothing. */
async function waiting(session: Session) {
  const who = care.patient();
  const now = care.foundation.now();
  const going = session.slots.filter((each) => each.endsAt > now);
  const appointment = await care.book(who, first(going));
  const arrive = () => care.services.checkIns.checkIn(who.actor, { appointmentId: appointment.id, ...key() });
  return { ...who, appointment, arrive };
}

const callNext = (doctor: AccountActor, idempotencyKey: string = randomUUID()) =>
  care.services.calls.next(doctor, { idempotencyKey });

test('nobody is booked without consent, or while users cannot tell; a retry of a booking still gets it', async () => {
  const { slots } = await care.session({ date: care.dayAfter(1) });
  const { actor, patientId } = care.patient();
  const input = { slotId: first(slots).id, patientId, ...key() };
  const booked = await care.services.bookings.book(actor, input);
  care.consents.withdraw(patientId);
  expect((await care.services.bookings.book(actor, input)).id).toBe(booked.id);
  const other = await care.session({ date: care.dayAfter(1) });
  await expect(care.book({ actor, patientId }, first(other.slots))).rejects.toMatchObject(NEEDED);
  care.consents.withdraw(patientId, { isInPerson: true });
  await expect(care.book({ actor, patientId }, first(other.slots))).rejects.toMatchObject({
    code: 'CONSENT_NEEDED',
    params: { purpose: 'HEALTH_DATA', version: 1, patientId },
  });
  care.consents.give(patientId);
  care.areUsersDown = true;
  expect(await codeOf(care.book({ actor, patientId }, first(other.slots)))).toBe('UNAVAILABLE');
  expect((await care.services.bookings.book(actor, input)).id).toBe(booked.id);
  care.areUsersDown = false;
  expect(await care.booked(first(other.slots))).toBe(0);
  expect((await care.book({ actor, patientId }, first(other.slots))).status).toBe('PENDING_PAYMENT');
});

test('nobody checks in without consent, or while users cannot tell', async () => {
  const { arrive, patientId } = await waiting(await care.session({ fee: 0 }));
  care.consents.withdraw(patientId);
  await expect(arrive()).rejects.toMatchObject(NEEDED);
  care.areUsersDown = true;
  expect(await codeOf(arrive())).toBe('UNAVAILABLE');
  care.areUsersDown = false;
  care.consents.give(patientId);
  expect((await arrive()).number).toBe(1);
});

test('who lacks a consent is not called but keeps the place, and those behind are called meanwhile', async () => {
  const session = await care.session({ fee: 0 });
  const one = await waiting(session);
  const two = await waiting(session);
  await one.arrive();
  await two.arrive();
  care.consents.withdraw(one.patientId);
  care.areUsersDown = true;
  expect(await codeOf(callNext(session.doctor))).toBe('UNAVAILABLE');
  care.areUsersDown = false;
  const call = randomUUID();
  expect(await callNext(session.doctor, call)).toMatchObject({ patientId: two.patientId });
  await expect(callNext(session.doctor)).rejects.toMatchObject(NEEDED);
  // A retry gets what the call gave, whoever withdraws meanwhile.
  care.consents.withdraw(two.patientId);
  expect(await callNext(session.doctor, call)).toMatchObject({ patientId: two.patientId });
  care.consents.give(one.patientId);
  expect(await callNext(session.doctor)).toMatchObject({ patientId: one.patientId });
  expect(await callNext(session.doctor)).toBeNull();
});

test('nothing is prescribed without consent, or while users cannot tell', async () => {
  const talk = await clinic.diagnosed();
  const draft = await clinic.prescribe(talk);
  clinic.consents.withdraw(talk.patientId, { purpose: 'MINOR_GUARDIAN' });
  const needed = { code: 'CONSENT_NEEDED', params: { purpose: 'MINOR_GUARDIAN', version: 1 } };
  await expect(clinic.prescribe(talk)).rejects.toMatchObject(needed);
  await expect(clinic.send(talk.doctor, draft)).rejects.toMatchObject(needed);
  expect(await codeOf(clinic.prescribe({ ...talk, doctor: await clinic.doctor() }))).toBe('NOT_FOUND');
  clinic.areUsersDown = true;
  expect(await codeOf(clinic.prescribe(talk))).toBe('UNAVAILABLE');
  expect(await codeOf(clinic.send(talk.doctor, draft))).toBe('UNAVAILABLE');
  clinic.areUsersDown = false;
  clinic.consents.give(talk.patientId);
  const again = key();
  const sent = await clinic.send(talk.doctor, draft, again);
  clinic.consents.withdraw(talk.patientId);
  expect(await clinic.send(talk.doctor, draft, again)).toBe(sent);
});

const BOOK = 'mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }';
const CHECK_IN = 'mutation ($input: CheckInInput!) { checkIn(input: $input) { id } }';
const CALL = 'mutation ($input: CallNextPatientInput!) { callNextPatient(input: $input) { id } }';
const CHAT = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq } }';
const UPLOAD = 'mutation ($input: RequestUploadInput!) { requestUpload(input: $input) { uploadUrl } }';
const PRESCRIBE = 'mutation ($input: SavePrescriptionInput!) { savePrescription(input: $input) { id } }';
const PUBLISH =
  'mutation ($input: PublishScheduleInput!) { publishSchedule(input: $input) { slots { id endsAt } } }';

test('users decide from the consents of the account, through the router', async () => {
  const { accessToken: token } = await logInAnew();
  const { id: patientId } = await added(token);
  const doctor = await ownDoctor('许同意');
  const say = async (mutation: 'giveConsent' | 'withdrawConsent', input: object) => {
    const type = mutation === 'giveConsent' ? 'GiveConsentInput' : 'WithdrawConsentInput';
    const selection = mutation === 'giveConsent' ? 'id' : 'edges { node { id } }';
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`;
    await data(document, { input: { ...input, ...key() } }, { token });
  };
  const tell = async (query: string, input: object, as = token) => {
    const { errors } = await ask(query, { input: { ...input, ...key() } }, { token: as });
    const { code, params } = errors[0]?.extensions ?? {};
    return code === 'CONSENT_NEEDED' ? params : (code ?? 'ok');
  };
  const session = {
    date: businessDay(new Date()),
    startTime: '00:00',
    slotMinutes: 240,
    slots: 6,
    capacityPerSlot: 3,
    fee: '0.00',
    ...key(),
  };
  const { publishSchedule } = await data(PUBLISH, { input: session }, { token: doctor.token });
  const { slots } = publishSchedule as { slots: { id: string; endsAt: string }[] };
  const slotId = slots.find((each) => Date.parse(each.endsAt) > Date.now())?.id;

  await say('withdrawConsent', { purpose: 'HEALTH_DATA' });
  const health = { purpose: 'HEALTH_DATA', version: 1 };
  expect(await tell(BOOK, { slotId, patientId })).toEqual(health);
  await say('giveConsent', health);
  await say('withdrawConsent', { purpose: 'MINOR_GUARDIAN' });
  const guardian = { purpose: 'MINOR_GUARDIAN', version: 1 };
  expect(await tell(BOOK, { slotId, patientId })).toEqual(guardian);
  await say('giveConsent', guardian);

  // Added as a child, and 14 by today.
  const [year = '', month = '', day = ''] = businessDay(new Date()).split('-');
  const born = `${Number(year) - 14}-${month}-${month === '02' && day === '29' ? '28' : day}`;
  const { id: grown } = await added(token, { birthDate: born, relation: 'CHILD', name: '小强' });
  await asAdministrator((connection) =>
    connection.query('UPDATE yey_users.patient SET created_at = NOW(3) - INTERVAL 400 DAY WHERE id = ?', [
      grown,
    ]),
  );
  expect(await tell(BOOK, { slotId, patientId: grown })).toEqual({ ...health, patientId: grown });
  await say('giveConsent', { ...health, patientId: grown });
  expect(await tell(BOOK, { slotId, patientId: grown })).toBe('ok');

  const booked = await data(BOOK, { input: { slotId, patientId, ...key() } }, { token });
  const appointmentId = (booked.bookAppointment as { id: string }).id;
  await say('withdrawConsent', { purpose: 'HEALTH_DATA' });
  expect(await tell(CHECK_IN, { appointmentId })).toEqual(health);
  await say('giveConsent', health);
  expect(await tell(CHECK_IN, { appointmentId })).toBe('ok');
  await say('withdrawConsent', { purpose: 'HEALTH_DATA' });
  expect(await tell(CALL, {}, doctor.token)).toEqual(health);
  await say('giveConsent', health);
  const called = await data(CALL, { input: key() }, { token: doctor.token });
  const consultationId = (called.callNextPatient as { id: string }).id;
  const message = { consultationId, body: '您好' };
  expect(await tell(CHAT, message)).toBe('ok');

  await say('withdrawConsent', { purpose: 'HEALTH_DATA' });
  // Within a consultation that has begun an answer of users is taken for two seconds.
  await until(async () => (await tell(CHAT, message)) !== 'ok');
  expect(await tell(CHAT, message)).toEqual(health);
  const file = { consultationId, fileName: 'a.png', contentType: 'image/png', size: 10, purpose: 'CHAT' };
  expect(await tell(UPLOAD, file)).toEqual(health);
  expect(await tell(CHAT, message, doctor.token)).toBe('ok');
  const line = { skuId: 'sku_01ARZ3NDEKTSV4RRFFQ69G5FAV', quantity: 1, doseValue: '5', doseUnit: 'mg' };
  const prescription = {
    consultationId,
    lines: [{ ...line, timesPerDay: 1, route: '口服', days: 7 }],
    validDays: 1,
  };
  expect(await tell(PRESCRIBE, prescription, doctor.token)).toEqual(health);
});
