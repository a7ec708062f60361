import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionResult, parse } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Authenticator } from '../shared/auth/authenticator.ts';
import { processClock } from '../shared/clock/steady-clock.ts';
import { inRequest } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { type GraphqlSocket, GraphqlSockets } from '../shared/http/graphql-sockets.ts';
import { ignoreError } from '../shared/http/ignore-error.ts';
import { refuseConnection } from '../shared/http/refusal.ts';
import { networkOf } from '../shared/limits/network.ts';
import { inTurnOf } from '../shared/live/turns.ts';
import { Tally } from '../shared/http/tally.ts';
import type { ConnectionConfig } from './connections-config.ts';
import type { EndedSessions } from './ended-sessions.ts';
import { type AllowedOrigins, isAllowedOrigin, originRefusal } from './origins.ts';
import type { ClientReader } from './client.ts';
import type { RateLimits } from './rate-limits.ts';
import { type RouterContext, routerContext } from './request.ts';
import { type Release, SubscriptionPlaces } from './subscription-places.ts';
import { shaped, type Subscriptions } from './subscriptions.ts';

const PATH = '/graphql';
/** Of one message of a client, bytes. */
const MESSAGE_BYTES = 256 * 1024;
/** Of its first, which brings an access token and little else, bytes. */
const FIRST_MESSAGE_BYTES = 8 * 1024;
/** What a client without an access token may leave unread: it is told little, bytes. */
const ANONYMOUS_UNREAD_BYTES = 64 * 1024;
/** A close code after which graphql-ws connects again by itself and subscribes anew. */
const SERVICE_RESTART = 1012;
/** What a socket whose session has ended still has to tell it, ms. */
const LAST_WORDS_MS = 100;
/** For graphql-ws, which keeps what it is told: all that it wants to know is that it is a subscription. */
const SUBSCRIPTION = parse('subscription { __typename }');
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Connection {
  readonly context: RouterContext;
  readonly accountId: string | undefined;
  readonly timer: NodeJS.Timeout | undefined;
  /** Aborted when the session has ended. */
  readonly revoked: AbortSignal;
  readonly unwatch: (() => void) | undefined;
  readonly places: Set<Release>;
}

export interface SocketParts {
  readonly subscriptions: Subscriptions;
  /** Undefined on a supergraph of strangers: then the token is only handed on. */
  readonly authenticator: Authenticator | undefined;
  readonly origins: AllowedOrigins;
  readonly clientOf: ClientReader;
  readonly endedSessions: EndedSessions | undefined;
  readonly limits: ConnectionConfig;
  readonly rateLimits: RateLimits;
  /** Whether an address is that of a proxy of ours. */
  readonly isProxy: (address: string) => boolean;
}

/** graphql-transport-ws for clients at `/graphql`. @returns closes every socket with 1001. */
export function serveSockets(server: Server, parts: SocketParts): () => Promise<void> {
  const { limits } = parts;
  const connections = new WeakMap<GraphqlSocket, Connection>();
  const perAddress = new Tally();
  const perAccount = new Tally();
  const places = new SubscriptionPlaces(
    limits.MAX_SUBSCRIPTIONS_PER_SOCKET,
    limits.MAX_SUBSCRIPTIONS_PER_ACCOUNT,
  );
  /** By the payload of an operation, which is the same object from its beginning to its end. */
  const releases = new WeakMap<object, Release>();

  server.on('upgrade', (request, socket, head) => {
    const address = addressOf(request, parts);
    if (request.url?.split('?', 1)[0] !== PATH) {
      refuseConnection(socket, new AppError('NOT_FOUND', { what: 'address' }));
    } else if (!isAllowedOrigin(request, parts.origins)) {
      refuseConnection(socket, originRefusal(request));
    } else if (address !== undefined && !perAddress.take(address, limits.MAX_CONNECTIONS_PER_ADDRESS)) {
      refuseConnection(socket, new AppError('TOO_MANY_CONNECTIONS'));
    } else {
      if (address !== undefined) socket.once('close', () => perAddress.give(address));
      socket.on('error', ignoreError);
      parts.rateLimits.socket(parts.clientOf(request).ip).then(
        () => sockets.accept(request, socket, head, address),
        (error: unknown) =>
          refuseConnection(socket, error instanceof AppError ? error : new AppError('INTERNAL')),
      );
    }
  });

  const release = (connection: Connection) => {
    clearTimeout(connection.timer);
    connection.unwatch?.();
    for (const each of connection.places) each();
    if (connection.accountId !== undefined) perAccount.give(connection.accountId);
  };

  const sockets = new GraphqlSockets(
    {
      onConnect: async (socket) => {
        const { connectionParams, extra } = socket;
        const context = contextOf(connectionParams, extra.request, parts.clientOf);
        try {
          const verified =
            context.authorization && parts.authenticator
              ? await parts.authenticator.verify(context.authorization)
              : undefined;
          // Whoever has left meanwhile was told of before anything was counted, and would count for ever.
          if (extra.socket.readyState !== extra.socket.OPEN) return false;
          const accountId = verified?.accountId;
          // On a supergraph of strangers nobody says who they are.
          extra.isAnonymous = verified === undefined && parts.authenticator !== undefined;
          if (accountId !== undefined) {
            if (!perAccount.take(accountId, limits.MAX_SOCKETS_PER_ACCOUNT)) {
              throw new AppError('TOO_MANY_SUBSCRIPTIONS');
            }
            context.info.actorId = accountId;
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
          connections.set(socket, { context, accountId, timer, revoked, unwatch, places: new Set() });
          return { requestId: context.info.requestId };
        } catch (error) {
          const code = error instanceof AppError ? error.code : 'INTERNAL';
          extra.socket.close(CloseCode.Forbidden, code);
          return false;
        }
      },
      onClose: (socket) => {
        const connection = connections.get(socket);
        if (connection) release(connection);
        connections.delete(socket);
      },
      onSubscribe: async (socket, _id, payload) => {
        const connection = connections.get(socket);
        if (!connection) return [shaped(new AppError('UNAUTHENTICATED'))];
        const { context, revoked } = connection;
        return inRequest(context.info, async () => {
          const counting = parts.rateLimits.subscription(context, () => parts.subscriptions.cost(payload));
          const refusal = await counting.then(
            () => undefined,
            (error: unknown) => error,
          );
          if (refusal !== undefined) return [shaped(refusal)];
          // Whoever has left meanwhile would hold a place for ever.
          if (connections.get(socket) !== connection) return [shaped(new AppError('SESSION_ENDED'))];
          if (revoked.aborted) return [shaped(new AppError('SESSION_ENDED'))];
          const place = places.take(connection.places, connection.accountId);
          if (place === undefined) return [shaped(new AppError('TOO_MANY_SUBSCRIPTIONS'))];
          releases.set(payload, place);
          // A `complete` would end the subscription for good.
          const interrupt = (reason: string) => socket.extra.socket.close(SERVICE_RESTART, reason);
          const started = await inTurnOf(context.info, () =>
            parts.subscriptions.start(payload, context, revoked, interrupt),
          );
          if (Array.isArray(started)) {
            place();
            return started;
          }
          // graphql-ws wants the arguments of an execution; ours is under way already and travels as the root value.
          return { schema: parts.subscriptions.schema, document: SUBSCRIPTION, rootValue: started };
        });
      },
      subscribe: (args) => args.rootValue as AsyncGenerator<ExecutionResult>,
      onComplete: (_socket, _id, payload) => releases.get(payload)?.(),
    },
    {
      messageBytes: MESSAGE_BYTES,
      firstBytes: FIRST_MESSAGE_BYTES,
      heldBytes: limits.SOCKETS_MAX_HELD_BYTES,
      initMs: limits.SOCKET_INIT_TIMEOUT_MS,
      waiting: limits.MAX_WAITING_SOCKETS,
      waitingPerAddress: limits.MAX_WAITING_SOCKETS_PER_ADDRESS,
      unreadBytes: limits.SOCKET_MAX_UNREAD_BYTES,
      anonymousUnreadBytes: ANONYMOUS_UNREAD_BYTES,
      allUnreadBytes: limits.SOCKETS_MAX_UNREAD_BYTES,
    },
  );
  return () => sockets.close();
}

/** The caller's network; undefined where many clients have the one address that is seen of them. */
function addressOf(request: IncomingMessage, { clientOf, isProxy }: SocketParts): string | undefined {
  const { ip } = clientOf(request);
  return isProxy(ip) ? undefined : networkOf(ip);
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
