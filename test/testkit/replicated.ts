import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { loadConfig, type SubgraphConfig } from '../../shared/config/config.ts';
import { inRequest } from '../../shared/context/request-context.ts';
import { createDataSource } from '../../shared/db/data-source.ts';
import type { Db } from '../../shared/db/db.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { type OpenedDatabase, openDatabase } from '../../shared/db/open.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { environmentOf, until } from './platform.ts';
import { controlReplica, type ReplicaControl } from './replication.ts';
import { makeSchemas } from './schemas.ts';
import { startServers } from './servers.ts';

const NOTHING = { entities: [], migrations: [] };

export interface Replicated extends OpenedDatabase {
  readonly config: SubgraphConfig;
  readonly control: ReplicaControl;
  /** Where positions of own writes are kept. */
  readonly redis: Redis;
  /** The port of the server that answers a read of somebody, or of nobody in particular. */
  readonly answersTo: (accountId?: string) => Promise<number>;
  readonly ports: { readonly primary: number; readonly replica: number };
  readonly close: () => Promise<void>;
}

/** Runs something as a request of an account. */
export const as = <T>(actorId: string, work: () => Promise<T>): Promise<T> =>
  inRequest({ requestId: 'r', traceparent: '', locale: 'en', actorId, needsLatest: false }, work);

export async function portOf(db: Db): Promise<number> {
  const [row] = await db.read<{ port: string }[]>((manager) => manager.query('SELECT @@port AS port'));
  return Number(row?.port);
}

/** A subgraph's schema on a primary and a replica of the test's own, opened as a process opens it. */
export async function openReplicated(): Promise<Replicated> {
  const servers = await startServers();
  const known = loadConfig('stats', environmentOf(inject('platformDir')));
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const { primary, replica } = servers;
  const database = {
    ...known.database,
    primaryUrl: `mysql://127.0.0.1:${primary}`,
    replicaUrls: [`mysql://127.0.0.1:${replica}`],
    schema,
    auditSchema: `${schema}_audit`,
  };
  const config = { ...known, database };
  const admin = await createConnection({
    host: '127.0.0.1',
    port: primary,
    user: 'yey_admin',
    password: servers.adminPassword,
  });
  const accounts = {
    yey_stats: 'password',
    yey_stats_ro: 'readOnlyPassword',
    yey_stats_ddl: 'ddlPassword',
  } as const;
  for (const [user, key] of Object.entries(accounts)) {
    await admin.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${database[key]}'`);
  }
  await makeSchemas(admin, 'stats', schema);
  await admin.query(`GRANT SELECT ON \`${schema}\`.* TO 'yey_stats_ro'@'%'`);
  await admin.end();
  const ddl = createDataSource(database, database.primaryUrl, 'ddl', NOTHING);
  await ddl.initialize();
  await migrate(ddl, schema);
  await ddl.query('CREATE TABLE paper (id INT PRIMARY KEY) ENGINE=InnoDB');
  await ddl.destroy();
  const redis = createRedis(`redis://127.0.0.1:${servers.redis[0]}/0`, 'request');
  const opened = await openDatabase(config, NOTHING, redis);
  const control = await controlReplica(replica, servers.adminPassword);
  const { db } = opened;
  const answersTo = (accountId = 'anonymous') => as(accountId, () => portOf(db));
  await until(async () => (await answersTo()) === replica, 30_000);
  return {
    ...opened,
    config,
    control,
    redis,
    answersTo,
    ports: { primary, replica },
    close: async () => {
      await db.close();
      await control.end();
      redis.disconnect();
      await servers.stop();
    },
  };
}
