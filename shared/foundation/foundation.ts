import type { Redis } from 'ioredis';
import { Audit } from '../audit/audit.ts';
import type { AuditPlace } from '../audit/audit-place.ts';
import { ClockSkews } from '../clock/clock-skew.ts';
import { processClock } from '../clock/steady-clock.ts';
import type { SubgraphConfig, SubgraphName } from '../config/config.ts';
import { FieldCipher } from '../crypto/field-cipher.ts';
import type { DatabaseParts } from '../db/data-source.ts';
import type { Db } from '../db/db.ts';
import { assertRestoreEnded } from '../db/unfinished-restore.ts';
import { openDatabase } from '../db/open.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Readiness } from '../readiness/readiness.ts';
import { createRedis } from '../redis/clients.ts';
import { Wake } from '../redis/wake.ts';
import { ServiceClient } from '../service/service-client.ts';

/** What the services of a subgraph are made of. */
export interface Foundation {
  readonly config: SubgraphConfig;
  readonly db: Db;
  /** Redis for state. */
  readonly redis: Redis;
  /** Redis for what may be dropped. */
  readonly cache: Redis;
  readonly wake: Wake;
  readonly cipher: FieldCipher;
  readonly audit: Audit;
  readonly outbox: Outbox;
  readonly now: () => Date;
  readonly readiness: Readiness;
  /** How far the clocks of other processes are from ours. */
  readonly clocks: ClockSkews;
  /** Asks another subgraph. */
  readonly clientOf: (target: SubgraphName) => ServiceClient;
}

export interface LaidFoundation {
  readonly foundation: Foundation;
  readonly isCurrent: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the connections of one subgraph.
 * @param options `isRestoring` for the restore itself, which works on a schema that nobody else may use
 * @throws Error when the primary database does not answer
 * @throws AppError RESTORE_UNFINISHED
 */
export async function layFoundation(
  config: SubgraphConfig,
  parts: DatabaseParts,
  { isRestoring = false }: { readonly isRestoring?: boolean } = {},
): Promise<LaidFoundation> {
  const now = () => processClock.now();
  const redis = createRedis(config.redisStateUrl, 'request');
  const subscriber = createRedis(config.redisStateUrl, 'subscriber');
  const cache =
    config.redisCacheUrl === config.redisStateUrl ? redis : createRedis(config.redisCacheUrl, 'request');
  const { db, replicas, isCurrent } = await openDatabase(config, parts, redis);
  const wake = new Wake(redis, subscriber);
  const cipher = new FieldCipher(config.fieldKeys);
  const { name, serviceKeys, urls } = config;
  const readiness = new Readiness();
  const clocks = new ClockSkews();
  watchClocks(readiness, clocks);
  readiness.tell('replicas', () => replicas.report());
  readiness.watch('replicas', () => replicas.problem());
  const foundation: Foundation = {
    config,
    db,
    redis,
    cache,
    wake,
    cipher,
    audit: new Audit(db, auditPlaceOf(config), wake, now),
    outbox: new Outbox(name, cipher, wake, now),
    now,
    readiness,
    clocks,
    clientOf: (target) => new ServiceClient(serviceKeys, name, target, urls[target], clocks),
  };
  const close = async () => {
    await db.close();
    for (const each of new Set([redis, subscriber, cache])) each.disconnect();
  };
  if (!isRestoring) {
    const find = (sql: string, values: string[]) => db.readPrimary((manager) => manager.query(sql, values));
    await assertRestoreEnded(find, config.database.schema).catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }
  return { foundation, isCurrent, close };
}

function watchClocks(readiness: Readiness, clocks: ClockSkews): void {
  readiness.tell('clocks', () => clocks.all());
  readiness.watch('clock', () => {
    const { stepMs } = processClock;
    if (stepMs !== 0) return `the clock of this machine stepped by ${stepMs} ms; followed when it stays so`;
    const far = Object.keys(clocks.all()).filter((peer) => clocks.of(peer)?.isTooFar);
    return far.length === 0 ? undefined : `too far from ${far.join(', ')}`;
  });
}

export function auditPlaceOf(config: SubgraphConfig): AuditPlace {
  return { schema: config.database.auditSchema, key: config.auditKey, subgraph: config.name };
}
