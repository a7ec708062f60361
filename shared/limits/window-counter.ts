import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
import { type Breaker, breakerFor } from '../breaker/breaker.ts';

/** So many points in so many seconds. */
export type Window = readonly [points: number, seconds: number];

const MAX_POINTS = 1_000_000_000;
const DAY_S = 24 * 3600;

/** A window as configuration has it. */
export const windowSchema = z
  .tuple([z.number().int().min(1).max(MAX_POINTS), z.number().int().min(1).max(DAY_S)])
  .readonly();

/** How long Redis may take to count by default, ms: as long as for any other command. */
const BUDGET_MS = 2000;
/** How long a Redis that does not count is left alone. */
const PAUSE_MS = { first: 250, longest: 2000 };

/** How a key stands in its window after it was counted. */
export interface Standing {
  readonly isOver: boolean;
  readonly limit: number;
  /** Length of the window, s. */
  readonly windowS: number;
  readonly remaining: number;
  /** Until the window begins anew, ms. */
  readonly resetMs: number;
}

/**
 * Makes counters that all processes share in Redis. Without Redis, or with one that takes too long, each process counts
 * for itself in memory until it is back.
 */
export class Counters {
  readonly #redis: Redis | undefined;
  readonly #budgetMs: number;
  readonly #breaker: Breaker;

  /** @param budgetMs how long a caller waits for Redis at most */
  constructor(redis: Redis | undefined, budgetMs = BUDGET_MS) {
    this.#redis = redis;
    this.#budgetMs = budgetMs;
    // A client connects with its first command, and one that is not connected is given none.
    if (redis?.status === 'wait') redis.connect().catch(() => undefined);
    const refusal = () => new Error('redis does not count');
    this.#breaker = breakerFor('redis that counts', { refusal, pauseMs: PAUSE_MS });
  }

  /** @param name of what is counted, the same in every process and no other's */
  window(name: string, [points, duration]: Window): WindowCounter {
    const shared = this.#redis && { redis: this.#redis, breaker: this.#breaker, budgetMs: this.#budgetMs };
    return new WindowCounter(shared, { keyPrefix: name, points, duration });
  }
}

interface Shared {
  readonly redis: Redis;
  readonly breaker: Breaker;
  readonly budgetMs: number;
}

interface Place {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/** Counts points of keys in fixed windows. */
export class WindowCounter {
  readonly #shared: Shared | undefined;
  readonly #place: Place;
  readonly #inRedis: RateLimiterRedis | undefined;
  readonly #inMemory: RateLimiterMemory;

  constructor(shared: Shared | undefined, place: Place) {
    this.#shared = shared;
    this.#place = place;
    this.#inMemory = new RateLimiterMemory(place);
    this.#inRedis =
      shared && new RateLimiterRedis({ ...place, storeClient: shared.redis, rejectIfRedisNotReady: true });
  }

  /**
   * Counts points of a key, also when they are too many. A part of a point counts as a whole one.
   * @throws RangeError for points that are no number or below zero
   */
  async consume(key: string, points = 1): Promise<Standing> {
    // What the library throws for such points would be taken for a failure of Redis.
    if (!Number.isFinite(points) || points < 0) throw new RangeError(`${points} points can't be counted`);
    const whole = Math.ceil(points);
    const { points: limit, duration: windowS } = this.#place;
    const { result, isOver } = await this.#counted((limiter) =>
      limiter.consume(key, whole).then(within, refused),
    );
    return {
      isOver,
      limit,
      windowS,
      remaining: Math.max(0, result.remainingPoints),
      resetMs: Math.max(1, result.msBeforeNext),
    };
  }

  /** Takes back one point of a key. */
  async giveBack(key: string): Promise<void> {
    await this.#counted((limiter) => limiter.reward(key));
  }

  async #counted<T>(count: (limiter: RateLimiterRedis | RateLimiterMemory) => Promise<T>): Promise<T> {
    const shared = this.#shared;
    const inRedis = this.#inRedis;
    if (shared === undefined || inRedis === undefined) return count(this.#inMemory);
    try {
      return await shared.breaker.run(() => withinBudget(shared.budgetMs, count(inRedis)));
    } catch {
      // Told by the breaker and by the connection; what matters here is that it goes on.
      return count(this.#inMemory);
    }
  }
}

interface Counted {
  readonly result: RateLimiterRes;
  readonly isOver: boolean;
}

const within = (result: RateLimiterRes): Counted => ({ result, isOver: false });

/** The library rejects with its result what is over the limit; anything else is a failure of Redis. */
function refused(reason: unknown): Counted {
  if (reason instanceof RateLimiterRes) return { result: reason, isOver: true };
  throw reason instanceof Error ? reason : new Error(String(reason));
}

async function withinBudget<T>(budgetMs: number, counting: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(budgetMs, undefined, { signal: over.signal }).then(() => {
    throw new Error('redis took too long to count');
  });
  // Whoever loses has nobody left to tell.
  late.catch(() => undefined);
  counting.catch(() => undefined);
  try {
    return await Promise.race([counting, late]);
  } finally {
    over.abort();
  }
}
