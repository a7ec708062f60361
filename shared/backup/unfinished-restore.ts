import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Db } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';

/** A table that is there from before the first one is dropped until the restored schema may be served. */
export const UNFINISHED_RESTORE = 'unfinished_restore';

const FIND = 'SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?';

export async function markRestore(connection: Connection): Promise<void> {
  await connection.query(`CREATE TABLE IF NOT EXISTS ${UNFINISHED_RESTORE} (id TINYINT PRIMARY KEY)`);
}

export async function unmarkRestore(connection: Connection): Promise<void> {
  await connection.query(`DROP TABLE IF EXISTS ${UNFINISHED_RESTORE}`);
}

/**
 * A schema whose restore broke off may be whole already and still count its events in the epoch that readers know.
 * @throws AppError RESTORE_UNFINISHED
 */
export async function assertNoUnfinishedRestore(db: Db, schema: string): Promise<void> {
  const rows = await db.readPrimary<unknown[]>((manager) =>
    manager.query(FIND, [schema, UNFINISHED_RESTORE]),
  );
  if (rows.length > 0) throw new AppError('RESTORE_UNFINISHED');
}

/** The same for a connection outside the pools. @throws AppError RESTORE_UNFINISHED */
export async function assertRestoreEnded(connection: Connection, schema: string): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(FIND, [schema, UNFINISHED_RESTORE]);
  if (rows.length > 0) throw new AppError('RESTORE_UNFINISHED');
}
