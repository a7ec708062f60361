import type { EntityManager } from 'typeorm';
import type { Actor, Place } from '../../../shared/context/actor.ts';
import { attendsAt } from './attends.ts';
import { ChatParty } from './chat-message.entity.ts';
import type { Consultation } from './consultation.entity.ts';

/** Where a consultation is held. */
export interface ConsultationPlace extends Place {
  readonly id: string;
  readonly hospitalId: string | null;
  readonly departmentId: string | null;
}

/**
 * The places of consultations: of the appointment that one came of; one that began as a conversation is held where its
 * doctor practises.
 */
export async function consultationPlaces(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ConsultationPlace[]> {
  if (ids.length === 0) return [];
  return manager.query<ConsultationPlace[]>(
    `SELECT c.id, COALESCE(c.hospital_id, p.hospital_id) AS hospitalId,
       CASE WHEN c.hospital_id IS NULL THEN p.department_id ELSE a.department_id END AS departmentId
     FROM consultation c
     LEFT JOIN appointment a ON a.id = c.appointment_id
     LEFT JOIN practice p ON p.doctor_id = c.doctor_id
     WHERE c.id IN (?)`,
    [[...new Set(ids)]],
  );
}

/**
 * Which side of a consultation somebody is, undefined for a stranger: also for its doctor without the permission at
 * that place, which a licence that is not valid takes away.
 * @param placeOf reads the place; asked of the doctor alone
 */
export async function partyOf(
  consultation: Consultation,
  actor: Actor,
  placeOf: (id: string) => Promise<Place | null>,
): Promise<ChatParty | undefined> {
  if (actor.kind !== 'account') return undefined;
  if (actor.accountId === consultation.patientAccountId) return ChatParty.PATIENT;
  if (actor.accountId !== consultation.doctorAccountId) return undefined;
  // Most doctors work for a whole hospital, of which the row knows.
  if (attendsAt(actor, { hospitalId: consultation.hospitalId })) return ChatParty.DOCTOR;
  const place = await placeOf(consultation.id);
  return place && attendsAt(actor, place) ? ChatParty.DOCTOR : undefined;
}

/** The same within a transaction. */
export async function partyIn(
  manager: EntityManager,
  consultation: Consultation,
  actor: Actor,
): Promise<ChatParty | undefined> {
  return partyOf(consultation, actor, async (id) => (await consultationPlaces(manager, [id]))[0] ?? null);
}
