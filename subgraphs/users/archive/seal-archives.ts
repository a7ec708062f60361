import { type FindOptionsWhere, IsNull, MoreThan } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { opened, sealedColumns } from './archive-content.ts';
import { HealthArchive } from './archive.entity.ts';
import {
  Allergy,
  type ArchiveEntry,
  CurrentMedication,
  type EntryClass,
  MedicalCondition,
} from './archive-entry.entity.ts';

const BATCH = 200;
const KINDS: readonly EntryClass<ArchiveEntry>[] = [Allergy, MedicalCondition, CurrentMedication];

/**
 * Seals what stands in clear in rows that an earlier release wrote, while everything runs. Each batch is committed by
 * itself, so it can be stopped and begun again at any time. No process of that release may run any more: it would
 * find nothing in what is sealed.
 * @returns how many rows were sealed
 */
export async function sealArchives(db: Db, cipher: FieldCipher): Promise<number> {
  let count = 0;
  for (let sealedNow = BATCH; sealedNow === BATCH; count += sealedNow) {
    sealedNow = await db.transaction((tx) => sealVersions(tx, cipher));
  }
  for (const type of KINDS) {
    let last = '';
    for (let batch: readonly string[] = [last]; batch.length > 0; last = batch.at(-1) ?? last) {
      batch = await db.transaction((tx) => sealEntries(tx, cipher, type, last));
      count += batch.length;
    }
  }
  return count;
}

async function sealVersions({ manager }: Tx, cipher: FieldCipher): Promise<number> {
  const rows = await manager.find(HealthArchive, {
    where: { id: IsNull() },
    take: BATCH,
    lock: { mode: 'pessimistic_write' },
  });
  for (const row of rows) {
    const { patientId, version } = row;
    const id = newId('arv');
    const said = Object.assign(opened(row, cipher), { id });
    await manager.update(HealthArchive, { patientId, version }, { id, ...sealedColumns(said, cipher) });
  }
  return rows.length;
}

/** @param after the row to go on after @returns the identifiers of those that were sealed */
async function sealEntries(
  { manager }: Tx,
  cipher: FieldCipher,
  type: EntryClass<ArchiveEntry>,
  after: string,
): Promise<string[]> {
  const where: FindOptionsWhere<ArchiveEntry> = { id: MoreThan(after), content: IsNull() };
  const rows = await manager.find(type, {
    where,
    order: { id: 'ASC' },
    take: BATCH,
    lock: { mode: 'pessimistic_write' },
  });
  for (const row of rows) {
    await manager.update(type, { id: row.id }, sealedColumns(opened(row, cipher), cipher));
  }
  return rows.map(({ id }) => id);
}
