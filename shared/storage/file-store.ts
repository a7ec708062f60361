import type { Readable } from 'node:stream';

export interface StoredFile {
  readonly stream: Readable;
  /** In bytes. */
  readonly size: number;
}

/** Where the bytes of files are. Keys are chosen by the platform, see {@link assertKey}; what stands in the rows tells the rest. */
export interface FileStore {
  /** Keeps a file, all of it or nothing; the same key again replaces it. @throws AppError UNAVAILABLE */
  put(key: string, bytes: Buffer, type: string): Promise<void>;
  /** @throws AppError NOT_FOUND, UNAVAILABLE */
  get(key: string): Promise<StoredFile>;
  /** Takes away a file that no row came to name; one that is not there is no error. @throws AppError UNAVAILABLE */
  delete(key: string): Promise<void>;
  /** The keys that begin with these letters, in no order. @throws AppError UNAVAILABLE */
  keys(prefix: string): AsyncIterable<string>;
}

/**
 * A key is made of names of letters, digits, `_` and `-`, joined by `/`: no dot, so it never leads out of its folder.
 * @throws Error, since a key never comes from outside
 */
export function assertKey(key: string): void {
  if (key.length > 200 || !/^[\w-]+(\/[\w-]+)*$/.test(key)) throw new Error('not a key of a file');
}
