import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { processClock } from '../clock/steady-clock.ts';
import { AppError } from '../errors/app-error.ts';
import { randomFraction } from './random.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new identifier, `<type>_<ULID>`, ascending in time. */
export function newId(type: string): string {
  return `${type}_${ulid(processClock.ms(), randomFraction)}`;
}

/**
 * The identifier of a reference or demo row, derived from its natural key, so that every subgraph knows it
 * without asking another.
 */
export function stableId(type: string, naturalKey: string): string {
  const hash = createHash('sha256').update(`${type}\0${naturalKey}`).digest();
  // The first character of a ULID is 0 to 7; the 25 others carry five bits each.
  const first = ALPHABET[(hash[0] ?? 0) & 7];
  const rest = Array.from(hash.subarray(1, 26), (byte) => ALPHABET[byte & 31]);
  return `${type}_${first}${rest.join('')}`;
}

/**
 * The text itself when it is an identifier of this type.
 * @throws AppError BAD_ID
 */
export function parseId(type: string, text: string): string {
  if (text.startsWith(`${type}_`) && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text.slice(type.length + 1)))
    return text;
  throw new AppError('BAD_ID', { value: text.slice(0, 64) });
}
