import type { ApolloServer } from '@apollo/server';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { inRequest } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { httpStatusOf } from '../shared/errors/http-status.ts';
import { drainable } from '../shared/http/draining.ts';
import { REFRESH_COOKIE_HEADER, type RefreshCookies } from './refresh-cookie.ts';
import { shaped } from './subscriptions.ts';
import type { ClientReader } from './client.ts';
import { type RouterContext, routerContext } from './request.ts';

const BODY_LIMIT = 1024 * 1024;

export interface HttpParts {
  readonly origins: readonly string[];
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
  });
  const end = drainable(app);
  await app.register(cookie);
  app.addHook('onRequest', (request, reply, done) => {
    const { headers } = request;
    const client = parts.clientOf(request.raw);
    const given = {
      client,
      authorization: headers.authorization,
      requestId: one(headers['x-request-id']),
      traceparent: one(headers.traceparent),
      locale: headers['accept-language'],
    };
    let context = routerContext(given);
    contexts.set(request, context);
    const refreshCookie = parts.refreshCookies?.read(request);
    if (refreshCookie !== undefined) {
      // Whoever keeps cookies is a browser.
      const terminal = client.terminal === 'OTHER' ? 'WEB' : client.terminal;
      context = routerContext({ ...given, client: { ...client, terminal }, refreshCookie });
      contexts.set(request, context);
    }
    void reply.header('x-request-id', context.info.requestId).header('x-content-type-options', 'nosniff');
    inRequest(context.info, done);
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { answer } = contextOf(request).info.refreshCookie ?? {};
    if (answer !== undefined) parts.refreshCookies?.write(request, reply, answer);
    done();
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { info } = contextOf(request);
    const given = error.statusCode ?? 500;
    const app =
      error instanceof AppError
        ? error
        : new AppError(given >= 400 && given < 500 ? 'BAD_REQUEST' : 'INTERNAL', {}, { cause: error });
    const status = app === error ? httpStatusOf(app.code) : given;
    void reply.code(status).send({ errors: [inRequest(info, () => shaped(app))] });
  });
  await app.register(cors, {
    origin: [...parts.origins],
    allowedHeaders: [
      'authorization',
      'content-type',
      'x-request-id',
      'traceparent',
      'accept-language',
      'x-device-id',
      'x-terminal',
      REFRESH_COOKIE_HEADER,
    ],
    // Without it a browser takes no cookie from another origin, however well it is known.
    credentials: true,
    exposedHeaders: ['x-request-id', 'content-disposition'],
    methods: ['GET', 'HEAD', 'POST', 'PUT'],
    maxAge: 86_400,
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
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => contextOf(request),
    }),
  });
  await parts.addPages(app);
  return { app, end };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
