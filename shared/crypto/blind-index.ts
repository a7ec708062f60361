import { createHmac, hkdfSync } from 'node:crypto';

/** The key of fingerprints, and while keys are changed the one that was before or comes next. */
export interface BlindIndexKeys {
  /** 32 bytes in hexadecimal: with it new rows are written. */
  readonly current: string;
  /** The same: rows may still have, or have already, a fingerprint by this one. */
  readonly other?: string | undefined;
}

/**
 * A keyed fingerprint by which an encrypted value can be found. Phones and identity numbers can be guessed, so the
 * key is kept apart from the database.
 */
export class BlindIndex {
  readonly #keys: readonly Buffer[];

  /** @param keys or the current one alone. @param purpose keeps the fingerprints of different kinds apart. */
  constructor(keys: string | BlindIndexKeys, purpose: string) {
    const { current, other } = typeof keys === 'string' ? { current: keys } : keys;
    this.#keys = [current, ...(other === undefined ? [] : [other])].map((master) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(master, 'hex'), '', purpose, 32)),
    );
  }

  /** 64 hexadecimal digits, by the current key. @param normalised the value in its one canonical form. */
  of(normalised: string): string {
    return this.candidates(normalised)[0] ?? '';
  }

  /** Every fingerprint that a row with the value may have, that of the current key first: what lookups ask for. */
  candidates(normalised: string): string[] {
    return this.#keys.map((key) => createHmac('sha256', key).update(normalised).digest('hex'));
  }
}
