import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import { type SafetyFinding, SafetyKind, SafetySeverity } from '../../../shared/safety/safety-finding.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';

const skuInfo = z.object({
  id: z.string(),
  name: z.string(),
  strength: z.string(),
  isPrescription: z.boolean(),
  /** Controlled: never online. */
  isOnlineForbidden: z.boolean(),
  ingredients: z.array(z.object({ atc: z.string(), name: z.string() })),
});
const skuAnswer = z.object({ skuInfos: z.array(skuInfo) });

const findingAnswer = z.object({
  safetyFindings: z.array(
    z.object({
      ruleId: z.string(),
      kind: z.enum(SafetyKind),
      severity: z.enum(SafetySeverity),
      lineIds: z.array(z.string()),
      message: z.string(),
      source: z.string(),
    }),
  ),
});

export type SkuInfo = z.infer<typeof skuInfo>;

export interface SafetyLine {
  readonly lineId: string;
  readonly skuId: string;
  /** A decimal number. */
  readonly doseValue: string;
  readonly doseUnit: string;
  readonly timesPerDay: number;
  readonly days: number;
}

export interface SafetyQuestion {
  readonly patientId: string;
  readonly lines: readonly SafetyLine[];
  readonly diagnosisCodes: readonly string[];
}

/** What pharmacy knows of drugs. Never asked within a transaction. */
export interface Drugs {
  /** Those that there are. @throws AppError UNAVAILABLE */
  skuInfos(ids: readonly string[]): Promise<SkuInfo[]>;
  /** @throws AppError UNAVAILABLE, also when pharmacy cannot learn what it must know of the patient */
  safetyFindings(question: SafetyQuestion, actor: Actor): Promise<SafetyFinding[]>;
}

const placesAnswer = z.object({
  prescriptionPlaces: z.array(
    z.object({
      prescriptionId: z.string(),
      /** The pharmacies that review for its hospital. */
      reviewedAt: z.array(z.string()),
      /** The pharmacies with an order for it. */
      orderedAt: z.array(z.string()),
    }),
  ),
});

export type PrescriptionPlace = z.infer<typeof placesAnswer>['prescriptionPlaces'][number];

/** Which pharmacies have to do with prescriptions. Never asked within a transaction. */
export interface PrescriptionPlaces {
  /** Those that have come in at pharmacy. @throws AppError UNAVAILABLE */
  prescriptionPlaces(prescriptionIds: readonly string[]): Promise<PrescriptionPlace[]>;
}

/** How many pharmacy answers at once. */
const MAX_PRESCRIPTIONS = 500;

const closingAnswer = z.object({
  closePayable: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('CLOSED') }),
    z.object({ outcome: z.literal('UNDECIDED') }),
    z.object({
      outcome: z.literal('PAID'),
      payment: z.object({
        paymentId: z.string(),
        payerAccountId: z.string(),
        amountFen: z.number().int(),
        paidAt: z.coerce.date(),
      }),
    }),
  ]),
});

/**
 * What pharmacy says of an appointment that care wants to end unpaid: `CLOSED`, and later money goes back; `PAID`; or
 * `UNDECIDED`, to be asked again.
 */
export type PayableClosing = z.infer<typeof closingAnswer>['closePayable'];

/** Who decides between the end of an appointment and its payment. Never asked within a transaction. */
export interface PayableClosings {
  /** The same question again has the same answer. @throws AppError UNAVAILABLE */
  closePayable(appointmentId: string): Promise<PayableClosing>;
}

export const pharmacyDocuments = {
  closePayable: `mutation ($id: ID!) {
    closePayable(id: $id) { outcome payment { paymentId payerAccountId amountFen paidAt } }
  }`,
  skuInfos: `query ($ids: [ID!]!) {
    skuInfos(ids: $ids) { id name strength isPrescription isOnlineForbidden ingredients { atc name } }
  }`,
  safetyFindings: `query ($patientId: ID!, $lines: [SafetyLineInput!]!, $diagnosisCodes: [String!]!) {
    safetyFindings(patientId: $patientId, lines: $lines, diagnosisCodes: $diagnosisCodes) {
      ruleId kind severity lineIds message source
    }
  }`,
  prescriptionPlaces: `query ($prescriptionIds: [ID!]!) {
    prescriptionPlaces(prescriptionIds: $prescriptionIds) { prescriptionId reviewedAt orderedAt }
  }`,
} satisfies Record<string, string>;

export class PharmacyClient implements Drugs, PrescriptionPlaces, PayableClosings {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  async skuInfos(ids: readonly string[]): Promise<SkuInfo[]> {
    return skuAnswer.parse(await this.#client.ask(pharmacyDocuments.skuInfos, { ids })).skuInfos;
  }

  async closePayable(id: string): Promise<PayableClosing> {
    return closingAnswer.parse(await this.#client.ask(pharmacyDocuments.closePayable, { id })).closePayable;
  }

  async safetyFindings(question: SafetyQuestion, actor: Actor): Promise<SafetyFinding[]> {
    const answer = await this.#client.ask(pharmacyDocuments.safetyFindings, { ...question }, actor);
    return findingAnswer.parse(answer).safetyFindings;
  }

  async prescriptionPlaces(prescriptionIds: readonly string[]): Promise<PrescriptionPlace[]> {
    const found: PrescriptionPlace[] = [];
    for (let from = 0; from < prescriptionIds.length; from += MAX_PRESCRIPTIONS) {
      const some = prescriptionIds.slice(from, from + MAX_PRESCRIPTIONS);
      const answer = await this.#client.ask(pharmacyDocuments.prescriptionPlaces, { prescriptionIds: some });
      found.push(...placesAnswer.parse(answer).prescriptionPlaces);
    }
    return found;
  }
}
