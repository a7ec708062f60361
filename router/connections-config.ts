import { z } from 'zod';

const count = (most: number) => z.coerce.number().int().min(1).max(most);
const milliseconds = z.coerce.number().int().min(100).max(600_000);

/** What the router reads of limits on connections; clients that mean well meet none of them. */
export const connectionVariables = {
  MAX_CONNECTIONS: count(1_000_000).default(10_000),
  MAX_CONNECTIONS_PER_ADDRESS: count(1_000_000).default(1000),
  HEADERS_TIMEOUT_MS: milliseconds.default(10_000),
  BODY_TIMEOUT_MS: milliseconds.default(20_000),
  IDLE_TIMEOUT_MS: milliseconds.default(75_000),
  STALL_TIMEOUT_MS: milliseconds.default(30_000),
  SOCKET_INIT_TIMEOUT_MS: milliseconds.default(3000),
  MAX_WAITING_SOCKETS: count(1_000_000).default(5000),
  MAX_WAITING_SOCKETS_PER_ADDRESS: count(1_000_000).default(1000),
  SOCKET_MAX_UNREAD_BYTES: z.coerce.number().int().min(65_536).default(4_194_304),
  SOCKETS_MAX_UNREAD_BYTES: z.coerce.number().int().min(1_048_576).default(134_217_728),
  SOCKETS_MAX_HELD_BYTES: z.coerce.number().int().min(1_048_576).default(134_217_728),
  MAX_TRANSFERS_PER_ACCOUNT: count(10_000).default(6),
  TRANSFER_GRACE_MS: milliseconds.default(30_000),
  TRANSFER_MIN_BYTES_PER_S: count(1_000_000_000).default(65_536),
  MAX_SOCKETS_PER_ACCOUNT: count(10_000).default(20),
  MAX_SUBSCRIPTIONS_PER_SOCKET: count(10_000).default(50),
  MAX_SUBSCRIPTIONS_PER_ACCOUNT: count(100_000).default(500),
};

const schema = z.object(connectionVariables);

/** Limits on connections, sockets and subscriptions; times in milliseconds. */
export type ConnectionConfig = z.infer<typeof schema>;
