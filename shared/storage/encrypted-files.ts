import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FieldCipher } from '../crypto/field-cipher.ts';
import { logger } from '../logging/logger.ts';
import { encryptFile, FileDecryption, newFileKey, plainSizeOf } from './file-encryption.ts';
import type { FileStore, StoredFile } from './file-store.ts';

/** What a row says of where its file is. */
export interface FileRow {
  readonly id: string;
  /** Of the content in clear, hexadecimal. */
  readonly sha256: string | null;
  /** Name in the store; null for a file that an earlier release kept in clear. */
  readonly storedAs: string | null;
  /** The key of the file, encrypted and bound to the row: so keys are changed with those of all columns. */
  readonly fileKey: string | null;
}

/** What a row keeps of a file that was encrypted. */
export type EncryptedFile = Readonly<Record<'storedAs' | 'fileKey', string>>;

/** A file in clear, by its row. */
export type ClearFile = Readonly<Record<'id' | 'sha256', string>> & { readonly storedAs: null };

/** The column of the key, by which it is bound to its row. */
export const FILE_KEY_COLUMN = 'file_key';

/** Where the file of a row is in the store. @param folder of the table's files */
export function storeKeyOf(folder: string, { id, sha256, storedAs }: Omit<FileRow, 'fileKey'>): string {
  return `${folder}/${id}/${storedAs ?? sha256}`;
}

/** The files of one table, each encrypted under a key of its own before it leaves the process. */
export class EncryptedFiles {
  readonly #files: FileStore;
  readonly #cipher: FieldCipher;
  readonly #table: string;
  readonly #folder: string;

  /** @param table whose rows the files belong to @param folder where the store has them */
  constructor(files: FileStore, cipher: FieldCipher, table: string, folder: string) {
    this.#files = files;
    this.#cipher = cipher;
    this.#table = table;
    this.#folder = folder;
  }

  /** Keeps a content under a name that no other one has; what is returned is for the row. @throws AppError UNAVAILABLE */
  async put(id: string, content: Buffer): Promise<EncryptedFile> {
    const key = newFileKey();
    const storedAs = randomBytes(16).toString('hex');
    const name = storeKeyOf(this.#folder, { id, sha256: null, storedAs });
    await this.#files.put(name, encryptFile(content, key), 'application/octet-stream');
    return { storedAs, fileKey: this.#cipher.encrypt(key.toString('hex'), this.#placeOf(id)) };
  }

  /** The content in clear, also of a file that was kept in clear. @throws AppError NOT_FOUND, UNAVAILABLE, DECRYPT_FAILED */
  async get(row: FileRow): Promise<StoredFile> {
    const name = storeKeyOf(this.#folder, row);
    if (row.fileKey === null) return this.#files.get(name);
    // Before the file is opened: nobody would close it if this failed.
    const key = Buffer.from(this.#cipher.decrypt(row.fileKey, this.#placeOf(row.id)), 'hex');
    const stored = await this.#files.get(name);
    const stream = pipeline(stored.stream, new FileDecryption(key), (error) => {
      if (error) report(error, row.id);
    });
    return { stream, size: plainSizeOf(stored.size) };
  }

  /** @throws AppError UNAVAILABLE */
  async delete(row: Omit<FileRow, 'fileKey'>): Promise<void> {
    await this.#files.delete(storeKeyOf(this.#folder, row));
  }

  /**
   * Encrypts a file that an earlier release kept in clear, then takes the clear one away. Where the store does not do that
   * now the clear one stays, to be found by {@link inClear}.
   * @param keep puts what is given into the row unless another call has done so; tells whether it did
   * @throws AppError NOT_FOUND, UNAVAILABLE
   */
  async encryptOld(row: FileRow, keep: (file: EncryptedFile) => Promise<boolean>): Promise<boolean> {
    const content = await buffer((await this.get(row)).stream);
    const file = await this.put(row.id, content);
    const isKept = await keep(file);
    await this.delete(isKept ? row : { ...row, storedAs: file.storedAs }).catch((error: unknown) => {
      logger().warn({ err: error, file: row.id }, 'a file that was replaced is still in the store');
    });
    return isKept;
  }

  /** What is in the store under the hash of its content, as an earlier release named files in clear. @throws AppError UNAVAILABLE */
  async *inClear(): AsyncGenerator<ClearFile, void, void> {
    const prefix = `${this.#folder}/`;
    for await (const name of this.#files.keys(prefix)) {
      const [id = '', sha256 = ''] = name.slice(prefix.length).split('/');
      if (/^[0-9a-f]{64}$/.test(sha256)) yield { id, sha256, storedAs: null };
    }
  }

  #placeOf(rowId: string) {
    return { table: this.#table, column: FILE_KEY_COLUMN, rowId };
  }
}

/** A reader that goes away in the middle is no fault, though the cut connection of a store looks the same. */
function report(error: NodeJS.ErrnoException, file: string): void {
  const level = error.code === 'ERR_STREAM_PREMATURE_CLOSE' ? 'info' : 'error';
  logger()[level]({ err: error, file }, 'a file was not read to its end');
}
