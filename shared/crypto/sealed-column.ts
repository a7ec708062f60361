import { FORMAT, type Place } from './field-cipher.ts';

export type SealedRow = Readonly<Record<string, unknown>>;

/** A column whose values are encrypted, and how they are bound to their rows. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The columns of the primary key; joined by `/` they are the row id to which a value is bound. */
  readonly key: readonly [string, ...string[]];
  /** The name to which a value is bound, where it is not that of the column. */
  readonly boundAs?: string;
  /** In the schema in which the application may only insert and read: rewritten with the DDL account. */
  readonly isAppendOnly?: true;
  /** The blind index of the value: written anew together with it. */
  readonly index?: {
    readonly column: string;
    /** Further columns that `of` must know. */
    readonly needs?: readonly string[];
    /** The fingerprint of a value in clear, by the current key. */
    readonly of: (plain: string, row: SealedRow) => string;
  };
}

/** `<table>.<column>` */
export const nameOf = ({ table, column }: SealedColumn): string => `${table}.${column}`;

/** Where the value of a row stands. @param row has the columns of the key. */
export function placeOf({ table, column, key, boundAs }: SealedColumn, row: SealedRow): Place {
  return { table, column: boundAs ?? column, rowId: key.map((each) => String(row[each])).join('/') };
}

export const isSealed = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith(FORMAT);
