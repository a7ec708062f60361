import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';

const patientAnswer = z.object({
  patientProfile: z.object({ id: z.string(), accountId: z.string() }).nullable(),
});
const doctorAnswer = z.object({
  doctorOfAccount: z.object({ id: z.string(), accountId: z.string() }).nullable(),
});

export type KnownPatient = NonNullable<z.infer<typeof patientAnswer>['patientProfile']>;
export type KnownDoctor = NonNullable<z.infer<typeof doctorAnswer>['doctorOfAccount']>;

/** What booking must know of people: users has them. Never asked within a transaction. */
export interface People {
  /** @throws AppError UNAVAILABLE */
  patientOf(id: string, actor: Actor): Promise<KnownPatient | null>;
  /** Null for an account that is not a doctor's. @throws AppError UNAVAILABLE */
  doctorOfAccount(accountId: string): Promise<KnownDoctor | null>;
}

export const usersDocuments = {
  patientOwner: 'query ($id: ID!) { patientProfile(id: $id) { id accountId } }',
  doctorOfAccount: 'query ($accountId: ID!) { doctorOfAccount(accountId: $accountId) { id accountId } }',
} satisfies Record<string, string>;

export class UsersClient implements People {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  async patientOf(id: string, actor: Actor): Promise<KnownPatient | null> {
    const answer = await this.#client.ask(usersDocuments.patientOwner, { id }, actor);
    return patientAnswer.parse(answer).patientProfile;
  }

  async doctorOfAccount(accountId: string): Promise<KnownDoctor | null> {
    const answer = await this.#client.ask(usersDocuments.doctorOfAccount, { accountId });
    return doctorAnswer.parse(answer).doctorOfAccount;
  }
}
