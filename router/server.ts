import type { ApolloServer } from '@apollo/server';
import cookie from '@fastify/cookie';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { inRequest } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { httpStatusOf } from '../shared/errors/http-status.ts';
import { drainable } from '../shared/http/draining.ts';
import type { ClientReader } from './client.ts';
import { addCrossOrigin } from './cross-origin.ts';
import { showExplorer } from './explorer.ts';
import { type ConnectionParts, connectionOptions, limitConnections } from './http-connections.ts';
import type { AllowedOrigins } from './origins.ts';
import { addRateLimits } from './rate-limited-http.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RefreshCookies } from './refresh-cookie.ts';
import { type RouterContext, routerContext } from './request.ts';
import { shaped } from './subscriptions.ts';
import { assertOneOperation, assertTransport, wantsPage } from './transport.ts';

const BODY_LIMIT = 1024 * 1024;

export interface HttpParts {
  readonly connections: ConnectionParts;
  readonly origins: AllowedOrigins;
  readonly rateLimits: RateLimits;
  readonly clientOf: ClientReader;
  /** Undefined on a supergraph of strangers, which has no logins. */
  readonly refreshCookies: RefreshCookies | undefined;
  /** Names of what is not ready; empty when everything is. */
  readonly unready: () => Promise<string[]>;
  /** By how much the clock of each subgraph is ahead of ours, ms. */
  readonly clocks: () => Record<string, number>;
  readonly addPages: (app: FastifyInstance) => Promise<void>;
}

const contexts = new WeakMap<FastifyRequest, RouterContext>();

/** What is known of the caller of a request. */
export function contextOf(request: FastifyRequest): RouterContext {
  return contexts.get(request) ?? routerContext({});
}

/** The router's HTTP side: every request gets its context, whose id the answer tells. */
export async function createHttp(
  apollo: ApolloServer<RouterContext>,
  parts: HttpParts,
): Promise<{ app: FastifyInstance; end: () => Promise<void> }> {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    trustProxy: false,
    ...connectionOptions(parts.connections),
  });
  const end = drainable(app);
  // Before all routes, those of plugins too: one that is there already would keep Fastify's own.
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    // Whoever has left is told nothing, and breaking off is no error of ours.
    if (reply.raw.destroyed) {
      void reply.hijack();
      return;
    }
    const { info } = contextOf(request);
    const given = error.statusCode ?? 500;
    const app =
      error instanceof AppError
        ? error
        : new AppError(given >= 400 && given < 500 ? 'BAD_REQUEST' : 'INTERNAL', {}, { cause: error });
    const status = app === error ? (error.statusCode ?? httpStatusOf(app.code)) : given;
    void reply.code(status).send({ errors: [inRequest(info, () => shaped(app))] });
  });
  await app.register(cookie);
  app.addHook('onRequest', (request, reply, done) => {
    const context = routerContext(givenBy(request, parts.clientOf));
    contexts.set(request, context);
    void reply.header('x-request-id', context.info.requestId).header('x-content-type-options', 'nosniff');
    inRequest(context.info, done);
  });
  await addCrossOrigin(app, parts.origins);
  app.addHook('onRequest', (request, _reply, done) => {
    const refreshCookie = parts.refreshCookies?.read(request);
    if (refreshCookie === undefined) return done();
    const { client, ...given } = givenBy(request, parts.clientOf);
    // Whoever keeps cookies is a browser.
    const terminal = client.terminal === 'OTHER' ? 'WEB' : client.terminal;
    const { requestId, traceparent } = contextOf(request).info;
    const browser = { ...given, requestId, traceparent, client: { ...client, terminal }, refreshCookie };
    const context = routerContext(browser);
    contexts.set(request, context);
    return inRequest(context.info, done);
  });
  limitConnections(app, parts.connections);
  addRateLimits(app, parts.rateLimits, contextOf);
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { answer } = contextOf(request).info.refreshCookie ?? {};
    if (answer !== undefined) parts.refreshCookies?.write(request, reply, answer);
    done();
  });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const waiting = await parts.unready();
    return reply
      .code(waiting.length === 0 ? 200 : 503)
      .send({ status: waiting.length === 0 ? 'ready' : 'not ready', waiting, clocks: parts.clocks() });
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: (request, reply, done) => {
      if (wantsPage(request)) void showExplorer(reply);
      else {
        assertTransport(request);
        done();
      }
    },
    preHandler: (request, _reply, done) => {
      assertOneOperation(request.body);
      done();
    },
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => contextOf(request),
    }),
  });
  await parts.addPages(app);
  return { app, end };
}

function givenBy({ raw, headers }: FastifyRequest, clientOf: ClientReader) {
  return {
    client: clientOf(raw),
    authorization: headers.authorization,
    requestId: one(headers['x-request-id']),
    traceparent: one(headers.traceparent),
    locale: headers['accept-language'],
  };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
