import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { AppError } from '../shared/errors/app-error.ts';
import { COST_HEADER } from './cost/count-first.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RouterContext } from './request.ts';

/** Probes of whoever runs the platform. */
const NOT_COUNTED = ['/healthz', '/readyz'];

/** Counts every request before anything is done for it, and tells in its answer how the caller stands. */
export function addRateLimits(
  app: FastifyInstance,
  limits: RateLimits,
  contextOf: (request: FastifyRequest) => RouterContext,
): void {
  app.addHook('onRequest', async (request) => {
    if (NOT_COUNTED.includes(request.routeOptions.url ?? '')) return;
    await limits.request(contextOf(request));
  });
  app.addHook('onSend', async (request, reply) => {
    void reply.headers(limits.headers(contextOf(request)));
  });
}

/** Counts what an operation costs once that is known, and before it is run. */
export function limitCost(limits: RateLimits): ApolloServerPlugin<RouterContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ contextValue, request }) => {
        const points = contextValue.cost?.cost;
        if (points === undefined || request.http?.headers.get(COST_HEADER) === 'only') return;
        try {
          await limits.cost(contextValue, points);
        } catch (error) {
          throw error instanceof AppError ? refusalOf(error) : error;
        }
      },
    }),
  };
}

function refusalOf({ code, params }: AppError): GraphQLError {
  return new GraphQLError(code, { extensions: { code, params, http: { status: 429 } } });
}
