import type { Connection } from 'mysql2/promise';
import { AppError } from '../errors/app-error.ts';

/** A table that is there from before the first one is dropped until the restored schema may be served. */
export const UNFINISHED_RESTORE = 'unfinished_restore';

const FIND_MARK = 'SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?';

type Find = (sql: string, values: string[]) => Promise<readonly unknown[]>;

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
 * @param find reads rows of the primary
 * @throws AppError RESTORE_UNFINISHED
 */
export async function assertRestoreEnded(find: Find, schema: string): Promise<void> {
  const marks = await find(FIND_MARK, [schema, UNFINISHED_RESTORE]);
  if (marks.length > 0) throw new AppError('RESTORE_UNFINISHED');
}
