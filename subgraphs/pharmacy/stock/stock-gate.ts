import type { Redis } from 'ioredis';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { SafeScript } from '../../../shared/redis/script.ts';
import type { StockLevelStore } from './stock-level.store.ts';

/** How long a level that nobody asks for stays in Redis, seconds. */
const KEEP_S = 3600;
/** How long the database's own "not that many" stands, ms: what a crowd at an empty shelf costs the database. */
const OUT_MS = 500;
const PAGE = 200;

export interface StockLine {
  readonly skuId: string;
  /** Packs, a whole number from 1. */
  readonly quantity: number;
}

/** What a call took from the gate, to be given back when its transaction fails. */
export interface GateTicket {
  readonly callId: string;
  readonly pharmacyId: string;
  readonly taken: readonly StockLine[];
  /** Lines that passed without being counted: the database alone decides on them. */
  readonly passed: readonly StockLine[];
}

const TAKE = new SafeScript(`
  local text = redis.call('GET', KEYS[1])
  if not text then return 'MISS' end
  local have = tonumber(text)
  if not have or have < tonumber(ARGV[1]) then return 'REFUSED' end
  redis.call('DECRBY', KEYS[1], ARGV[1])
  return 'TAKEN'`);

const GIVE_BACK = new SafeScript(`
  if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('INCRBY', KEYS[1], ARGV[1]) end
  return 'GIVEN'`);

/**
 * The fast gate before the database: most of those who come too late for a medicine are turned away here. Redis may be
 * empty, gone or wrong. What it lets through, the conditional update of the database still checks; what it refuses, the
 * database confirms.
 */
export class StockGate {
  readonly #redis: Redis;
  readonly #levels: StockLevelStore;
  /** Whether it is known to fail: it is told once, not by everybody who buys. */
  #fails = false;

  constructor(redis: Redis, levels: StockLevelStore) {
    this.#redis = redis;
    this.#levels = levels;
  }

  /**
   * Runs `work`, whose transaction holds the stock, if there may be enough; gives back what it took when that fails.
   * @param callId the same for every retry of the call, such as the actor with the idempotency key
   * @throws AppError OUT_OF_STOCK; what `work` throws
   */
  async guarded<T>(
    callId: string,
    pharmacyId: string,
    lines: readonly StockLine[],
    work: () => Promise<T>,
  ): Promise<T> {
    const ticket = await this.take(callId, pharmacyId, lines);
    try {
      const result = await work();
      if (ticket.passed.length > 0) void this.refresh(pharmacyId, skusOf(ticket.passed));
      return result;
    } catch (error) {
      await this.giveBack(ticket);
      // The gate let through what was not there: it gets the true level.
      if (error instanceof AppError && error.code === 'OUT_OF_STOCK')
        await this.refresh(pharmacyId, skusOf(lines));
      throw error;
    }
  }

  /**
   * Takes line by line; when one is refused, those before it are given back.
   * @throws AppError OUT_OF_STOCK with the SKU, confirmed by the database
   */
  async take(callId: string, pharmacyId: string, lines: readonly StockLine[]): Promise<GateTicket> {
    const taken: StockLine[] = [];
    const passed: StockLine[] = [];
    const ticket = { callId, pharmacyId, taken, passed };
    let answers = true;
    for (const line of merged(lines)) {
      try {
        const counted = answers && (await this.#takeLine(callId, pharmacyId, line));
        (counted ? taken : passed).push(line);
      } catch (error) {
        if (error instanceof AppError) {
          await this.giveBack(ticket);
          throw error;
        }
        this.#tellFailure(error);
        answers = false;
        passed.push(line);
      }
    }
    return ticket;
  }

  /** Gives back what a call took. Never throws: what is not given back, the next resync heals. */
  async giveBack({ callId, pharmacyId, taken }: GateTicket): Promise<void> {
    for (const { skuId, quantity } of taken) {
      const keys = [keyOf(pharmacyId, skuId)];
      await GIVE_BACK.run(this.#redis, `${callId}:back`, keys, [quantity]).catch(() => undefined);
    }
  }

  /** Sets the gate to what the database has. Never throws. */
  async refresh(pharmacyId: string, skuIds: readonly string[]): Promise<void> {
    try {
      const levels = await this.#levels.availableNow(pharmacyId, skuIds);
      for (const [skuId, available] of levels) await this.#set(keyOf(pharmacyId, skuId), available);
      if (this.#fails) logger().info('stock gate works again');
      this.#fails = false;
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  /** Sets every gate to what the database has, against lies that nobody has found out. @returns how many */
  async resync(): Promise<number> {
    let count = 0;
    let after: [string, string] = ['', ''];
    for (;;) {
      const pairs = await this.#levels.everyPair(after, PAGE);
      for (const [pharmacyId, skuIds] of groups(pairs)) await this.refresh(pharmacyId, skuIds);
      count += pairs.length;
      const last = pairs.at(-1);
      if (last === undefined || pairs.length < PAGE) return count;
      after = last;
    }
  }

  /**
   * @returns false when it passed without being counted
   * @throws AppError OUT_OF_STOCK; Error when Redis or the database does not answer
   */
  async #takeLine(callId: string, pharmacyId: string, { skuId, quantity }: StockLine): Promise<boolean> {
    const key = keyOf(pharmacyId, skuId);
    let answer = await TAKE.run(this.#redis, `${callId}:1`, [key], [quantity]);
    if (answer === 'MISS') {
      const available = await this.#availableNow(pharmacyId, skuId);
      await this.#redis.set(key, available, 'EX', KEEP_S, 'NX');
      answer = await TAKE.run(this.#redis, `${callId}:2`, [key], [quantity]);
    }
    if (answer === 'TAKEN') return true;
    const known = await this.#redis.get(outKey(key));
    if (known !== null && Number(known) < quantity) throw new AppError('OUT_OF_STOCK', { sku: skuId });
    const available = await this.#availableNow(pharmacyId, skuId);
    await this.#set(key, available);
    if (available < quantity) {
      await this.#redis.set(outKey(key), available, 'PX', OUT_MS);
      throw new AppError('OUT_OF_STOCK', { sku: skuId });
    }
    // The gate was too low. Should the others have been faster since, the database says so.
    return (await TAKE.run(this.#redis, `${callId}:3`, [key], [quantity])) === 'TAKEN';
  }

  async #availableNow(pharmacyId: string, skuId: string): Promise<number> {
    return (await this.#levels.availableNow(pharmacyId, [skuId])).get(skuId) ?? 0;
  }

  #tellFailure(error: unknown): void {
    if (!this.#fails) logger().warn({ err: error }, 'stock gate fails, the database decides alone');
    this.#fails = true;
  }

  async #set(key: string, available: number): Promise<void> {
    await this.#redis.set(key, available, 'EX', KEEP_S);
    await this.#redis.del(outKey(key));
  }
}

/** In braces, so that on a cluster the script's own key is in the same slot. */
const keyOf = (pharmacyId: string, skuId: string) => `{yey:stock:${pharmacyId}:${skuId}}`;
const outKey = (key: string) => `${key}:out`;

const skusOf = (lines: readonly StockLine[]) => [...new Set(lines.map(({ skuId }) => skuId))];

/** One line for each medicine, in the order of the SKUs. @throws AppError VALIDATION_FAILED */
export function merged(lines: readonly StockLine[]): StockLine[] {
  const sums = new Map<string, number>();
  for (const { skuId, quantity } of lines) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) {
      throw new AppError('VALIDATION_FAILED', { field: 'quantity', reason: '≥ 1' });
    }
    sums.set(skuId, (sums.get(skuId) ?? 0) + quantity);
  }
  return [...sums]
    .map(([skuId, quantity]) => ({ skuId, quantity }))
    .sort((a, b) => (a.skuId < b.skuId ? -1 : 1));
}

function groups(pairs: readonly [string, string][]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [pharmacyId, skuId] of pairs) found.set(pharmacyId, [...(found.get(pharmacyId) ?? []), skuId]);
  return found;
}
