import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Patient } from './patient.entity.ts';

/**
 * Holds a patient until the end of the transaction, so that what is decided by all that the patient has is decided by
 * one at a time. Its sealed columns are not read. @throws AppError NOT_FOUND
 */
export async function lockPatient({ manager }: Tx, id: string): Promise<Pick<Patient, 'id' | 'accountId'>> {
  const found = await manager.findOne(Patient, {
    select: { id: true, accountId: true },
    where: { id },
    lock: { mode: 'pessimistic_write' },
  });
  if (!found) throw new AppError('NOT_FOUND', { what: 'Patient' });
  return found;
}
