import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import type { SubgraphConfig } from '../config/config.ts';
import { createDataSource, type DatabaseParts } from './data-source.ts';
import { Db } from './db.ts';
import { OwnWrites } from './own-writes.ts';
import { ReplicaSet } from './replica-set.ts';
import { fixedTopology } from './replica-topology.ts';

export interface OpenedDatabase {
  readonly db: Db;
  readonly replicas: ReplicaSet;
  /** True when every migration that this code knows has run. */
  readonly isCurrent: () => Promise<boolean>;
}

/**
 * Opens the primary and begins to watch the replicas, which answer once it is known how far they are.
 * @param redis for state
 */
export async function openDatabase(
  config: SubgraphConfig,
  parts: DatabaseParts,
  redis: Redis,
): Promise<OpenedDatabase> {
  const { database } = config;
  const primary = createDataSource(database, database.primaryUrl, 'app', parts);
  await primary.initialize();
  const { replicaUrls, replicaMaxLagMs: maxLagMs } = database;
  const connect = (url: string) => createDataSource(database, url, 'read-only', parts);
  const replicas = new ReplicaSet({ topology: fixedTopology(replicaUrls), primary, connect, maxLagMs });
  if (replicaUrls.length > 0) replicas.start();
  const db = new Db(primary, replicas, new OwnWrites(redis, config.name, maxLagMs));
  return { db, replicas, isCurrent: () => isCurrent(primary) };
}

async function isCurrent(primary: DataSource): Promise<boolean> {
  try {
    const rows: { name: string }[] = await primary.query('SELECT name FROM schema_migration');
    const ran = new Set(rows.map((row) => row.name));
    return primary.migrations.every((migration) => ran.has(migration.name ?? migration.constructor.name));
  } catch {
    return false;
  }
}
