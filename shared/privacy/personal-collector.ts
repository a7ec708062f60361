import type { FieldCipher } from '../crypto/field-cipher.ts';
import { isSealed, placeOf, type SealedColumn, type SealedRow } from '../crypto/sealed-column.ts';
import type { Db } from '../db/db.ts';
import { conditionOf, type DataSubject, type PersonalSource } from './personal-source.ts';

export interface CollectedSource {
  readonly about: string;
  /** Rows by the names of the columns in camel case, encrypted ones in clear, instants in ISO 8601 (UTC). */
  readonly rows: Record<string, unknown>[];
}

export type Collected = Record<string, CollectedSource>;

export interface CollectorParts {
  readonly db: Db;
  readonly cipher: FieldCipher;
  readonly auditSchema: string;
  readonly sealed: readonly SealedColumn[];
  readonly sources: readonly PersonalSource[];
}

/** Everything that a subgraph holds of a person, readable (个人信息保护法 article 45). */
export class PersonalCollector {
  readonly #parts: CollectorParts;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  /** @throws AppError DECRYPT_FAILED, UNAVAILABLE */
  async collect(subject: DataSubject): Promise<Collected> {
    const collected: Collected = {};
    for (const source of this.#parts.sources) {
      collected[source.name] = { about: source.about, rows: await this.#rowsOf(source, subject) };
    }
    return collected;
  }

  async #rowsOf(source: PersonalSource, subject: DataSubject): Promise<Record<string, unknown>[]> {
    const { db, auditSchema } = this.#parts;
    const [where, values] = conditionOf(source.where, subject);
    const table = source.isAppendOnly ? `\`${auditSchema}\`.\`${source.table}\`` : `\`${source.table}\``;
    const rows = await db.readPrimary((manager) =>
      manager.query<SealedRow[]>(`SELECT * FROM ${table} WHERE ${where} ORDER BY 1, 2`, values),
    );
    return rows.map((row) => this.#readable(source, row));
  }

  #readable(source: PersonalSource, row: SealedRow): Record<string, unknown> {
    const { [source.spread ?? '']: inner, ...readable } = this.#opened(source, row);
    return isObject(inner) ? { ...readable, ...inner } : readable;
  }

  #opened({ table, hidden = [] }: PersonalSource, row: SealedRow): Record<string, unknown> {
    const { cipher, sealed } = this.#parts;
    const shown = Object.entries(row).filter(([column]) => !hidden.includes(column));
    return Object.fromEntries(
      shown.map(([column, value]) => {
        const known = sealed.find((each) => each.table === table && each.column === column);
        const plain = known && isSealed(value) ? parsed(cipher.decrypt(value, placeOf(known, row))) : value;
        return [camel(column), plain instanceof Date ? plain.toISOString() : plain];
      }),
    );
  }
}

const camel = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is kept as JSON is told as what it is. */
function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
