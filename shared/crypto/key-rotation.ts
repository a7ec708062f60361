import { setTimeout as delay } from 'node:timers/promises';
import type { Db, Tx } from '../db/db.ts';
import { isDuplicate } from '../db/db-errors.ts';
import { AppError } from '../errors/app-error.ts';
import { type FieldCipher, FORMAT } from './field-cipher.ts';
import { isSealed, nameOf, placeOf, type SealedColumn, type SealedRow } from './sealed-column.ts';
import { RotationProgress } from './rotation-progress.ts';

/** A writer that still uses the old key can write behind the cursor: then the column is gone through again. */
const PASSES = 3;

export interface RotationParts {
  readonly db: Db;
  /** The same database by an account that may change what the application may only insert. */
  readonly appendOnly: Db;
  /** Name of the schema in which that stands. */
  readonly auditSchema: string;
  readonly cipher: FieldCipher;
  readonly now: () => Date;
  /** Rows of one transaction. */
  readonly batch: number;
  /** How long to leave the database to others after each batch, ms. */
  readonly pauseMs: number;
  /** Told after each batch. */
  readonly say: (line: string) => void;
}

export interface RotatedColumn {
  readonly name: string;
  /** Rows that this run has written anew. */
  readonly rewritten: number;
  /** Rows that are still under an old key, or whose blind index is. */
  readonly left: number;
}

interface Stale {
  readonly row: SealedRow;
  readonly from: string;
  readonly to: string;
  readonly index: string | undefined;
}

/**
 * Brings every encrypted value under the active key, and every blind index under the current one, while the platform
 * runs: small batches in the order of the primary key, each value replaced only if it is still the one that was read,
 * and the place reached kept in the transaction of the batch, so that a run that was killed is gone on with.
 */
export class KeyRotation {
  readonly #parts: RotationParts;
  readonly #progress: RotationProgress;

  constructor(parts: RotationParts) {
    this.#parts = parts;
    this.#progress = new RotationProgress(parts.now);
  }

  async run(columns: readonly SealedColumn[]): Promise<RotatedColumn[]> {
    const rotated: RotatedColumn[] = [];
    for (const column of columns) rotated.push(await this.#column(column));
    return rotated;
  }

  async #column(column: SealedColumn): Promise<RotatedColumn> {
    const { cipher, say } = this.#parts;
    const name = nameOf(column);
    // A fingerprint of an agreed word tells keys of blind indexes apart without telling them.
    const target = `${cipher.activeKey}:${column.index?.of('target', { kind: '' }).slice(0, 16) ?? ''}`;
    let rewritten = 0;
    let left = 0;
    for (let pass = 1; pass <= PASSES; pass += 1) {
      rewritten += await this.#pass(column, target);
      left = await this.#left(column);
      if (left === 0) break;
      await this.#dbOf(column).transaction((tx) => this.#progress.restart(tx, name));
    }
    say(`${name}: ${rewritten} rewritten, ${left} left`);
    return { name, rewritten, left };
  }

  /** @returns how many rows were written anew */
  async #pass(column: SealedColumn, target: string): Promise<number> {
    const { pauseMs, say } = this.#parts;
    const db = this.#dbOf(column);
    const name = nameOf(column);
    const begun = await db.transaction((tx) => this.#progress.begin(tx, name, target));
    if (begun === undefined) return 0;
    let rewritten = 0;
    for (let after = begun; ;) {
      const rows = await this.#read(column, after);
      const last = rows.at(-1);
      if (last === undefined) break;
      const position = column.key.map((each) => String(last[each]));
      const stale = rows.flatMap((row) => this.#stale(column, row));
      const count = await db.transaction(async (tx) => {
        let changed = 0;
        for (const each of stale) changed += await this.#replace(tx, column, each);
        await this.#progress.move(tx, name, position, changed);
        return changed;
      });
      rewritten += count;
      after = position;
      if (count > 0) say(`${name}: ${rewritten} rewritten, at ${position.join('/')}`);
      await delay(pauseMs);
    }
    await db.transaction((tx) => this.#progress.finish(tx, name));
    return rewritten;
  }

  /** The rows behind a place, in the order of the primary key. */
  async #read(column: SealedColumn, after: readonly string[]): Promise<SealedRow[]> {
    const { key, index } = column;
    const wanted = [
      ...new Set([...key, column.column, ...(index ? [index.column, ...(index.needs ?? [])] : [])]),
    ];
    // `(a, b) > (?, ?)`, written out, since the engines use no index for it as it is.
    const behind = after.map((_, at) => {
      const same = key.slice(0, at).map((each) => `\`${each}\` = ?`);
      return `(${[...same, `\`${key[at]}\` > ?`].join(' AND ')})`;
    });
    const values = after.flatMap((_, at) => after.slice(0, at + 1));
    return this.#dbOf(column).readPrimary((manager) =>
      manager.query<SealedRow[]>(
        `SELECT ${wanted.map((each) => `\`${each}\``).join(', ')} FROM ${this.#tableOf(column)}
         WHERE \`${column.column}\` LIKE '${FORMAT}%' ${behind.length > 0 ? `AND (${behind.join(' OR ')})` : ''}
         ORDER BY ${key.map((each) => `\`${each}\``).join(', ')} LIMIT ${this.#parts.batch}`,
        values,
      ),
    );
  }

  /** What is to be written in a row; nothing where all is current, or where the value cannot be read. */
  #stale(column: SealedColumn, row: SealedRow): Stale[] {
    const { cipher } = this.#parts;
    const from = row[column.column];
    if (!isSealed(from) || (column.index === undefined && cipher.isCurrent(from))) return [];
    const place = placeOf(column, row);
    let plain: string;
    try {
      plain = cipher.decrypt(from, place);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#parts.say(`${nameOf(column)}: ${place.rowId} cannot be read with the keys that there are`);
      return [];
    }
    const index = row[column.index?.column ?? ''] === null ? undefined : column.index?.of(plain, row);
    const isIndexCurrent = index === undefined || row[column.index?.column ?? ''] === index;
    if (cipher.isCurrent(from) && isIndexCurrent) return [];
    const to = cipher.isCurrent(from) ? from : cipher.encrypt(plain, place);
    return [{ row, from, to, index: isIndexCurrent ? undefined : index }];
  }

  /** @returns 1 if the row was still as read, else 0: what has been written meanwhile stays */
  async #replace({ manager }: Tx, column: SealedColumn, { row, from, to, index }: Stale): Promise<number> {
    const { key } = column;
    const sets = [
      `\`${column.column}\` = ?`,
      ...(index === undefined ? [] : [`\`${column.index?.column}\` = ?`]),
    ];
    const where = [...key, column.column].map((each) => `\`${each}\` = ?`).join(' AND ');
    try {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        `UPDATE ${this.#tableOf(column)} SET ${sets.join(', ')} WHERE ${where}`,
        [to, ...(index === undefined ? [] : [index]), ...key.map((each) => row[each]), from],
      );
      return affectedRows;
    } catch (error) {
      // The same value stands in another row under the new key already: for a person to decide, told by what is left.
      if (!isDuplicate(error)) throw error;
      this.#parts.say(`${nameOf(column)}: ${placeOf(column, row).rowId} has a twin under the new key`);
      return 0;
    }
  }

  async #left(column: SealedColumn): Promise<number> {
    if (column.index === undefined) {
      const current = `${FORMAT}${this.#parts.cipher.activeKey}.`;
      const [row] = await this.#dbOf(column).readPrimary((manager) =>
        manager.query<{ count: string | number }[]>(
          `SELECT COUNT(*) AS count FROM ${this.#tableOf(column)}
           WHERE \`${column.column}\` LIKE '${FORMAT}%' AND LEFT(\`${column.column}\`, ${current.length}) <> ?`,
          [current],
        ),
      );
      return Number(row?.count);
    }
    let left = 0;
    for (let after: string[] = []; ;) {
      const rows = await this.#read(column, after);
      const last = rows.at(-1);
      if (last === undefined) return left;
      left += rows.filter((row) => this.#isLeft(column, row)).length;
      after = column.key.map((each) => String(last[each]));
    }
  }

  #isLeft(column: SealedColumn, row: SealedRow): boolean {
    const value = row[column.column];
    const isOld = isSealed(value) && !this.#parts.cipher.isCurrent(value);
    return isOld || this.#stale(column, row).length > 0;
  }

  #dbOf({ isAppendOnly }: SealedColumn): Db {
    return isAppendOnly ? this.#parts.appendOnly : this.#parts.db;
  }

  #tableOf({ table, isAppendOnly }: SealedColumn): string {
    return isAppendOnly ? `\`${this.#parts.auditSchema}\`.\`${table}\`` : `\`${table}\``;
  }
}
