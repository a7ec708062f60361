import { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { FileStore } from '../../../shared/storage/file-store.ts';
import { ExportFormat } from './data-export.entity.ts';

/** One text for each format. */
export type ExportDocuments = Readonly<Record<ExportFormat, string>>;

const KEY_ID = 'x';
const FORMATS = Object.values(ExportFormat);

/** The files of exports, each encrypted with the key of its export before it leaves the process. */
export class ExportFiles {
  readonly #files: FileStore;

  constructor(files: FileStore) {
    this.#files = files;
  }

  /** @param key 32 bytes in hexadecimal @throws AppError UNAVAILABLE */
  async put(exportId: string, key: string, documents: ExportDocuments): Promise<void> {
    for (const format of FORMATS) {
      const sealed = cipherOf(key).encrypt(documents[format], placeOf(exportId, format));
      await this.#files.put(nameOf(exportId, format), Buffer.from(sealed), 'application/octet-stream');
    }
  }

  /** @throws AppError NOT_FOUND, UNAVAILABLE, DECRYPT_FAILED */
  async get(exportId: string, key: string, format: ExportFormat): Promise<string> {
    const { stream } = await this.#files.get(nameOf(exportId, format));
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    return cipherOf(key).decrypt(Buffer.concat(chunks).toString('latin1'), placeOf(exportId, format));
  }

  /** Files that are not there are no error. @throws AppError UNAVAILABLE */
  async delete(exportId: string): Promise<void> {
    for (const key of exportFileKeys(exportId)) await this.#files.delete(key);
  }
}

const cipherOf = (key: string) => new FieldCipher({ active: KEY_ID, keys: { [KEY_ID]: key } });
const nameOf = (exportId: string, format: ExportFormat) => `export/${exportId}/${format}`;
const placeOf = (exportId: string, format: ExportFormat) => ({
  table: 'data_export',
  column: format,
  rowId: exportId,
});

/** Where the files of an export are in the store. */
export function exportFileKeys(exportId: string): string[] {
  return FORMATS.map((format) => nameOf(exportId, format));
}
