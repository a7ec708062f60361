import type { FastifyInstance } from 'fastify';
import { limitBodyTime } from '../shared/http/body-time.ts';
import { guardConnections } from '../shared/http/connections.ts';
import { refuseBadRequest } from '../shared/http/refusal.ts';
import type { ConnectionConfig } from './connections-config.ts';

/** How long the bytes of a file may take to come in, ms: fifty megabytes over a slow mobile connection. */
const UPLOAD_MS = 300_000;
/** How often Node looks for requests that take too long, ms. */
const LOOK_MS = 500;

export interface ConnectionParts {
  readonly limits: ConnectionConfig;
  /** The longest that a subgraph may take to answer, ms. */
  readonly longestCallMs: number;
  /** Whether an address is that of a proxy of ours. */
  readonly isProxy: (address: string) => boolean;
}

/** What Fastify is told of connections. */
export function connectionOptions({ limits, longestCallMs }: ConnectionParts) {
  return {
    keepAliveTimeout: limits.IDLE_TIMEOUT_MS,
    // While a subgraph is waited for, nothing moves on a connection.
    connectionTimeout: Math.max(limits.IDLE_TIMEOUT_MS, 2 * longestCallMs),
    requestTimeout: UPLOAD_MS,
    clientErrorHandler: refuseBadRequest,
    http: { headersTimeout: limits.HEADERS_TIMEOUT_MS, connectionsCheckingInterval: LOOK_MS },
  };
}

/** Keeps the router's connections within their limits. To be called before the routes are added. */
export function limitConnections(app: FastifyInstance, { limits, isProxy }: ConnectionParts): void {
  guardConnections(app.server, {
    inAll: limits.MAX_CONNECTIONS,
    perAddress: limits.MAX_CONNECTIONS_PER_ADDRESS,
    isShared: isProxy,
    stallMs: limits.STALL_TIMEOUT_MS,
  });
  limitBodyTime(app, ({ url }) => (url.startsWith('/files/') ? UPLOAD_MS : limits.BODY_TIMEOUT_MS));
}
