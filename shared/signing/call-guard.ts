import { randomBytes } from 'node:crypto';
import { MAX_SKEW_MS } from '../clock/clock-skew.ts';
import { AppError } from '../errors/app-error.ts';

/** Each answer of a process says by which name calls to it are signed. */
export const INSTANCE_HEADER = 'x-yey-instance';

/** About 20 MB. More than 6,000 calls a second shorten the time in which a call may arrive, and open nothing. */
const MAX_NONCES = 200_000;

/** For whom a call was made, and what makes it different from every other. */
export interface SingleCall {
  /** The name of the process that it is for. */
  readonly target: string;
  readonly nonce: string;
  /** When it was signed, ms since 1970. */
  readonly timestamp: number;
}

/** A nonce for one call. */
export const newNonce = (): string => randomBytes(16).toString('base64url');

/**
 * Lets each signed call in once. A call names the process that it is for, by a name that the process makes at its start;
 * so what it remembers in its own memory is enough, also after a restart and beside other processes of its kind. It
 * remembers by the second of the signature, for as long as a call of that second would be taken at all.
 */
export class CallGuard {
  readonly instance: string = randomBytes(16).toString('hex');
  readonly #max: number;
  readonly #seen = new Map<number, Set<string>>();
  #count = 0;
  /** Calls that were signed before this second are refused, since some of them are forgotten. */
  #floor = 0;

  constructor(maxNonces: number = MAX_NONCES) {
    this.#max = maxNonces;
  }

  /**
   * Takes a call whose signature and time are right.
   * @throws AppError MISDIRECTED_CALL when it is for another process; CALL_REPLAYED when it came before; CLOCK_SKEW when
   *   it was signed so long ago that nobody remembers whether it did
   */
  admit({ target, nonce, timestamp }: SingleCall, nowMs: number): void {
    if (target !== this.instance) throw new AppError('MISDIRECTED_CALL');
    if (nonce === '') throw new AppError('UNTRUSTED_CALLER');
    this.#forgetBefore(Math.floor((nowMs - MAX_SKEW_MS) / 1000));
    const second = Math.floor(timestamp / 1000);
    if (second < this.#floor) throw new AppError('CLOCK_SKEW');
    const seen = this.#seen.get(second) ?? new Set();
    if (seen.has(nonce)) throw new AppError('CALL_REPLAYED');
    this.#seen.set(second, seen.add(nonce));
    this.#count += 1;
    if (this.#count > this.#max) this.#forgetOldest();
  }

  /** How many calls are remembered. */
  get size(): number {
    return this.#count;
  }

  #forgetBefore(second: number): void {
    for (const known of this.#seen.keys()) if (known < second) this.#forget(known);
  }

  #forgetOldest(): void {
    const oldest = Math.min(...this.#seen.keys());
    this.#forget(oldest);
    this.#floor = Math.max(this.#floor, oldest + 1);
  }

  #forget(second: number): void {
    this.#count -= this.#seen.get(second)?.size ?? 0;
    this.#seen.delete(second);
  }
}
