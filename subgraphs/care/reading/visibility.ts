import { type Actor, isNowhere } from '../../../shared/context/actor.ts';
import { attendanceOf, attendsAt } from '../consultation/attends.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';

/** What decides who sees a document of a patient. */
export interface OfPatient {
  readonly consultationId: string;
  readonly hospitalId: string;
  readonly patientId: string;
  readonly patientAccountId: string;
  readonly doctorAccountId: string;
  /** `DRAFT` or `SIGNED`. */
  readonly status: string;
}

/**
 * Those that the actor may see: drafts are their author's alone; what is signed is seen by the patient's account too,
 * and by a doctor who has the patient in an open consultation. Author and doctor must attend there still.
 */
export async function visibleTo<T extends OfPatient>(
  actor: Actor,
  documents: readonly T[],
  consultations: ConsultationStore,
): Promise<T[]> {
  if (actor.kind !== 'account') return [];
  const { accountId } = actor;
  const isPatients = ({ status, patientAccountId }: T) =>
    status === 'SIGNED' && patientAccountId === accountId;
  const written = documents.filter((each) => each.doctorAccountId === accountId);
  const places = await consultations.placesOf(written.map(({ consultationId }) => consultationId));
  const own = new Set(
    written.filter(({ hospitalId, consultationId }) =>
      attendsAt(actor, { hospitalId, departmentId: places.get(consultationId)?.departmentId ?? null }),
    ),
  );
  const others = documents.filter((each) => each.status === 'SIGNED' && !own.has(each) && !isPatients(each));
  const treated = await consultations.openWith(
    actor,
    isNowhere(attendanceOf(actor)) ? [] : others.map((each) => each.patientId),
  );
  return documents.filter(
    (each) => own.has(each) || isPatients(each) || (each.status === 'SIGNED' && treated.has(each.patientId)),
  );
}
