import DataLoader from 'dataloader';
import { AppError } from '../errors/app-error.ts';

/** A batch read: one statement for many keys, results in the order of the keys, `null` where there is none. */
export interface BatchRead<K, V> {
  readonly name: string;
  readonly read: (keys: readonly K[]) => Promise<(V | null)[]>;
}

/** A batch read in which one key may fail without the others: its error stands in its place. */
export interface FallibleRead<K, V> {
  readonly name: string;
  readonly read: (keys: readonly K[]) => Promise<(V | null | Error)[]>;
}

/** The DataLoaders of one request: made at first use, gone with the request, so nothing leaks between callers. */
export class Loaders {
  readonly #loaders = new Map<object, object>();

  of<K, V>(batch: FallibleRead<K, V>): DataLoader<K, V | null> {
    const known = this.#loaders.get(batch);
    if (known instanceof DataLoader) return known;
    const made = new DataLoader<K, V | null>((keys) => batch.read(keys), { maxBatchSize: 500 });
    this.#loaders.set(batch, made);
    return made;
  }

  /**
   * The value that must be there, such as the row that another one names.
   * @param what the name of its type, for the error. @throws AppError NOT_FOUND
   */
  async get<K, V>(batch: BatchRead<K, V>, key: K, what: string): Promise<V> {
    const found = await this.of(batch).load(key);
    if (found === null) throw new AppError('NOT_FOUND', { what });
    return found;
  }

  /** Drops cached values, after a change in the same request. */
  clear(): void {
    this.#loaders.clear();
  }
}

/** Puts rows into the order of the keys that asked for them. */
export function inOrder<K, V>(keys: readonly K[], rows: readonly V[], keyOf: (row: V) => K): (V | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}
