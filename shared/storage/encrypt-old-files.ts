import {
  type EntityManager,
  type EntityTarget,
  type FindOptionsWhere,
  In,
  IsNull,
  MoreThan,
  Not,
} from 'typeorm';
import type { Db } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';
import type { ClearFile, EncryptedFiles, FileRow } from './encrypted-files.ts';

const BATCH = 100;

/**
 * Encrypts the files of a table that an earlier release kept in clear, while everything runs; it can be stopped and begun
 * again at any time, and takes away what an earlier run that was cut short has left in clear. No process of that release
 * may run any more: it would not find what is encrypted. A file that is not there is told in the log and left out.
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
  await deleteReplaced(db, files, table);
  return count;
}

/** Deletes every file in clear whose row names an encrypted one. */
async function deleteReplaced<T extends FileRow>(
  db: Db,
  files: EncryptedFiles,
  table: EntityTarget<T>,
): Promise<void> {
  let some: ClearFile[] = [];
  const settle = async () => {
    const encrypted = await encryptedAmong(db, table, some);
    for (const file of some) if (encrypted.has(file.id)) await files.delete(file);
    some = [];
  };
  for await (const file of files.inClear()) {
    some.push(file);
    if (some.length >= BATCH) await settle();
  }
  if (some.length > 0) await settle();
}

async function encryptedAmong<T extends FileRow>(
  db: Db,
  table: EntityTarget<T>,
  some: readonly ClearFile[],
): Promise<Set<string>> {
  const where = { id: In(some.map(({ id }) => id)), storedAs: Not(IsNull()) } as FindOptionsWhere<T>;
  const rows = await db.readPrimary((manager) =>
    manager.createQueryBuilder<T>(table, 'file').where(where).getMany(),
  );
  return new Set(rows.map(({ id }) => id));
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
