import type { FastifyRequest } from 'fastify';
import type { GraphqlContext } from '../context/graphql-context.ts';
import type { CallIdentity } from './request.ts';

export interface Admitted {
  readonly call: CallIdentity;
  readonly context: GraphqlContext;
}

/**
 * Lets a route beside `/graphql` serve its caller: checks the signature of the call (without its body) and finds out
 * who makes it. What the route does then belongs inside `inRequest(call.info, …)`.
 * @throws AppError UNTRUSTED_CALLER, UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_ENDED, UNAVAILABLE
 */
export type Admit = (request: FastifyRequest) => Promise<Admitted>;
