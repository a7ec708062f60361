import { createHmac, hkdfSync } from 'node:crypto';

/**
 * A keyed fingerprint by which an encrypted value can be found. Phones and identity numbers can be guessed, so the
 * key is kept apart from the database.
 */
export class BlindIndex {
  readonly #key: Buffer;

  /** @param master 32 bytes in hexadecimal. @param purpose keeps the fingerprints of different kinds apart. */
  constructor(master: string, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', Buffer.from(master, 'hex'), '', purpose, 32));
  }

  /** 64 hexadecimal digits. @param normalised the value in its one canonical form. */
  of(normalised: string): string {
    return createHmac('sha256', this.#key).update(normalised).digest('hex');
  }
}
