import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { AppError } from '../errors/app-error.ts';

/**
 * Files are encrypted in chunks, each by AES-256-GCM under the key of the file, with its number and whether it is the
 * last one in its nonce: so a file can be streamed, and a chunk that was changed, moved, repeated or cut off is found out
 * (STREAM, Hoang, Reyhanitabar, Rogaway, Vizár 2015, as Tink and age have it). A key serves a single file.
 */
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

/** 32 bytes. */
export const newFileKey = (): Buffer => randomBytes(32);

export function encryptFile(plain: Buffer, key: Buffer): Buffer {
  const parts: Buffer[] = [];
  const count = Math.max(1, Math.ceil(plain.length / CHUNK_BYTES));
  for (let number = 0; number < count; number += 1) {
    const chunk = plain.subarray(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, number === count - 1));
    parts.push(cipher.update(chunk), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(parts);
}

/** How many bytes a file has in clear. @param size of what {@link encryptFile} made of it, bytes */
export function plainSizeOf(size: number): number {
  return Math.max(0, size - Math.max(1, Math.ceil(size / SEALED_CHUNK_BYTES)) * TAG_BYTES);
}

/** Turns what {@link encryptFile} made into what it was given; fails with DECRYPT_FAILED where it is not that. */
export class FileDecryption extends Transform {
  readonly #key: Buffer;
  #number = 0;
  #rest = Buffer.alloc(0);

  constructor(key: Buffer) {
    super();
    this.#key = key;
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#settle(done, () => {
      this.#rest = Buffer.concat([this.#rest, bytes]);
      // What may be the last chunk waits for the end.
      while (this.#rest.length > SEALED_CHUNK_BYTES) {
        this.push(this.#open(this.#rest.subarray(0, SEALED_CHUNK_BYTES), false));
        this.#rest = this.#rest.subarray(SEALED_CHUNK_BYTES);
      }
    });
  }

  override _flush(done: TransformCallback): void {
    this.#settle(done, () => {
      this.push(this.#open(this.#rest, true));
    });
  }

  #open(sealed: Buffer, isLast: boolean): Buffer {
    const nonce = nonceOf(this.#number, isLast);
    this.#number += 1;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  }

  #settle(done: TransformCallback, work: () => void): void {
    try {
      work();
      done();
    } catch (error) {
      done(new AppError('DECRYPT_FAILED', {}, { cause: error }));
    }
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
