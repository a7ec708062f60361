import { businessDay } from '../../shared/clock/business-day.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { added } from '../users/some-patients.ts';
import { logInAnew } from './login.ts';
import type { OwnDoctor } from './own-doctor.ts';
import { asAdministrator, replicaCaughtUp } from './rows.ts';

export interface Visit {
  readonly patientToken: string;
  readonly patientId: string;
  readonly consultationId: string;
  readonly appointmentId: string;
  readonly scheduleId: string;
  readonly ticketId: string;
}

/** A visit that is under way, put in as rows: a session, an appointment, its ticket and the consultation. */
export async function ownVisit(doctor: OwnDoctor): Promise<Visit> {
  const { accessToken: patientToken, accountId } = await logInAnew();
  const { id: patientId } = await added(patientToken);
  const [consultationId, appointmentId, ticketId, scheduleId] = ['con', 'apt', 'qtk', 'sch'].map((type) =>
    newId(type),
  ) as [string, string, string, string];
  const now = new Date();
  const parties = { doctor_id: doctor.doctorId, doctor_account_id: doctor.accountId };
  const place = { hospital_id: stableId('hos', 'H001'), department_id: stableId('dep', '03.04') };
  const time = { starts_at: now, ends_at: new Date(now.getTime() + 3_600_000) };
  await asAdministrator(async (connection) => {
    await connection.query('SET FOREIGN_KEY_CHECKS = 0');
    const insert = (table: string, row: object) =>
      connection.query(`INSERT INTO yey_care.${table} SET ?`, [row]);
    await insert('schedule', {
      ...parties,
      ...place,
      ...time,
      id: scheduleId,
      day: businessDay(now),
      slot_minutes: 60,
      capacity_per_slot: 1,
      fee_fen: 0,
      last_ticket: 1,
      queue_version: 1,
      published_at: now,
    });
    await insert('appointment', {
      ...parties,
      ...place,
      id: appointmentId,
      slot_id: newId('slt'),
      schedule_id: scheduleId,
      patient_id: patientId,
      account_id: accountId,
      status: 'IN_CONSULTATION',
      version: 3,
      fee_fen: 0,
      starts_at: now,
      booked_at: now,
      earlier_diagnosis: 'v1.stated',
    });
    await insert('queue_ticket', {
      id: ticketId,
      schedule_id: scheduleId,
      appointment_id: appointmentId,
      account_id: accountId,
      doctor_account_id: doctor.accountId,
      number: 1,
      status: 'CALLED',
      issued_at: now,
    });
    await insert('consultation', {
      ...parties,
      id: consultationId,
      patient_account_id: accountId,
      status: 'OPEN',
      last_seq: 0,
      opened_at: now,
      appointment_id: appointmentId,
      patient_id: patientId,
      hospital_id: place.hospital_id,
      started_at: now,
    });
  });
  await replicaCaughtUp();
  return { patientToken, patientId, consultationId, appointmentId, scheduleId, ticketId };
}

/** Moves a visit, and all that was written in it, to another hospital. */
export async function moveVisit({ consultationId, appointmentId, scheduleId }: Visit, hospital: string) {
  const place = { hospital_id: stableId('hos', hospital) };
  await asAdministrator(async (connection) => {
    const update = (table: string, column: string, id: string) =>
      connection.query(`UPDATE yey_care.${table} SET ? WHERE ${column} = ?`, [place, id]);
    await update('schedule', 'id', scheduleId);
    await update('appointment', 'id', appointmentId);
    await update('consultation', 'id', consultationId);
    await update('medical_record', 'consultation_id', consultationId);
    await update('prescription', 'consultation_id', consultationId);
  });
  await replicaCaughtUp();
}
