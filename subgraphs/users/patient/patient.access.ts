import { type Actor, holdsSomewhere } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { rule } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { carePair } from './care-relation.ts';
import { PatientShareLevel } from '../sharing/share.entity.ts';
import { sharePair } from '../sharing/share.store.ts';
import { type Patient, PatientStatus } from './patient.entity.ts';

/** The account speaks for the patient. */
export function isGuardian(actor: Actor, patient: Pick<Patient, 'accountId'>): boolean {
  return actor.kind === 'account' && actor.accountId === patient.accountId;
}

/** For what is nobody's business but the guardian's. */
export const isPatientsGuardian = rule<UsersContext, Patient>(
  'isPatientsGuardian',
  (patient, _args, { actor }) => isGuardian(actor, patient),
);

/** What the guardian allows the caller to do with a patient, as it stands now. */
async function sharedLevel(
  { actor, loaders, services }: UsersContext,
  id: string,
): Promise<PatientShareLevel | null> {
  if (actor.kind !== 'account') return null;
  return loaders.of(services.shares.levels).load(sharePair(id, actor.accountId));
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
  if ((await sharedLevel(context, id)) !== null) return patient;
  // Asked for a patient that does not exist as well, so that an outage of care does not tell which ones do.
  return (await isTreatingDoctor(context, id)) ? patient : null;
}

/** @throws AppError BAD_ID; NOT_FOUND, also for a patient of others; UNAVAILABLE */
export async function getVisiblePatient(context: UsersContext, id: string): Promise<Patient> {
  const patient = await findVisiblePatient(context, id);
  if (!patient) throw new AppError('NOT_FOUND', { what: 'Patient' });
  return patient;
}

/**
 * The patient if the caller may change what is known of it: the guardian and who may manage the patient for the
 * guardian, as long as the guardian consents; a doctor who treats the patient.
 * @throws AppError as {@link getVisiblePatient}; FORBIDDEN for who may only look; PATIENT_REMOVED; CONSENT_NEEDED
 */
export async function getEditablePatient(context: UsersContext, id: string): Promise<Patient> {
  const patient = await getVisiblePatient(context, id);
  if (patient.status !== PatientStatus.ACTIVE) throw new AppError('PATIENT_REMOVED');
  const isFamily =
    isGuardian(context.actor, patient) || (await sharedLevel(context, id)) === PatientShareLevel.MANAGE;
  if (isFamily) await context.services.consentNeeds.assertGivenNow(patient.accountId, patient);
  else if (!(await isTreatingDoctor(context, id))) throw new AppError('FORBIDDEN');
  return patient;
}
