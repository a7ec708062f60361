import { Redis } from 'ioredis';
import { logger } from '../logging/logger.ts';

/**
 * The one place that makes Redis clients. `request` clients fail fast (one retry, a command deadline);
 * `subscriber` clients hold a pub/sub connection and wait for the server to come back.
 */
export function createRedis(url: string, purpose: 'request' | 'subscriber'): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: true,
    maxRetriesPerRequest: purpose === 'request' ? 1 : null,
    ...(purpose === 'request' && { commandTimeout: 2000, enableOfflineQueue: true }),
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 2000),
  });
  let down = false;
  client.on('error', (error: Error) => {
    if (!down) logger().warn({ purpose, reason: error.message }, 'redis connection lost');
    down = true;
  });
  client.on('ready', () => {
    if (down) logger().info({ purpose }, 'redis connection restored');
    down = false;
  });
  return client;
}
