import { z } from 'zod';
import type { Actor } from '../../../shared/context/actor.ts';
import type { ServiceClient } from '../../../shared/service/service-client.ts';

/** What a safety check asks of an archive, and nothing that tells who it is. */
const FIELDS = `id sex birthDate allergies { substance name severity } conditions { code }
    medications { substance name } pregnancy pregnancyWeeks isLactating egfr childPugh archiveVersion`;

const MOST = 50;

const profile = z.object({
  id: z.string(),
  sex: z.enum(['MALE', 'FEMALE', 'UNKNOWN']),
  birthDate: z.string().nullable(),
  allergies: z.array(
    z.object({
      substance: z.string(),
      name: z.string(),
      severity: z.enum(['MILD', 'MODERATE', 'SEVERE']).nullable(),
    }),
  ),
  conditions: z.array(z.object({ code: z.string() })),
  medications: z.array(z.object({ substance: z.string(), name: z.string() })),
  pregnancy: z.enum(['UNKNOWN', 'NOT_PREGNANT', 'PREGNANT']),
  pregnancyWeeks: z.number().nullable(),
  isLactating: z.boolean().nullable(),
  egfr: z.number().nullable(),
  childPugh: z.enum(['A', 'B', 'C']).nullable(),
  archiveVersion: z.number().int(),
});

export type PatientProfile = z.infer<typeof profile>;

/** One question for several patients, since each of them alone would be a call of its own. */
function profilesOf(count: number): string {
  const each = Array.from({ length: count }, (_, index) => index);
  return `query (${each.map((n) => `$id${n}: ID!`).join(', ')}) {
    ${each.map((n) => `p${n}: patientProfile(id: $id${n}) { ${FIELDS} }`).join('\n    ')}
  }`;
}

/** By what an insurer knows a person. */
const INSURED = 'query ($id: ID!) { patientProfile(id: $id) { name identityNumber } }';

const insured = z.object({ name: z.string(), identityNumber: z.string().nullable() }).nullable();

export const usersDocuments: Record<string, string> = {
  patientProfiles: profilesOf(2),
  insuredPerson: INSURED,
};

/** What pharmacy asks users. */
export class UsersClient {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /**
   * The archives of patients by their ids; a patient that is not there is left out.
   * @param actor in whose name they are read.
   * @throws AppError UNAVAILABLE
   */
  async patientProfiles(ids: readonly string[], actor: Actor): Promise<Map<string, PatientProfile>> {
    const found = new Map<string, PatientProfile>();
    for (let from = 0; from < ids.length; from += MOST) {
      const some = ids.slice(from, from + MOST);
      const variables = Object.fromEntries(some.map((id, n) => [`id${n}`, id]));
      const answer = await this.#client.ask(profilesOf(some.length), variables, actor);
      for (const [n, id] of some.entries()) {
        const known = profile.nullable().parse(answer[`p${n}`] ?? null);
        if (known !== null) found.set(id, known);
      }
    }
    return found;
  }

  /** Name and identity number of a patient; null for one that is not there. @throws AppError UNAVAILABLE */
  async insuredPerson(id: string, actor: Actor): Promise<z.infer<typeof insured>> {
    const answer = await this.#client.ask(usersDocuments.insuredPerson ?? INSURED, { id }, actor);
    return insured.parse(answer.patientProfile ?? null);
  }
}
