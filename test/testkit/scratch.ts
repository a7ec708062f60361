import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import type { AuditPlace } from '../../shared/audit/audit-place.ts';
import { loadConfig, type SubgraphConfig } from '../../shared/config/config.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { createDataSource, type DatabaseParts } from '../../shared/db/data-source.ts';
import type { Db } from '../../shared/db/db.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openDatabase } from '../../shared/db/open.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { environmentOf } from './platform.ts';
import { dropSchemas, makeSchemas } from './schemas.ts';

/** Longer than any test. */
const NEVER_MS = 3_600_000;

export interface Scratch {
  /** A name that no running service has, for topics and keys. */
  readonly name: string;
  /** Its schema; that of the audit is `<schema>_audit`. */
  readonly schema: string;
  readonly config: SubgraphConfig;
  readonly db: Db;
  readonly redis: Redis;
  readonly wake: Wake;
  /** One whose listeners look when they are called, and never on their own. */
  readonly onlyCalled: Wake;
  readonly cipher: FieldCipher;
  readonly place: AuditPlace;
  /** The administrator of the server, who may do anything to the tables. */
  readonly admin: Connection;
  /** The same schema as another process of the subgraph would open it. */
  readonly open: () => Promise<Db>;
  readonly close: () => Promise<void>;
}

/** A connection to the platform's primary server. @param user with its password, or the administrator */
export async function connectAs(user?: { name: string; password: string }): Promise<Connection> {
  const env = environmentOf(inject('platformDir'));
  return createConnection({
    host: '127.0.0.1',
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: user?.name ?? 'yey_admin',
    password: user?.password ?? env.ADMIN_DB_PASSWORD ?? '',
    timezone: 'Z',
  });
}

/** A subgraph's schema of the test's own, with the tables that every subgraph stands on and with no service on it. */
export async function scratchSubgraph(
  parts: DatabaseParts = { entities: [], migrations: [] },
): Promise<Scratch> {
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  const known = loadConfig('stats', environmentOf(inject('platformDir')));
  const config: SubgraphConfig = {
    ...known,
    database: { ...known.database, schema: name, auditSchema: `${name}_audit`, replicaUrls: [] },
  };
  const admin = await connectAs();
  await makeSchemas(admin, 'stats', name);
  const source = createDataSource(config.database, config.database.primaryUrl, 'ddl', parts);
  await source.initialize();
  await migrate(source, name);
  await source.destroy();
  const redis = createRedis(config.redisStateUrl, 'request');
  const subscriber = createRedis(config.redisStateUrl, 'subscriber');
  const opened: Db[] = [];
  const open = async () => {
    const { db } = await openDatabase(config, parts, redis);
    opened.push(db);
    return db;
  };
  return {
    name,
    schema: name,
    config,
    db: await open(),
    redis,
    wake: new Wake(redis, subscriber),
    onlyCalled: new Wake(redis, subscriber, NEVER_MS),
    cipher: new FieldCipher(config.fieldKeys),
    place: { schema: `${name}_audit`, key: config.auditKey, subgraph: name },
    admin,
    open,
    close: async () => {
      await Promise.all(opened.map((db) => db.close()));
      redis.disconnect();
      subscriber.disconnect();
      await dropSchemas(admin, name);
      await admin.end();
    },
  };
}
