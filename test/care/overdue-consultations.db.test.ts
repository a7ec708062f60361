import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockTime } from '../../shared/clock/business-day.ts';
import { newId } from '../../shared/ids/ids.ts';
import { AppointmentStatus } from '../../subgraphs/care/appointment/appointment.entity.ts';
import type { Consultation } from '../../subgraphs/care/consultation/consultation.entity.ts';
import { account, type AccountActor, CareBench, first, outcomes } from '../testkit/care.ts';
import { codeOf } from '../testkit/clinic.ts';
import { until } from '../testkit/platform.ts';
import { asAdministrator, auditOf } from '../testkit/rows.ts';

const HOUR = 3_600_000;
let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

interface Visit {
  readonly doctor: AccountActor;
  readonly consultation: Consultation;
  readonly appointmentId: string;
  readonly slotId: string;
}

const key = () => ({ idempotencyKey: randomUUID() });
const ago = (hours: number) => new Date(care.foundation.now().getTime() - hours * HOUR);

/** A paid consultation that began, in a slot that ended, so many hours ago. */
async function begun(hours: number): Promise<Visit> {
  const hour = Math.floor(Number(clockTime(care.foundation.now()).slice(0, 2)) / 4) * 4;
  const startTime = `${String(hour).padStart(2, '0')}:00`;
  const { doctor, slots } = await care.session({ startTime, slots: 1 });
  const who = care.patient();
  const slot = first(slots);
  const appointment = await care.book(who, slot);
  const appointmentId = appointment.id;
  await care.pay(appointment);
  await care.services.checkIns.checkIn(who.actor, { appointmentId, ...key() });
  const consultation = await care.services.calls.next(doctor, key());
  if (consultation === null) throw new Error('nobody was called');
  await update('slot', slot.id, { ends_at: ago(hours) });
  await update('consultation', consultation.id, { started_at: ago(hours) });
  return { doctor, consultation, appointmentId, slotId: slot.id };
}

async function update(table: string, id: string, change: Record<string, Date>): Promise<void> {
  await asAdministrator((connection) =>
    connection.query(`UPDATE yey_care.${table} SET ? WHERE id = ?`, [change, id]),
  );
}

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  await asAdministrator((connection) => connection.query(`INSERT INTO yey_care.${table} SET ?`, [row]));
}

async function say({ consultation }: Visit, sender: 'DOCTOR' | 'PATIENT', at: Date): Promise<void> {
  const seq = sender === 'DOCTOR' ? 1 : 2;
  const message = {
    id: newId('msg'),
    consultation_id: consultation.id,
    seq,
    sender,
    body: '您好',
    sent_at: at,
  };
  await insert('chat_message', { ...message, idempotency_key: randomUUID() });
}

const statusOf = async ({ consultation }: Visit) =>
  (await care.services.overdueClosings.closeIfOverdue(consultation.id))
    ? 'closed'
    : (
        await care.rows<{ status: string }>('SELECT status FROM consultation WHERE id = ?', [consultation.id])
      )[0]?.status;

const appointmentOf = async ({ appointmentId }: Visit) => care.services.appointments.latest(appointmentId);

const ticketOf = async ({ appointmentId }: Visit) =>
  (await care.services.queue.byAppointment.read([appointmentId]))[0]?.status;

const factOf = async (id: string, type: string) =>
  (await care.facts(id)).find((each) => each.type === type)?.payload;

test('the clock closes what a doctor who may practise no more has left open, as of the last word', async () => {
  const visit = await begun(30);
  const { consultation, appointmentId } = visit;
  const last = ago(25);
  await say(visit, 'DOCTOR', last);
  await say(visit, 'PATIENT', ago(1));
  const suspended = { ...visit.doctor, grants: [] };
  const input = { consultationId: consultation.id, ...key() };
  expect(await codeOf(care.services.closings.close(suspended, input))).toBe('NOT_FOUND');

  await care.services.overdueClosings.run();
  await until(async () => (await appointmentOf(visit)).status === AppointmentStatus.COMPLETED);
  const closed = await care.rows<{ status: string; closed_at: Date }>(
    'SELECT status, closed_at FROM consultation WHERE id = ?',
    [consultation.id],
  );
  expect(closed).toMatchObject([{ status: 'CLOSED' }]);
  expect(closed[0]?.closed_at.getTime()).toBeGreaterThan(ago(1).getTime());
  expect(await ticketOf(visit)).toBe('DONE');
  expect(await factOf(consultation.id, 'consultation.completed')).toMatchObject({
    completedAt: last.toISOString(),
  });
  expect(await factOf(appointmentId, 'appointment.cancelled')).toBeUndefined();
  expect(await auditOf(consultation.id, 'yey_care_audit')).toContainEqual({
    actor: 'service:care',
    action: 'consultation.close',
  });
});

test('where the doctor did nothing at all the fee goes back', async () => {
  const visit = await begun(25);
  const { consultation, appointmentId, slotId } = visit;
  await say(visit, 'PATIENT', ago(24.5));
  await care.services.overdueClosings.run();
  await until(async () => (await appointmentOf(visit)).status === AppointmentStatus.CANCELLED);
  expect(await factOf(appointmentId, 'appointment.cancelled')).toEqual({
    appointmentId,
    reason: 'UNSEEN',
    wasPaid: true,
  });
  expect(await factOf(consultation.id, 'consultation.completed')).toBeUndefined();
  expect(await ticketOf(visit)).toBe('CANCELLED');
  const [slot] = await care.rows<{ booked: number }>('SELECT booked FROM slot WHERE id = ?', [slotId]);
  expect(slot?.booked).toBe(0);
  expect(await statusOf(visit)).toBe('CLOSED');
  expect(await auditOf(consultation.id, 'yey_care_audit')).toContainEqual({
    actor: 'service:care',
    action: 'consultation.close',
  });
});

test('a record that was begun is work of the doctor too', async () => {
  const visit = await begun(25);
  const { id, doctorId, doctorAccountId, patientId, patientAccountId, hospitalId } = visit.consultation;
  await insert('medical_record', {
    id: newId('rec'),
    consultation_id: id,
    doctor_id: doctorId,
    doctor_account_id: doctorAccountId,
    patient_id: patientId,
    patient_account_id: patientAccountId,
    hospital_id: hospitalId,
    status: 'DRAFT',
    version: 1,
    has_diagnosis: 0,
    created_at: ago(25),
    updated_at: ago(25),
  });
  expect(await statusOf(visit)).toBe('closed');
  expect((await appointmentOf(visit)).status).toBe('COMPLETED');
});

test('nothing is closed within a day of the slot, the call or the last word of the doctor', async () => {
  const within = await begun(23);
  expect(await statusOf(within)).toBe('OPEN');
  const calledLate = await begun(48);
  await update('consultation', calledLate.consultation.id, { started_at: ago(23) });
  expect(await statusOf(calledLate)).toBe('OPEN');
  const talking = await begun(48);
  await say(talking, 'DOCTOR', ago(2));
  expect(await statusOf(talking)).toBe('OPEN');
  await care.services.overdueClosings.run();
  for (const each of [within, calledLate, talking]) expect(await statusOf(each)).toBe('OPEN');
});

test('of the doctor and the clock at once one closes it, and the patient can’t cancel what went on', async () => {
  const visit = await begun(25);
  const { doctor, consultation, appointmentId } = visit;
  const { accountId, version } = await appointmentOf(visit);
  const cancel = care.services.endings.cancel(account([], accountId), {
    appointmentId,
    expectedVersion: version,
    ...key(),
  });
  expect(await codeOf(cancel)).toBe('APPOINTMENT_STATE');
  await say(visit, 'DOCTOR', ago(25));
  const clock = async () => {
    if (!(await care.services.overdueClosings.closeIfOverdue(consultation.id))) throw new Error('was closed');
  };
  const close = () => care.services.closings.close(doctor, { consultationId: consultation.id, ...key() });
  expect((await outcomes([close(), clock()])).ok).toBe(1);
  const types = (await care.facts(consultation.id)).map((each) => each.type);
  expect(types.filter((each) => each === 'consultation.completed')).toHaveLength(1);
});
