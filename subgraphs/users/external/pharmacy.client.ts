import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Collected } from '../../../shared/privacy/personal-collector.ts';
import type { DataSubject } from '../../../shared/privacy/personal-source.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';
import { collectedPart } from '../privacy/export-document.ts';

/** What users asks pharmacy. */
export const pharmacyDocuments: Record<string, string> = {
  pharmacyExists: 'query ($id: ID!) { pharmacyExists(id: $id) }',
  personalData: `query ($accountId: ID!, $patientIds: [ID!]!) {
    personalData(accountId: $accountId, patientIds: $patientIds)
  }`,
};

const existence = z.object({ pharmacyExists: z.boolean() });
const personal = z.object({ personalData: z.string() });

/** Pharmacy, as users asks it. */
export class PharmacyClient {
  readonly #pharmacy: ServiceClient;

  constructor(pharmacy: ServiceClient) {
    this.#pharmacy = pharmacy;
  }

  /** @throws AppError UNAVAILABLE */
  async isPharmacy(id: string): Promise<boolean> {
    const answer = await this.#pharmacy.ask(pharmacyDocuments.pharmacyExists ?? '', { id });
    return existence.parse(answer).pharmacyExists;
  }

  /** Everything that pharmacy holds of somebody. @throws AppError UNAVAILABLE */
  async personalData(actor: Actor, { accountId, patientIds }: DataSubject): Promise<Collected> {
    const answer = await this.#pharmacy.ask(
      pharmacyDocuments.personalData ?? '',
      { accountId, patientIds },
      actor,
    );
    return collectedPart.parse(JSON.parse(personal.parse(answer).personalData));
  }
}
