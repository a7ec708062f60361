import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';

/** How long an address can be used to begin a transfer, ms. */
const LIFETIME_MS = 5 * 60_000;

export type FileMethod = 'GET' | 'PUT';

export interface FileUrl {
  /** `/files/<id>?expires=…&signature=…`, below the address of the router. */
  readonly path: string;
  readonly expiresAt: Date;
}

/**
 * Addresses of files that work for a short time, for one thing to do and for one account alone: the account is not in
 * the address, it comes from the token of the call, so an address that leaks is of no use to anybody else.
 */
export class FileUrls {
  readonly #key: Buffer;
  readonly #now: () => Date;

  /** @param key 32 bytes in hexadecimal. */
  constructor(key: string, now: () => Date) {
    this.#key = Buffer.from(key, 'hex');
    this.#now = now;
  }

  sign(method: FileMethod, fileId: string, accountId: string): FileUrl {
    const expires = Math.floor((this.#now().getTime() + LIFETIME_MS) / 1000);
    const signature = this.#signatureOf(method, fileId, accountId, expires).toString('hex');
    return {
      path: `/files/${fileId}?expires=${expires}&signature=${signature}`,
      expiresAt: new Date(expires * 1000),
    };
  }

  /**
   * @param query what stands behind the `?`
   * @throws AppError FILE_URL_INVALID when it is not that of this call, file and account, or its time is over
   */
  verify(method: FileMethod, fileId: string, accountId: string, query: URLSearchParams): void {
    const expires = Number(query.get('expires'));
    const given = Buffer.from(query.get('signature') ?? '', 'hex');
    const expected = this.#signatureOf(method, fileId, accountId, expires);
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isRight || !(expires * 1000 > this.#now().getTime())) throw new AppError('FILE_URL_INVALID');
  }

  #signatureOf(method: FileMethod, fileId: string, accountId: string, expires: number): Buffer {
    const text = ['yey-file-url-v1', method, fileId, accountId, String(expires)].join('\n');
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
