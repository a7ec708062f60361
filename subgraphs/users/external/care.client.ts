import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Collected } from '../../../shared/privacy/personal-collector.ts';
import type { DataSubject } from '../../../shared/privacy/personal-source.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';
import { collectedPart } from '../privacy/export-document.ts';

/** What users asks care. */
export const careDocuments: Record<string, string> = {
  treatments: `query ($doctorAccountId: ID!, $patientIds: [ID!]!) {
    treatments(doctorAccountId: $doctorAccountId, patientIds: $patientIds) { patientId hospitalId departmentId }
  }`,
  placeExists: `query ($hospitalId: ID!, $departmentId: ID) {
    placeExists(hospitalId: $hospitalId, departmentId: $departmentId)
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
const treatment = z.object({ patientId: z.string(), hospitalId: z.string(), departmentId: z.string() });
const treatments = z.object({ treatments: z.array(treatment) });
const existence = z.object({ placeExists: z.boolean() });

/** That a doctor treats a patient, and where. */
export type Treatment = z.infer<typeof treatment>;

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
   * Where those of the patients are treated who have an appointment with the doctor that is confirmed or has come
   * further: one entry for each place.
   * @throws AppError UNAVAILABLE when care does not answer
   */
  treatments(doctorAccountId: string, patientIds: readonly string[]): Promise<Treatment[]>;
}

/** Care, as users asks it. */
export class CareClient implements CareRelations, CareBusiness, CareAccesses {
  readonly #care: ServiceClient;

  constructor(care: ServiceClient) {
    this.#care = care;
  }

  async treatments(doctorAccountId: string, patientIds: readonly string[]): Promise<Treatment[]> {
    const answer = await this.#care.ask(careDocuments.treatments ?? '', { doctorAccountId, patientIds });
    return treatments.parse(answer).treatments;
  }

  /** Whether there is a hospital, and a department of the catalogue. @throws AppError UNAVAILABLE */
  async isHospital(hospitalId: string, departmentId?: string): Promise<boolean> {
    const question = { hospitalId, departmentId: departmentId ?? null };
    return existence.parse(await this.#care.ask(careDocuments.placeExists ?? '', question)).placeExists;
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
