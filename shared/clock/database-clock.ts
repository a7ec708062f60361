import type { Db } from '../db/db.ts';
import type { ClockSkews } from './clock-skew.ts';

/** Compares our clock with the database's, the one that all processes of a subgraph share. */
export async function measureDatabaseClock(db: Db, clocks: ClockSkews): Promise<void> {
  const askedAt = performance.now();
  const rows = await db.readPrimary<{ ms: string }[]>((manager) =>
    manager.query('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS ms'),
  );
  clocks.observe('database', rows[0]?.ms, performance.now() - askedAt);
}
