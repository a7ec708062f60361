import { z } from 'zod';
import { currentRequest } from '../context/request-context.ts';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';
import { type ServiceKeys, signServiceToken } from './service-token.ts';

const TIMEOUT_MS = 3000;

export const SERVICE_TOKEN_HEADER = 'x-yey-service-token';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).nullish(),
});

/** Asks another subgraph directly what must be answered now. */
export class ServiceClient {
  readonly #keys: ServiceKeys;
  readonly #from: string;
  readonly #to: string;
  readonly #url: string;

  constructor(keys: ServiceKeys, from: string, to: string, url: string) {
    this.#keys = keys;
    this.#from = from;
    this.#to = to;
    this.#url = url;
  }

  /** The data of an operation. @throws AppError UNAVAILABLE when the other does not answer, or not as it must */
  async ask(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
    const request = currentRequest();
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [SERVICE_TOKEN_HEADER]: signServiceToken(this.#keys, this.#from, this.#to),
          ...(request && { 'x-request-id': request.requestId, traceparent: request.traceparent }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const { data, errors } = answer.parse(await response.json());
      if (!data || errors?.length) throw new Error(errors?.[0]?.message ?? 'no data');
      return data;
    } catch (error) {
      logger().warn({ err: error, service: this.#to }, 'service call failed');
      throw new AppError('UNAVAILABLE', { service: this.#to }, { cause: error });
    }
  }
}
