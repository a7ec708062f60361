import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';

/** All in ms. */
export interface KeyTimes {
  /** After this the keys are asked for again, while requests go on with those that are known. */
  readonly refreshMs: number;
  /** After this requests wait for the answer: a key that was withdrawn is not believed for longer. */
  readonly believeMs: number;
  /** The least pause between two questions, whatever key ids strangers make up. */
  readonly pauseMs: number;
  /** How long a key id that users did not know is refused without asking. */
  readonly absentMs: number;
}

const TIMES: KeyTimes = { refreshMs: 30_000, believeMs: 60_000, pauseMs: 1000, absentMs: 2000 };
const TIMEOUT_MS = 3000;
const KEEP_ABSENT = 1000;

const keySet = z.object({
  keys: z.array(
    z.looseObject({ kid: z.string(), kty: z.literal('RSA'), alg: z.literal('RS256'), use: z.literal('sig') }),
  ),
});

/** The keys that verify access tokens, as users publishes them. */
export class SigningKeys {
  readonly #url: string;
  readonly #times: KeyTimes;
  readonly #absentUntil = new Map<string, number>();
  #keys: ReadonlyMap<string, KeyObject> = new Map();
  #freshAt = -Infinity;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(url: string, times: Partial<KeyTimes>) {
    this.#url = url;
    this.#times = { ...TIMES, ...times };
  }

  has(kid: string): boolean {
    return this.#keys.has(kid);
  }

  /**
   * Lets no withdrawn key be believed for longer than `believeMs`. While users cannot be asked the old keys stay: then
   * nobody tells what a session may do either, so they let nobody in.
   */
  async keepFresh(): Promise<void> {
    const age = performance.now() - this.#freshAt;
    // Whoever brings the first token asks anyway.
    if (age < this.#times.refreshMs || this.#keys.size === 0) return;
    const isTooSoon = performance.now() - this.#askedAt < this.#times.pauseMs;
    if (isTooSoon && this.#asking === undefined) return;
    const asked = this.#ask().catch(() => undefined);
    if (age >= this.#times.believeMs) await asked;
  }

  /**
   * The key of an id. For one that is not known users is asked, after the pause if need be, so that a new key is found
   * however many others are made up meanwhile.
   * @throws AppError UNAUTHENTICATED when there is none, UNAVAILABLE when users cannot be asked
   */
  async get(kid: string): Promise<KeyObject> {
    const known = this.#keys.get(kid);
    if (known !== undefined) return known;
    if ((this.#absentUntil.get(kid) ?? 0) > performance.now()) throw new AppError('UNAUTHENTICATED');
    const cameAt = performance.now();
    while (!this.#keys.has(kid) && this.#freshAt < cameAt) {
      const pause = this.#askedAt + this.#times.pauseMs - performance.now();
      if (this.#asking === undefined && pause > 0) await delay(pause);
      else await this.#ask();
    }
    const found = this.#keys.get(kid);
    if (found !== undefined) return found;
    if (this.#absentUntil.size >= KEEP_ABSENT) this.#absentUntil.clear();
    this.#absentUntil.set(kid, performance.now() + this.#times.absentMs);
    throw new AppError('UNAUTHENTICATED');
  }

  /** Asks users; who comes while a question is under way shares its answer. */
  #ask(): Promise<void> {
    this.#asking ??= this.#fetch().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #fetch(): Promise<void> {
    const askedAt = (this.#askedAt = performance.now());
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const { keys } = keySet.parse(await response.json());
      this.#keys = new Map(
        keys.map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' })]),
      );
      this.#freshAt = askedAt;
    } catch (error) {
      logger().warn({ err: error }, 'signing keys not to be had');
      throw new AppError('UNAVAILABLE', { service: 'users' }, { cause: error });
    }
  }
}
