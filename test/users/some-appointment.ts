import { randomUUID } from 'node:crypto';
import { stableId } from '../../shared/ids/ids.ts';
import { placeOfStaff } from '../../subgraphs/users/seed/people.ts';
import { asAdministrator } from '../testkit/rows.ts';

/** A row of care's, since an appointment takes a payment to come so far. @returns its identifier */
export async function appointment(doctor: string, patientId: string, status: string): Promise<string> {
  const id = stableId('apt', randomUUID());
  const row = {
    id,
    slot_id: id,
    schedule_id: id,
    doctor_id: stableId('doc', doctor),
    doctor_account_id: stableId('acc', doctor),
    hospital_id: placeOfStaff(doctor)?.scopeId ?? stableId('hos', 'H001'),
    department_id: stableId('dep', '03'),
    patient_id: patientId,
    account_id: id,
    status,
    version: 1,
    fee_fen: 0,
    starts_at: new Date(),
    booked_at: new Date(),
  };
  await asAdministrator(async (connection) => {
    await connection.query('SET FOREIGN_KEY_CHECKS = 0');
    await connection.query('INSERT INTO yey_care.appointment SET ?', [row]);
  });
  return id;
}
