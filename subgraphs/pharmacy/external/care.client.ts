import { z } from 'zod';
import type { ServiceClient } from '../../../shared/service/service-client.ts';

export const careDocuments: Record<string, string> = {
  payable: `query ($type: String!, $id: ID!) {
    payable(type: $type, id: $id) { amountFen payerAccountId expiresAt description }
  }`,
  hospitalExists: 'query ($id: ID!) { placeExists(hospitalId: $id) }',
};

const payable = z
  .object({
    amountFen: z.number().int().nonnegative(),
    payerAccountId: z.string(),
    expiresAt: z.coerce.date(),
    description: z.string(),
  })
  .nullable();

const existence = z.object({ placeExists: z.boolean() });

/** What pharmacy asks care. */
export class CareClient {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** What an appointment or consultation costs; null when it is not to be paid now. @throws AppError UNAVAILABLE */
  async payable(type: 'APPOINTMENT' | 'CONSULTATION', id: string): Promise<z.infer<typeof payable>> {
    const answer = await this.#client.ask(careDocuments.payable ?? '', { type, id });
    return payable.parse(answer.payable);
  }

  /** Whether there is a hospital. @throws AppError UNAVAILABLE */
  async hospitalExists(id: string): Promise<boolean> {
    return existence.parse(await this.#client.ask(careDocuments.hospitalExists ?? '', { id })).placeExists;
  }
}
