import { randomInt } from 'node:crypto';

const COUNT = 10;
/** Without those that are taken for one another. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 58 bits: far more than five tries in a quarter of an hour find. */
const LENGTH = 12;
const FORM = new RegExp(`^[${LETTERS}]{${LENGTH}}$`);

/** Ten new codes as they are shown, `ABCD-EFGH-JKMN`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => {
    const text = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    return text.replace(/(.{4})(?=.)/g, '$1-');
  });
}

/** A code in its one form, however it was typed; undefined for what cannot be one. */
export function normaliseRecoveryCode(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase();
  return FORM.test(code) ? code : undefined;
}
