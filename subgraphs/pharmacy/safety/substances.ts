import type { Rule } from './rule.ts';

/** Knows which codes are one substance: many have one for each use (acetylsalicylic acid: B01AC06 and N02BA01). */
export class Substances {
  readonly #groups: readonly (readonly string[])[];

  /** @param rules those about single substances name all their codes. */
  constructor(rules: readonly Rule[]) {
    this.#groups = rules
      .flatMap(({ a, b }) => (b === undefined ? [a] : [a, b]))
      .filter(({ level, codes }) => level === 'substance' && codes.length > 1)
      .map(({ codes }) => codes);
  }

  /** Whether two codes are the same substance. A code that is only a group is none. */
  isSame(one: string, other: string): boolean {
    if (one.length < 7 || other.length < 7) return false;
    return one === other || this.#groups.some((codes) => isIn(codes, one) && isIn(codes, other));
  }

  /** Whether an ingredient is the allergen itself, or belongs to the group that the allergy is to. */
  isAllergen(atc: string, allergen: string): boolean {
    return allergen !== '' && (atc.startsWith(allergen) || this.isSame(atc, allergen));
  }
}

function isIn(codes: readonly string[], atc: string): boolean {
  return codes.some((code) => atc.startsWith(code));
}
