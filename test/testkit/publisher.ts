import { inject } from 'vitest';
import { loadConfig } from '../../shared/config/config.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { openDatabase } from '../../shared/db/open.ts';
import type { EventPayload, EventType } from '../../shared/events/event.ts';
import { newId } from '../../shared/ids/ids.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { benchEnvironment } from './platform.ts';

/** Puts facts into the outbox of a running subgraph, as it would itself. */
export async function publisherOf(name: 'care' | 'pharmacy') {
  const config = loadConfig(name, benchEnvironment(inject('platformDir')));
  const redis = createRedis(config.redisStateUrl, 'request');
  const subscriber = createRedis(config.redisStateUrl, 'subscriber');
  const { db } = await openDatabase(config, { entities: [], migrations: [] }, redis);
  const outbox = new Outbox(
    name,
    new FieldCipher(config.fieldKeys),
    new Wake(redis, subscriber),
    () => new Date(),
  );
  return {
    tell: async <T extends EventType>(type: T, payload: EventPayload<T>) => {
      const aggregateType = type.split('.')[0] ?? '';
      await db.transaction((tx) =>
        outbox.add(tx, { type, aggregateType, aggregateId: newId('tst'), aggregateVersion: 1, payload }),
      );
    },
    close: async () => {
      await db.close();
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}
