import { type Actor, holdsSomewhere } from '../../../shared/context/actor.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';

/** What decides who sees a document of a patient. */
export interface OfPatient {
  readonly patientId: string;
  readonly patientAccountId: string;
  readonly doctorAccountId: string;
  /** `DRAFT` or `SIGNED`. */
  readonly status: string;
}

/** Who writes such documents, as a doctor. */
export function isDoctor(actor: Actor): boolean {
  return holdsSomewhere(actor, 'record.write') || holdsSomewhere(actor, 'prescription.write');
}

/**
 * Those that the actor may see: drafts are their author's alone; what is signed is seen by the patient's account too,
 * and by a doctor who has the patient in an open consultation.
 */
export async function visibleTo<T extends OfPatient>(
  actor: Actor,
  documents: readonly T[],
  consultations: ConsultationStore,
): Promise<T[]> {
  if (actor.kind !== 'account') return [];
  const { accountId } = actor;
  const isAuthor = ({ doctorAccountId }: T) => isDoctor(actor) && doctorAccountId === accountId;
  const isPatients = ({ status, patientAccountId }: T) =>
    status === 'SIGNED' && patientAccountId === accountId;
  const others = documents.filter((each) => each.status === 'SIGNED' && !isAuthor(each) && !isPatients(each));
  const treated = isDoctor(actor)
    ? await consultations.openWith(
        accountId,
        others.map((each) => each.patientId),
      )
    : new Set<string>();
  return documents.filter(
    (each) => isAuthor(each) || isPatients(each) || (each.status === 'SIGNED' && treated.has(each.patientId)),
  );
}
