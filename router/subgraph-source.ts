import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { errors } from 'undici';
import { z } from 'zod';
import { type Breaker, breakerFor } from '../shared/breaker/breaker.ts';
import { encodeGiven } from '../shared/context/refresh-cookie.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { BoundPool } from '../shared/http/bound-pool.ts';
import { PlainPool } from '../shared/http/plain-pool.ts';
import { logger } from '../shared/logging/logger.ts';
import { verifiedAnswer } from '../shared/signing/refresh-answer.ts';
import type { SubgraphTarget } from './config.ts';
import { type RouterContext, routerContext, signedHeaders } from './request.ts';

const CONNECTIONS = 128;
/** Who makes refresh tokens; nobody else is told of one. */
const LOGINS = 'users';
/** How long a subgraph that is gone is left alone. */
const PAUSE_MS = { first: 250, longest: 4000 };

type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).nullish(),
});

/** Calls one subgraph over kept-alive connections, signed, with a deadline, and not at all while it is gone. */
export class SubgraphSource implements GraphQLDataSource {
  readonly #name: string;
  readonly #target: SubgraphTarget;
  readonly #pool: BoundPool | PlainPool;
  readonly #path: string;
  readonly #breaker: Breaker;

  constructor(name: string, target: SubgraphTarget) {
    const url = new URL(target.url);
    this.#name = name;
    this.#target = target;
    this.#path = url.pathname;
    this.#breaker = breakerFor(name, {
      refusal: () => new AppError('SUBGRAPH_UNAVAILABLE', { service: name }),
      pauseMs: PAUSE_MS,
    });
    const size = { connections: CONNECTIONS };
    this.#pool =
      target.secret === undefined ? new PlainPool(url.origin, size) : new BoundPool(url.origin, size);
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<Response> {
    const caller = isRouterContext(context) ? context : routerContext({});
    const { query, variables, operationName } = request;
    const body = JSON.stringify({ query, variables, ...(operationName && { operationName }) });
    try {
      return await this.#breaker.run(() => this.#call(body, caller));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #call(body: string, caller: RouterContext): Promise<Response> {
    const { secret } = this.#target;
    const cookie = this.#name === LOGINS ? caller.info.refreshCookie : undefined;
    const refresh = cookie && encodeGiven(cookie);
    const call = { method: 'POST', path: this.#path, body, refresh } as const;
    const response = await this.#pool.request(
      { method: call.method, path: call.path, signal: AbortSignal.timeout(this.#target.deadlineMs) },
      (instance) => ({ headers: signedHeaders(secret, instance, call, caller), body }),
    );
    if (cookie)
      cookie.answer = verifiedAnswer(secret ?? '', caller.info.requestId, response.headers) ?? cookie.answer;
    return answer.parse(await response.body.json()) as Response;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #failure(error: unknown): GraphQLError {
    // Told once when the calls are stopped, not for each that is refused then.
    if (!(error instanceof AppError)) {
      logger().warn({ err: error, subgraph: this.#name }, 'subgraph call failed');
    }
    const late =
      (error instanceof DOMException && error.name === 'TimeoutError') ||
      error instanceof errors.HeadersTimeoutError ||
      error instanceof errors.BodyTimeoutError;
    const cause = new AppError(late ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE', { service: this.#name });
    return new GraphQLError(cause.code, {
      originalError: cause,
      extensions: { code: cause.code, params: cause.params },
    });
  }
}

function isRouterContext(context: object): context is RouterContext {
  return 'info' in context && 'authorization' in context;
}
