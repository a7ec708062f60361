import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { lockAccount } from '../account/lock-account.ts';
import { type Patient, PatientStatus } from './patient.entity.ts';
import type { PatientStore } from './patient.store.ts';

/** @throws AppError NOT_FOUND, also for a patient of others; PATIENT_REMOVED for one's own */
export function assertOwn(patient: Patient | null, accountId: string): asserts patient is Patient {
  if (patient?.accountId !== accountId) throw new AppError('NOT_FOUND', { what: 'Patient' });
  if (patient.status !== PatientStatus.ACTIVE) throw new AppError('PATIENT_REMOVED');
}

/**
 * Holds an account and a patient on its list until the end of the transaction, always in this order.
 * @throws AppError as {@link assertOwn}
 */
export async function lockOwn(
  tx: Tx,
  patients: PatientStore,
  accountId: string,
  patientId: string,
): Promise<Patient> {
  await lockAccount(tx, accountId);
  const patient = await patients.lock(tx, patientId);
  assertOwn(patient, accountId);
  return patient;
}
