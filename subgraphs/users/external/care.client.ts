import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Collected } from '../../../shared/privacy/personal-collector.ts';
import type { DataSubject } from '../../../shared/privacy/personal-source.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';
import { collectedPart } from '../privacy/export-document.ts';

/** What users asks care. */
export const careDocuments: Record<string, string> = {
  careRelations: `query ($doctorAccountId: ID!, $patientIds: [ID!]!) {
    careRelations(doctorAccountId: $doctorAccountId, patientIds: $patientIds)
  }`,
  personalData: `query ($accountId: ID!, $patientIds: [ID!]!) {
    personalData(accountId: $accountId, patientIds: $patientIds)
  }`,
  openAppointments: 'query ($patientId: ID!) { openAppointments(patientId: $patientId) }',
  recordAccesses: `query ($patientIds: [ID!]!, $before: ID, $first: Int!) {
    recordAccesses(patientIds: $patientIds, before: $before, first: $first) { id patientId at actor action }
  }`,
};

const personal = z.object({ personalData: z.string() });
const relations = z.object({ careRelations: z.array(z.string()) });

const appointments = z.object({ openAppointments: z.number() });
const access = z.object({
  id: z.string(),
  patientId: z.string(),
  at: z.coerce.date(),
  /** An account, or `service:<name>`. */
  actor: z.string(),
  action: z.string(),
});
const accesses = z.object({ recordAccesses: z.array(access) });

/** That somebody read or wrote something of a patient. */
export type RecordAccess = z.infer<typeof access>;

/** What goes on with a patient. */
export interface CareBusiness {
  /** How many appointments are not over. @throws AppError UNAVAILABLE when care does not answer */
  openAppointments(patientId: string): Promise<number>;
}

/** Who was at the documents of patients. */
export interface CareAccesses {
  /**
   * The newest first, `first` of each patient at most. @param before only entries with a smaller id
   * @throws AppError UNAVAILABLE when care does not answer
   */
  recordAccesses(
    patientIds: readonly string[],
    before: string | undefined,
    first: number,
  ): Promise<RecordAccess[]>;
}

/** Whom a doctor treats. */
export interface CareRelations {
  /**
   * Those of the patients who have an appointment with the doctor that is confirmed or has come further.
   * @throws AppError UNAVAILABLE when care does not answer
   */
  careRelations(doctorAccountId: string, patientIds: readonly string[]): Promise<string[]>;
}

/** Care, as users asks it. */
export class CareClient implements CareRelations, CareBusiness, CareAccesses {
  readonly #care: ServiceClient;

  constructor(care: ServiceClient) {
    this.#care = care;
  }

  async careRelations(doctorAccountId: string, patientIds: readonly string[]): Promise<string[]> {
    const answer = await this.#care.ask(careDocuments.careRelations ?? '', { doctorAccountId, patientIds });
    return relations.parse(answer).careRelations;
  }

  /** Everything that care holds of somebody. @throws AppError UNAVAILABLE */
  async personalData(actor: Actor, { accountId, patientIds }: DataSubject): Promise<Collected> {
    const answer = await this.#care.ask(careDocuments.personalData ?? '', { accountId, patientIds }, actor);
    return collectedPart.parse(JSON.parse(personal.parse(answer).personalData));
  }

  async openAppointments(patientId: string): Promise<number> {
    const answer = await this.#care.ask(careDocuments.openAppointments ?? '', { patientId });
    return appointments.parse(answer).openAppointments;
  }

  async recordAccesses(
    patientIds: readonly string[],
    before: string | undefined,
    first: number,
  ): Promise<RecordAccess[]> {
    const question = { patientIds, before: before ?? null, first };
    return accesses.parse(await this.#care.ask(careDocuments.recordAccesses ?? '', question)).recordAccesses;
  }
}
