import { AppError } from '../../../shared/errors/app-error.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import { findVisiblePatient, getEditablePatient } from './patient.access.ts';
import type { Patient } from './patient.entity.ts';

const NOBODY = stableId('pat', 'nobody');

/**
 * The patient of a row that the caller wants to change; a row that is not there, and one of a patient whom the caller
 * does not see, are the same.
 * @param what the name of the row's type, for the error. @throws AppError NOT_FOUND, UNAVAILABLE
 */
export async function getEditablePatientOf(
  context: UsersContext,
  row: { readonly patientId: string } | null,
  what: string,
): Promise<Patient> {
  const patient = await findVisiblePatient(context, row?.patientId ?? NOBODY);
  if (!patient) throw new AppError('NOT_FOUND', { what });
  return getEditablePatient(context, patient.id);
}
