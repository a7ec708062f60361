import type { IncomingMessage, Server } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { CloseCode, type Context } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Authenticator } from '../shared/auth/authenticator.ts';
import { processClock } from '../shared/clock/steady-clock.ts';
import { inRequest } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import type { EndedSessions } from './ended-sessions.ts';
import { type AllowedOrigins, isAllowedOrigin } from './origins.ts';
import type { ClientReader } from './client.ts';
import { type RouterContext, routerContext } from './request.ts';
import { shaped, type Subscriptions } from './subscriptions.ts';

const PER_SOCKET = 50;
const PER_ACCOUNT = 20;
/** What a reader may leave unread before it is cut off, bytes; it comes back with its last cursor. */
const MAX_UNREAD = 4 * 1024 * 1024;
const SLOW_READER = 1013;
/** What a socket whose session has ended still has to tell it, ms. */
const LAST_WORDS_MS = 100;
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Connection {
  readonly context: RouterContext;
  readonly accountId: string | undefined;
  readonly timer: NodeJS.Timeout | undefined;
  /** Aborted when the session has ended. */
  readonly revoked: AbortSignal;
  readonly unwatch: (() => void) | undefined;
  live: number;
}

type Socket = Context<Record<string, unknown> | undefined, Extra>;

export interface SocketParts {
  readonly subscriptions: Subscriptions;
  /** Undefined on a supergraph of strangers: then the token is only handed on. */
  readonly authenticator: Authenticator | undefined;
  readonly origins: AllowedOrigins;
  readonly clientOf: ClientReader;
  readonly endedSessions: EndedSessions | undefined;
}

/** graphql-transport-ws for clients at `/graphql`. @returns closes every socket with 1001. */
export function serveSockets(server: Server, parts: SocketParts): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 256 * 1024 });
  const connections = new WeakMap<Socket, Connection>();
  const perAccount = new Map<string, number>();

  server.on('upgrade', (request, socket, head) => {
    if (
      new URL(request.url ?? '/', 'http://x').pathname !== '/graphql' ||
      !isAllowedOrigin(request, parts.origins)
    ) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  });

  const release = (connection: Connection) => {
    clearTimeout(connection.timer);
    connection.unwatch?.();
    const { accountId } = connection;
    if (accountId === undefined) return;
    const left = (perAccount.get(accountId) ?? 1) - 1;
    if (left > 0) perAccount.set(accountId, left);
    else perAccount.delete(accountId);
  };

  const disposable = useServer(
    {
      connectionInitWaitTimeout: 5000,
      onConnect: async (socket) => {
        const { connectionParams, extra } = socket;
        const context = contextOf(connectionParams, extra.request, parts.clientOf);
        try {
          const verified =
            context.authorization && parts.authenticator
              ? await parts.authenticator.verify(context.authorization)
              : undefined;
          const accountId = verified?.accountId;
          const open = accountId === undefined ? 0 : (perAccount.get(accountId) ?? 0);
          if (open >= PER_ACCOUNT) throw new AppError('TOO_MANY_SUBSCRIPTIONS');
          if (accountId !== undefined) {
            context.info.actorId = accountId;
            perAccount.set(accountId, open + 1);
          }
          const remaining = verified && Math.min(verified.expiresAt * 1000 - processClock.ms(), MAX_TIMER_MS);
          const timer =
            remaining === undefined
              ? undefined
              : setTimeout(() => extra.socket.close(CloseCode.Forbidden, 'TOKEN_EXPIRED'), remaining);
          const revoking = new AbortController();
          const unwatch =
            verified &&
            parts.endedSessions?.watch(verified.sessionId, () => {
              revoking.abort();
              setTimeout(() => extra.socket.close(CloseCode.Forbidden, 'SESSION_ENDED'), LAST_WORDS_MS);
            });
          const { signal: revoked } = revoking;
          connections.set(socket, { context, accountId, timer, revoked, unwatch, live: 0 });
          return { requestId: context.info.requestId };
        } catch (error) {
          const code = error instanceof AppError ? error.code : 'INTERNAL';
          extra.socket.close(CloseCode.Forbidden, code);
          return false;
        }
      },
      onDisconnect: (socket) => {
        const connection = connections.get(socket);
        if (connection) release(connection);
        connections.delete(socket);
      },
      onSubscribe: (socket, _id, payload) => {
        const connection = connections.get(socket);
        if (!connection) return [shaped(new AppError('UNAUTHENTICATED'))];
        const { context, revoked } = connection;
        return inRequest(context.info, () => {
          if (connection.live >= PER_SOCKET) return [shaped(new AppError('TOO_MANY_SUBSCRIPTIONS'))];
          if (revoked.aborted) return [shaped(new AppError('SESSION_ENDED'))];
          const started = parts.subscriptions.start(payload, context, revoked);
          if (Array.isArray(started)) return started;
          connection.live += 1;
          const { document, operationName, events } = started;
          // graphql-ws wants the arguments of an execution; ours is under way already and travels as the root value.
          return { schema: parts.subscriptions.schema, document, operationName, rootValue: events };
        });
      },
      subscribe: (args) => args.rootValue as AsyncGenerator<ExecutionResult>,
      onNext: (socket) => {
        const { socket: ws } = socket.extra;
        if (ws.bufferedAmount > MAX_UNREAD) ws.close(SLOW_READER, 'SLOW_READER');
      },
      onComplete: (socket) => {
        const connection = connections.get(socket);
        if (connection) connection.live -= 1;
      },
    },
    sockets,
    12_000,
  );
  return async () => {
    await disposable.dispose();
  };
}

function contextOf(
  params: Record<string, unknown> | undefined,
  request: IncomingMessage,
  clientOf: ClientReader,
): RouterContext {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const given = new Map(Object.entries(params ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  return routerContext({
    client: clientOf(request, given),
    authorization: text(given.get('authorization')),
    requestId: text(given.get('x-request-id')) ?? text(request.headers['x-request-id']),
    traceparent: text(given.get('traceparent')) ?? text(request.headers.traceparent),
    locale: text(given.get('accept-language')) ?? request.headers['accept-language'],
  });
}
