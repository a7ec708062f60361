import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { lockAccount } from '../account/lock-account.ts';
import { type Patient, PatientRelation, PatientStatus } from './patient.entity.ts';
import type { PatientStore } from './patient.store.ts';

/** More than the largest family; whoever needs more trades in appointments. */
const MOST = 20;

/**
 * Holds an account until the end of the transaction and makes sure that one more person has room in it.
 * @returns the patient that the person was here before, removed since; held too
 * @throws AppError PATIENT_EXISTS, TOO_MANY_PATIENTS
 */
export async function lockRoom(
  tx: Tx,
  store: PatientStore,
  accountId: string,
  { relation, identityNumber }: Pick<Patient, 'relation' | 'identityNumber'>,
): Promise<Patient | null> {
  // Two at once for one account are one after the other; the unique keys have the last word.
  await lockAccount(tx, accountId);
  const known = identityNumber === null ? null : await store.findPerson(tx, accountId, identityNumber);
  const locked = known && (await store.lock(tx, known.id));
  // It may have gone to another account before it could be held.
  const before = locked?.accountId === accountId ? locked : null;
  const isSelfTwice = relation === PatientRelation.SELF && (await store.exists(tx, { selfOf: accountId }));
  if (before?.status === PatientStatus.ACTIVE || isSelfTwice) throw new AppError('PATIENT_EXISTS');
  if ((await store.count(tx, accountId)) >= MOST) throw new AppError('TOO_MANY_PATIENTS', { most: MOST });
  return before;
}
