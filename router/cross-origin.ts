import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AllowedOrigins, assertAllowedOrigin, isAllowedOrigin } from './origins.ts';

/** What scripts of another origin's page may read besides what Fetch lets them read anyway. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'content-disposition',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
];

/**
 * No `allowedHeaders`: a page that is allowed may send any, those of its GraphQL client, of error reporting, of
 * tracing.
 */
const OPTIONS = {
  // Without it a browser takes no cookie from another origin, however well it is known.
  credentials: true,
  exposedHeaders: EXPOSED_HEADERS,
  methods: ['GET', 'HEAD', 'POST', 'PUT'],
  maxAge: 86_400,
};

/** What only pages that are allowed may use; our own pages are for everybody. */
const API = ['/graphql', '/files/:id'];

/** Lets pages of the origins that are allowed use the router, and refuses those of others before anything is done. */
export async function addCrossOrigin(app: FastifyInstance, origins: AllowedOrigins): Promise<void> {
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions } = request;
    if (method === 'OPTIONS' || API.includes(routeOptions.url ?? '')) assertAllowedOrigin(request, origins);
    done();
  });
  await app.register(cors, {
    delegator: async (request: FastifyRequest) => ({ ...OPTIONS, origin: isAllowedOrigin(request, origins) }),
  });
}
