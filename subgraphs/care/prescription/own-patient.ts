import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Consultation } from '../consultation/consultation.entity.ts';
import type { OwnPatients } from '../external/users.client.ts';

/**
 * Nobody prescribes for themselves or for a patient of their own account. A consultation that is not the caller's is
 * left to the checks that follow. Asks users, so never within a transaction.
 * @throws AppError PRESCRIBE_OWN; UNAVAILABLE when users cannot tell
 */
export async function assertNotOwnPatient(
  own: OwnPatients,
  actor: Actor,
  consultation: Consultation | null,
): Promise<void> {
  if (actor.kind !== 'account' || consultation?.doctorAccountId !== actor.accountId) return;
  const { patientAccountId, patientId } = consultation;
  const isOwn =
    patientAccountId === actor.accountId ||
    (patientId !== null && (await own.isOwnPatient(actor.accountId, patientId)));
  if (isOwn) throw new AppError('PRESCRIBE_OWN');
}
