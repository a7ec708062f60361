import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Db } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';

/** A table that is there from before the first one is dropped until the restored schema may be served. */
export const UNFINISHED_RESTORE = 'unfinished_restore';

const FIND = 'SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?';

/**
 * Marks a schema as one that is being restored, and looks then whether somebody works on it: a process that starts
 * meanwhile is seen, or sees the mark. Where somebody does, a mark that was not there before is taken away again.
 * @param connection with the schema as its default database
 * @param assertNobodyWorks throws when somebody does
 */
export async function markRestore(
  connection: Connection,
  assertNobodyWorks: () => Promise<void>,
): Promise<void> {
  const isNew = await connection.query(`CREATE TABLE ${UNFINISHED_RESTORE} (id TINYINT PRIMARY KEY)`).then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === 'ER_TABLE_EXISTS_ERROR') return false;
      throw error;
    },
  );
  try {
    await assertNobodyWorks();
  } catch (error) {
    if (isNew) await unmarkRestore(connection);
    throw error;
  }
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
