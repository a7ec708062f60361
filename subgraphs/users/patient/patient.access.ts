import { type Actor, holdsSomewhere } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import { carePair } from './care-relation.ts';
import type { Patient } from './patient.entity.ts';

/** The account speaks for the patient. */
export function isGuardian(actor: Actor, patient: Pick<Patient, 'accountId'>): boolean {
  return actor.kind === 'account' && actor.accountId === patient.accountId;
}

/**
 * Care says that the caller is a doctor who treats the patient. Nobody but a doctor is worth the question.
 * @throws AppError UNAVAILABLE when care does not answer: neither a denial nor an allowance
 */
async function isTreatingDoctor({ actor, loaders, services }: UsersContext, id: string): Promise<boolean> {
  if (actor.kind !== 'account' || !holdsSomewhere(actor, 'record.write')) return false;
  return (await loaders.of(services.treats).load(carePair(actor.accountId, id))) === true;
}

/**
 * The patient if the caller may see it; one that is not the caller's to see is as if it were not there.
 * @throws AppError BAD_ID; UNAVAILABLE while it cannot be told whom the caller treats
 */
export async function findVisiblePatient(context: UsersContext, id: string): Promise<Patient | null> {
  const { actor, loaders, services } = context;
  const patient = await loaders.of(services.patients.byId).load(parseId('pat', id));
  if (patient && isGuardian(actor, patient)) return patient;
  // Asked for a patient that does not exist as well, so that an outage of care does not tell which ones do.
  return (await isTreatingDoctor(context, id)) ? patient : null;
}

/** @throws AppError BAD_ID; NOT_FOUND, also for a patient of others; UNAVAILABLE */
export async function getVisiblePatient(context: UsersContext, id: string): Promise<Patient> {
  const patient = await findVisiblePatient(context, id);
  if (!patient) throw new AppError('NOT_FOUND', { what: 'Patient' });
  return patient;
}

/** The patient if the caller may change what is known of it. @throws AppError as {@link getVisiblePatient} */
export async function getEditablePatient(context: UsersContext, id: string): Promise<Patient> {
  return getVisiblePatient(context, id);
}
