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
};

const personal = z.object({ personalData: z.string() });
const relations = z.object({ careRelations: z.array(z.string()) });

/** Whom a doctor treats. */
export interface CareRelations {
  /**
   * Those of the patients who have an appointment with the doctor that is confirmed or has come further.
   * @throws AppError UNAVAILABLE when care does not answer
   */
  careRelations(doctorAccountId: string, patientIds: readonly string[]): Promise<string[]>;
}

/** Care, as users asks it. */
export class CareClient implements CareRelations {
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
}
