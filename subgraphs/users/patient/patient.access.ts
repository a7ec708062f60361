import { type Actor, holds, isNowhere, reachOf } from '../../../shared/context/actor.ts';
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

/** Who treats sees the patient, by either; what is known of the patient is changed by who writes records. */
const TREATING = ['record.write', 'prescription.write'] as const;

/**
 * Care says that the caller is a doctor who treats the patient, at a place where the caller holds one of the
 * permissions. Nobody who holds none of them at all is worth the question.
 * @throws AppError UNAVAILABLE when care does not answer: neither a denial nor an allowance
 */
async function isTreatingDoctor(
  { actor, loaders, services }: UsersContext,
  id: string,
  permissions: readonly string[],
): Promise<boolean> {
  if (actor.kind !== 'account') return false;
  if (isNowhere(reachOf(actor, ...permissions))) return false;
  const places = (await loaders.of(services.treatmentPlaces).load(carePair(actor.accountId, id))) ?? [];
  return places.some((place) => permissions.some((each) => holds(actor, each, place)));
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
  return (await isTreatingDoctor(context, id, TREATING)) ? patient : null;
}

/** @throws AppError BAD_ID; NOT_FOUND, also for a patient of others; UNAVAILABLE */
export async function getVisiblePatient(context: UsersContext, id: string): Promise<Patient> {
  const patient = await findVisiblePatient(context, id);
  if (!patient) throw new AppError('NOT_FOUND', { what: 'Patient' });
  return patient;
}

/** In which capacity a caller changes what is known of a patient. */
export type Capacity = 'FAMILY' | 'DOCTOR';

/** A patient whom the caller may change, and as whom. */
export interface EditablePatient {
  readonly patient: Patient;
  readonly as: Capacity;
}

/**
 * The patient if the caller may change what is known of it: the guardian and who may manage the patient for the
 * guardian, as long as the guardian consents; a doctor who treats the patient and writes records there.
 * @throws AppError as {@link getVisiblePatient}; FORBIDDEN for who may only look; PATIENT_REMOVED; CONSENT_NEEDED
 */
export async function getEditable(context: UsersContext, id: string): Promise<EditablePatient> {
  const patient = await getVisiblePatient(context, id);
  if (patient.status !== PatientStatus.ACTIVE) throw new AppError('PATIENT_REMOVED');
  const isFamily =
    isGuardian(context.actor, patient) || (await sharedLevel(context, id)) === PatientShareLevel.MANAGE;
  if (isFamily) {
    await context.services.consentNeeds.assertGivenNow(patient.accountId, patient);
    return { patient, as: 'FAMILY' };
  }
  if (await isTreatingDoctor(context, id, ['record.write'])) return { patient, as: 'DOCTOR' };
  throw new AppError('FORBIDDEN');
}

/** @throws AppError as {@link getEditable} */
export async function getEditablePatient(context: UsersContext, id: string): Promise<Patient> {
  return (await getEditable(context, id)).patient;
}
