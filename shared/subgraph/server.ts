import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { fastify, type FastifyInstance } from 'fastify';
import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import { z } from 'zod';
import { TIME_HEADER } from '../clock/clock-skew.ts';
import { processClock } from '../clock/steady-clock.ts';
import { currentRequest, inRequest } from '../context/request-context.ts';
import { AppError } from '../errors/app-error.ts';
import { catalogue, messageOf } from '../errors/catalogue.ts';
import { formatGraphqlError } from '../errors/format.ts';
import { guardConnections } from '../http/connections.ts';
import { httpStatusOf } from '../errors/http-status.ts';
import { drainable } from '../http/draining.ts';
import { refuseBadRequest } from '../http/refusal.ts';
import { logger } from '../logging/logger.ts';
import { cacheFor } from '../readiness/cache-for.ts';
import type { Readiness } from '../readiness/readiness.ts';
import { INSTANCE_HEADER } from '../signing/call-guard.ts';
import { signedAnswer } from '../signing/refresh-answer.ts';
import { type CallIdentity, identifyHttp, type Trust } from './request.ts';
import { serveSubscriptions } from './subscriptions.ts';

export interface ServerParts<C extends object> {
  readonly schema: GraphQLSchema;
  readonly trust: Trust;
  readonly port: number;
  /** Builds the context of one operation from the signed call. */
  readonly contextFor: (call: CallIdentity) => Promise<C>;
  readonly readiness: Readiness;
  readonly isDevelopment: boolean;
  /** Further routes, such as users' key set. */
  readonly routes?: (app: FastifyInstance) => void;
}

/** How long a request may take to come in, ms: as long as the router waits for the bytes of a file. */
const REQUEST_MS = 300_000;
const HEADERS_MS = 10_000;
/** How long what was found of the database and Redis is told to whoever asks, ms. */
const READINESS_MS = 500;
/** Its callers are routers, other subgraphs and whoever else is inside: few addresses with many connections each. */
const CONNECTIONS = { inAll: 10_000, perAddress: 10_000, isShared: () => false, stallMs: 60_000 };

const operationBody = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** HTTP and WebSocket server of one subgraph on loopback or the pod's address. */
export async function startServer<C extends object>(
  parts: ServerParts<C>,
): Promise<{ port: number; close(): Promise<void> }> {
  const apollo = new ApolloServer<C>({
    schema: parts.schema,
    formatError: formatGraphqlError,
    includeStacktraceInErrorResponses: false,
    // Only signed calls get this far, and the router needs `_service` and the types.
    introspection: true,
    hideSchemaDetailsFromClientErrors: !parts.isDevelopment,
    csrfPrevention: false,
    // Its own handler and ours would both stop it, and the second call never ends.
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      changesSeeTheLatest,
    ],
  });
  await apollo.start();
  const app = fastify({
    bodyLimit: 2 * 1024 * 1024,
    forceCloseConnections: 'idle',
    logger: false,
    requestTimeout: REQUEST_MS,
    clientErrorHandler: refuseBadRequest,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 1000 },
  });
  guardConnections(app.server, CONNECTIONS);
  const endHttp = drainable(app);
  app.addHook('onSend', (_request, reply, _payload, done) => {
    void reply.header(TIME_HEADER, String(processClock.ms()));
    void reply.header(INSTANCE_HEADER, parts.trust.guard.instance);
    done();
  });
  app.get('/healthz', () => ({ status: 'ok' }));
  const report = cacheFor(READINESS_MS, () => parts.readiness.report());
  app.get('/readyz', async (_request, reply) => {
    const { isReady, ...told } = await report();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', ...told });
  });
  addGraphql(app, apollo, parts);
  parts.routes?.(app);
  await app.listen({ port: parts.port, host: process.env.HOST ?? '127.0.0.1' });
  const closeSockets = serveSubscriptions(app.server, parts);
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : parts.port;
  logger().info({ port }, 'listening');
  return {
    port,
    close: async () => {
      // Nobody is let in any more before the sockets are closed: who comes back at once goes elsewhere.
      const ended = endHttp();
      await closeSockets();
      await ended;
      await apollo.stop();
    },
  };
}

function addGraphql<C extends object>(
  app: FastifyInstance,
  apollo: ApolloServer<C>,
  parts: ServerParts<C>,
): void {
  // The signature covers the bytes as they came, so the body stays text until it is checked.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/graphql', async (request, reply) => {
    const text = typeof request.body === 'string' ? request.body : '';
    let call: CallIdentity;
    try {
      call = identifyHttp(parts.trust, {
        method: 'POST',
        path: '/graphql',
        body: text,
        headers: request.headers,
      });
    } catch (error) {
      const status = error instanceof AppError ? httpStatusOf(error.code) : 401;
      return reply.code(status).send({ errors: [plainError(error)] });
    }
    return inRequest(call.info, async () => {
      const operation = operationBody.safeParse(jsonOrNothing(text));
      if (!operation.success)
        return reply.code(400).send({ errors: [plainError(new AppError('BAD_REQUEST'))] });
      const { query, operationName, variables } = operation.data;
      let contextValue: C;
      try {
        contextValue = await parts.contextFor(call);
      } catch (error) {
        return reply.code(200).send({ errors: [plainError(error, call.info.requestId, call.info.locale)] });
      }
      const response = await apollo.executeOperation(
        {
          query,
          ...(operationName && { operationName }),
          ...(variables && { variables }),
        },
        { contextValue },
      );
      if (response.body.kind !== 'single') throw new Error('incremental delivery is not offered');
      const result = response.body.singleResult;
      const { answer } = call.info.refreshCookie ?? {};
      if (answer !== undefined) {
        void reply.headers(signedAnswer(parts.trust.routerSecret, call.info.requestId, answer));
      }
      return reply
        .code(result.data === undefined ? 400 : 200)
        .send({ data: result.data, errors: result.errors });
    });
  });
}

/** What a change decides by must be true now, not a moment ago. */
const changesSeeTheLatest: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      const request = currentRequest();
      if (request && operation?.operation === OperationTypeNode.MUTATION) request.needsLatest = true;
    },
  }),
};

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error outside of GraphQL's execution, in the shape of those inside. */
export function plainError(error: unknown, requestId = '', locale = 'en') {
  const app = error instanceof AppError ? error : new AppError('INTERNAL');
  if (app !== error) logger().error({ err: error }, 'unexpected error before execution');
  return {
    message: messageOf(app.code, app.params, locale),
    extensions: { code: app.code, params: app.params, requestId, retryable: catalogue[app.code].retryable },
  };
}
