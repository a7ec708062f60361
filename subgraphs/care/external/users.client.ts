import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';

const patientAnswer = z.object({
  patientProfile: z
    .object({ id: z.string(), accountId: z.string(), status: z.enum(['ACTIVE', 'REMOVED']) })
    .nullable(),
});
const doctorAnswer = z.object({
  doctorOfAccount: z
    .object({
      id: z.string(),
      accountId: z.string(),
      /** Where the licence is registered, if there is one. */
      hospitalId: z.string().nullish(),
      departmentId: z.string().nullish(),
    })
    .nullable(),
});

const nameAnswer = z.object({
  patientProfile: z
    .object({
      accountId: z.string(),
      name: z.string(),
      sex: z.enum(['MALE', 'FEMALE', 'UNKNOWN']),
      birthDate: z.string(),
    })
    .nullable(),
  doctorProfile: z.object({ name: z.string() }).nullable(),
});

const missingConsent = z.object({
  patientId: z.string(),
  purpose: z.string(),
  version: z.number(),
  isInPerson: z.boolean(),
});
const missingAnswer = z.object({ missingConsents: z.array(missingConsent) });

/** The names on a prescription. */
export interface Parties {
  readonly patientName: string;
  readonly patientSex: 'MALE' | 'FEMALE' | 'UNKNOWN';
  /** `2019-06-30`. */
  readonly patientBirthDate: string;
  readonly doctorName: string;
}

/** A patient with whom something new can be begun. */
export interface KnownPatient {
  readonly id: string;
  readonly accountId: string;
}

export type KnownDoctor = NonNullable<z.infer<typeof doctorAnswer>['doctorOfAccount']>;

/** A consent without which nothing new may begin with a patient. */
export type MissingConsent = z.infer<typeof missingConsent>;

/** Who has consented to care. Never asked within a transaction. */
export interface Consents {
  /** What is missing for patients; one who needs nothing is left out. @throws AppError UNAVAILABLE */
  missingConsents(patientIds: readonly string[]): Promise<MissingConsent[]>;
}

/** What booking must know of people: users has them. Never asked within a transaction. */
export interface People {
  /** Null also for one that its account has removed. @throws AppError UNAVAILABLE */
  patientOf(id: string, actor: Actor): Promise<KnownPatient | null>;
  /** Null for an account that is not a doctor's. @throws AppError UNAVAILABLE */
  doctorOfAccount(accountId: string): Promise<KnownDoctor | null>;
}

/** What a prescription must say of people. Never asked within a transaction. */
export interface Names {
  /** Null when there is no such patient or doctor. @throws AppError UNAVAILABLE */
  partiesOf(patientId: string, doctorId: string, actor: Actor): Promise<Parties | null>;
}

const ownAnswer = z.object({ isOwnPatient: z.boolean() });

/** Whom nobody prescribes for. Never asked within a transaction. */
export interface OwnPatients {
  /** Whether a patient is the owner of an account or belongs to it. @throws AppError UNAVAILABLE */
  isOwnPatient(accountId: string, patientId: string): Promise<boolean>;
}

export const usersDocuments = {
  patientOwner: 'query ($id: ID!) { patientProfile(id: $id) { id accountId status } }',
  doctorOfAccount: `query ($accountId: ID!) {
    doctorOfAccount(accountId: $accountId) { id accountId hospitalId departmentId }
  }`,
  isOwnPatient: `query ($accountId: ID!, $patientId: ID!) {
    isOwnPatient(accountId: $accountId, patientId: $patientId)
  }`,
  partiesOf: `query ($patientId: ID!, $doctorId: ID!) {
    patientProfile(id: $patientId) { accountId name sex birthDate }
    doctorProfile(id: $doctorId) { name }
  }`,
  missingConsents: `query ($patientIds: [ID!]!) {
    missingConsents(patientIds: $patientIds) { patientId purpose version isInPerson }
  }`,
} satisfies Record<string, string>;

export class UsersClient implements People, Names, Consents, OwnPatients {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  async patientOf(id: string, actor: Actor): Promise<KnownPatient | null> {
    const answer = await this.#client.ask(usersDocuments.patientOwner, { id }, actor);
    const { patientProfile: found } = patientAnswer.parse(answer);
    return found?.status === 'ACTIVE' ? { id: found.id, accountId: found.accountId } : null;
  }

  async doctorOfAccount(accountId: string): Promise<KnownDoctor | null> {
    const answer = await this.#client.ask(usersDocuments.doctorOfAccount, { accountId });
    return doctorAnswer.parse(answer).doctorOfAccount;
  }

  async missingConsents(patientIds: readonly string[]): Promise<MissingConsent[]> {
    const answer = await this.#client.ask(usersDocuments.missingConsents, { patientIds });
    return missingAnswer.parse(answer).missingConsents;
  }

  async isOwnPatient(accountId: string, patientId: string): Promise<boolean> {
    const answer = await this.#client.ask(usersDocuments.isOwnPatient, { accountId, patientId });
    return ownAnswer.parse(answer).isOwnPatient;
  }

  async partiesOf(patientId: string, doctorId: string, actor: Actor): Promise<Parties | null> {
    const answer = await this.#client.ask(usersDocuments.partiesOf, { patientId, doctorId }, actor);
    const { patientProfile: patient, doctorProfile: doctor } = nameAnswer.parse(answer);
    if (!patient || !doctor) return null;
    return {
      patientName: patient.name,
      patientSex: patient.sex,
      patientBirthDate: patient.birthDate,
      doctorName: doctor.name,
    };
  }
}
