import { type EntityManager, type EntityTarget, type FindOptionsWhere, IsNull, MoreThan, Not } from 'typeorm';
import type { Db } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';
import type { EncryptedFiles, FileRow } from './encrypted-files.ts';

const BATCH = 100;

/**
 * Encrypts the files of a table that an earlier release kept in clear, while everything runs; it can be stopped and begun
 * again at any time. No process of that release may run any more: it would not find what is encrypted. A file that is
 * not there is told in the log and left out.
 * @returns how many were encrypted
 * @throws AppError UNAVAILABLE
 */
export async function encryptOldFiles<T extends FileRow>(
  db: Db,
  files: EncryptedFiles,
  table: EntityTarget<T>,
): Promise<number> {
  let count = 0;
  for (let last = '', rows = await clearOnes(db, table, last); rows.length > 0;) {
    for (const row of rows) {
      if (await encryptOne(db, files, table, row)) count += 1;
      last = row.id;
    }
    rows = await clearOnes(db, table, last);
  }
  return count;
}

async function encryptOne<T extends FileRow>(
  db: Db,
  files: EncryptedFiles,
  table: EntityTarget<T>,
  row: T,
): Promise<boolean> {
  try {
    return await files.encryptOld(row, (file) =>
      db.transaction(async ({ manager }) => {
        const where = { id: row.id, fileKey: IsNull() } as FindOptionsWhere<T>;
        const { affected } = await update(manager, table, where, file);
        return affected === 1;
      }),
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
    logger().error({ file: row.id }, 'a file that a row names is not in the store');
    return false;
  }
}

async function clearOnes<T extends FileRow>(db: Db, table: EntityTarget<T>, after: string): Promise<T[]> {
  const where = { id: MoreThan(after), sha256: Not(IsNull()), fileKey: IsNull() } as FindOptionsWhere<T>;
  return db.readPrimary((manager) =>
    manager.createQueryBuilder<T>(table, 'file').where(where).orderBy('file.id', 'ASC').take(BATCH).getMany(),
  );
}

async function update<T extends FileRow>(
  manager: EntityManager,
  table: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  { storedAs, fileKey }: Readonly<Record<'storedAs' | 'fileKey', string>>,
) {
  return manager
    .createQueryBuilder()
    .update(table)
    .set({ storedAs, fileKey } as never)
    .where(where)
    .execute();
}
