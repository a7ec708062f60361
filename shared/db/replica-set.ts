import type { DataSource } from 'typeorm';
import { logger } from '../logging/logger.ts';
import { isOutage } from './db-errors.ts';

/** How long a replica that failed is left alone, ms. */
const RESTORE_AFTER_MS = 1000;
/** How long a read waits for a replica to reach the reader's own write, seconds; afterwards the primary answers. */
const CATCH_UP_BUDGET_S = 0.05;

interface Replica {
  readonly source: DataSource;
  downUntil: number;
}

/** The read-only servers, with what TypeORM's own replication lacks: health, and waiting for a position. */
export class ReplicaSet {
  readonly #replicas: Replica[];
  #next = 0;

  constructor(sources: DataSource[]) {
    this.#replicas = sources.map((source) => ({ source, downUntil: 0 }));
  }

  /** A replica that answers and has applied `position` (a GTID, or none to wait for); undefined: ask the primary. */
  async pick(position: string | undefined): Promise<DataSource | undefined> {
    for (let tried = 0; tried < this.#replicas.length; tried += 1) {
      const replica = this.#replicas[this.#next++ % this.#replicas.length];
      if (replica === undefined || replica.downUntil > Date.now()) continue;
      try {
        if (!replica.source.isInitialized) await replica.source.initialize();
        if (position === undefined || (await hasReached(replica.source, position))) return replica.source;
      } catch (error) {
        if (!isOutage(error)) logger().warn({ err: error }, 'replica refused');
        this.markDown(replica.source);
      }
    }
    return undefined;
  }

  markDown(source: DataSource): void {
    const replica = this.#replicas.find((each) => each.source === source);
    if (replica === undefined) return;
    if (replica.downUntil < Date.now()) logger().warn('a replica is down, the primary answers reads');
    replica.downUntil = Date.now() + RESTORE_AFTER_MS;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#replicas.map(({ source }) => (source.isInitialized ? source.destroy() : Promise.resolve())),
    );
  }
}

async function hasReached(source: DataSource, position: string): Promise<boolean> {
  // MariaDB positions read `domain-server-sequence`, MySQL's `uuid:sequence`.
  const mysql = position.includes(':');
  const sql = mysql
    ? 'SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS late'
    : 'SELECT MASTER_GTID_WAIT(?, ?) AS late';
  const rows: { late: number | string }[] = await source.query(sql, [position, CATCH_UP_BUDGET_S]);
  return Number(rows[0]?.late) === 0;
}
