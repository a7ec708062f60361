import { type Actor, holds, type Place, type Reach, reachOf } from '../../../shared/context/actor.ts';

/**
 * What makes the doctor of an appointment or a consultation a doctor there: either permission, at that place. Having
 * been the doctor once is not enough; who was suspended, or moved on, holds neither.
 */
const ATTENDING = ['record.write', 'prescription.write'] as const;

/** Whether the actor may act as a doctor at a place. */
export function attendsAt(actor: Actor, place: Place): boolean {
  return ATTENDING.some((permission) => holds(actor, permission, place));
}

/** Tells at which places the actor may call patients: who calls attends the consultation that is opened. */
export function mayCallAt(actor: Actor): (place: Place) => boolean {
  return (place) => holds(actor, 'queue.call', place) && attendsAt(actor, place);
}

/** Where the actor may act as a doctor. */
export function attendanceOf(actor: Actor): Reach {
  return reachOf(actor, ...ATTENDING);
}

interface Attended extends Place {
  readonly accountId: string;
  readonly doctorAccountId: string;
}

/** Whose an appointment or a ticket is: of the account that made it, and of its doctor while attending there. */
export function isPartyAt(row: Attended, actor: Actor): boolean {
  if (actor.kind !== 'account') return false;
  if (actor.accountId === row.accountId) return true;
  return actor.accountId === row.doctorAccountId && attendsAt(actor, row);
}
