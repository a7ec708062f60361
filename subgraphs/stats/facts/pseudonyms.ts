import { BlindIndex, type BlindIndexKeys } from '../../../shared/crypto/blind-index.ts';

type Kind = 'patient' | 'visit' | 'encounter' | 'sale';

/**
 * What stands in the place of identifiers that would lead to a person: a keyed hash, by which the same one is known
 * again and nobody who has only these tables finds whose it is. 去标识化 (个人信息保护法 article 73).
 */
export class Pseudonyms {
  readonly #indexes: Record<Kind, BlindIndex>;

  /** @param key kept apart from the database; with another one the facts must be rebuilt. */
  constructor(key: string | BlindIndexKeys) {
    const index = (kind: Kind) => new BlindIndex(key, `stats.${kind}`);
    this.#indexes = {
      patient: index('patient'),
      visit: index('visit'),
      encounter: index('encounter'),
      sale: index('sale'),
    };
  }

  /** 64 hexadecimal digits. */
  of(kind: Kind, id: string): string {
    return this.#indexes[kind].of(id);
  }
}
