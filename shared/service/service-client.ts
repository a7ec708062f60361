import { z } from 'zod';
import { type ClockSkews, TIME_HEADER } from '../clock/clock-skew.ts';
import { type Actor } from '../context/actor.ts';
import { currentRequest } from '../context/request-context.ts';
import { AppError } from '../errors/app-error.ts';
import { catalogue, isErrorCode } from '../errors/catalogue.ts';
import { BoundPool } from '../http/bound-pool.ts';
import { logger } from '../logging/logger.ts';
import { type ServiceKeys, signServiceToken } from './service-token.ts';

const TIMEOUT_MS = 3000;
/** To all processes of one subgraph at once. */
const CONNECTIONS = 64;

export const SERVICE_TOKEN_HEADER = 'x-yey-service-token';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.looseObject({
        message: z.string(),
        extensions: z
          .looseObject({
            code: z.string(),
            params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
          })
          .optional(),
      }),
    )
    .nullish(),
});

/** Asks another subgraph directly what must be answered now. */
export class ServiceClient {
  readonly #keys: ServiceKeys;
  readonly #from: string;
  readonly #to: string;
  readonly #path: string;
  readonly #pool: BoundPool;
  readonly #clocks: ClockSkews | undefined;

  /** @param clocks takes in what time it is there, where somebody watches that */
  constructor(keys: ServiceKeys, from: string, to: string, url: string, clocks?: ClockSkews) {
    this.#keys = keys;
    this.#from = from;
    this.#to = to;
    const { origin, pathname } = new URL(url);
    this.#path = pathname;
    this.#pool = new BoundPool(origin, { connections: CONNECTIONS, connectMs: TIMEOUT_MS });
    this.#clocks = clocks;
  }

  /**
   * The data of an operation.
   * @param actor in whose name; left out for the subgraph itself.
   * @throws AppError with the code that the other gave where it is one of the catalogue and a caller's mistake;
   *   UNAVAILABLE when it does not answer, or not as it must
   */
  async ask(
    query: string,
    variables: Record<string, unknown>,
    actor?: Actor,
  ): Promise<Record<string, unknown>> {
    const request = currentRequest();
    const askedAt = performance.now();
    try {
      const body = JSON.stringify({ query, variables });
      const headersFor = (instance: string | undefined) => {
        // A token that is for no process could be used again: better none.
        if (instance === undefined) throw new AppError('UNAVAILABLE', { service: this.#to });
        const call = { instance, body };
        return {
          'content-type': 'application/json',
          [SERVICE_TOKEN_HEADER]: signServiceToken(this.#keys, this.#from, this.#to, accountOf(actor), call),
          ...(request && {
            'x-request-id': request.requestId,
            traceparent: request.traceparent,
            'accept-language': request.locale,
          }),
        };
      };
      const response = await this.#pool.request(
        { method: 'POST', path: this.#path, signal: AbortSignal.timeout(TIMEOUT_MS) },
        (instance) => ({ headers: headersFor(instance), body }),
      );
      this.#clocks?.observe(this.#to, response.headers[TIME_HEADER], performance.now() - askedAt);
      const { data, errors } = answer.parse(await response.body.json());
      const refused = errors?.map(refusal).find((each) => each !== undefined);
      if (refused !== undefined) throw refused;
      if (!data || errors?.length) throw new Error(errors?.[0]?.message ?? 'no data');
      return data;
    } catch (error) {
      if (error instanceof AppError) throw error;
      logger().warn({ err: error, service: this.#to }, 'service call failed');
      throw new AppError('UNAVAILABLE', { service: this.#to }, { cause: error });
    }
  }
}

/** In whose name a call is made: also that of somebody in whose name another subgraph asked us. */
function accountOf(actor: Actor | undefined): string | undefined {
  if (actor?.kind === 'account') return actor.accountId;
  return actor?.kind === 'service' ? actor.onBehalfOf : undefined;
}

/** Faults between subgraphs are ours, never the caller's. */
const OURS = new Set([
  'INTERNAL',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'UNTRUSTED_CALLER',
  'CALL_REPLAYED',
  'FORBIDDEN',
  'UNAUTHENTICATED',
]);

function refusal({
  extensions,
}: NonNullable<z.infer<typeof answer>['errors']>[number]): AppError | undefined {
  const code = extensions?.code ?? '';
  if (!isErrorCode(code) || OURS.has(code) || code.startsWith('GRAPHQL_') || catalogue[code].retryable) {
    return undefined;
  }
  return new AppError(code, extensions?.params ?? {});
}
