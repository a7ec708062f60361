import type { Redis } from 'ioredis';

/** How much longer than any replica may be behind the reads of an author are held to a write, ms. */
const BEYOND_LAG_MS = 2000;

/**
 * Keeps the later one of two positions in the same stream: what is committed first may be told last. Sequences are
 * compared as text, since Lua's numbers are not exact beyond 2^53; positions of different streams have no order, and
 * the last one told counts. It may be run again by ioredis, which changes nothing.
 */
const KEEP_LATER = `
  local function parse(position)
    local domain, sequence = string.match(position, '^(%d+)%-%d+%-(%d+)$')
    if domain then return domain, sequence end
    return string.match(position, '^(.+):(%d+)$')
  end
  local stream, sequence = parse(ARGV[1])
  local known = redis.call('GET', KEYS[1])
  if known and stream then
    local knownStream, knownSequence = parse(known)
    local isLater = knownStream == stream and (#knownSequence > #sequence
      or (#knownSequence == #sequence and knownSequence > sequence))
    if isLater then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

/** Where each account's last write stands in the replication stream, per subgraph. */
export class OwnWrites {
  readonly #redis: Redis;
  readonly #subgraph: string;
  readonly #keepMs: number;
  readonly #now: () => number;
  /** Until when the last write of an account is not known, in the order in which that ends. */
  readonly #unknown = new Map<string, number>();

  /**
   * @param redis for state: a position that is dropped early shows its author what was before it
   * @param maxLagMs how old the data of a replica that answers may be @param now of the monotonic clock, ms
   */
  constructor(redis: Redis, subgraph: string, maxLagMs: number, now: () => number = () => performance.now()) {
    this.#redis = redis;
    this.#subgraph = subgraph;
    this.#keepMs = maxLagMs + BEYOND_LAG_MS;
    this.#now = now;
  }

  /**
   * @param position a GTID, `domain-server-sequence` or `uuid:sequence`
   * @throws Error when Redis does not take it; this process then does not know the last write of the account for as long
   *   as a replica may lack it
   */
  async remember(accountId: string, position: string): Promise<void> {
    try {
      await this.#redis.eval(KEEP_LATER, 1, this.#key(accountId), position, this.#keepMs);
    } catch (error) {
      this.#forgetKnown();
      this.#unknown.delete(accountId);
      this.#unknown.set(accountId, this.#now() + this.#keepMs);
      throw error;
    }
  }

  /** @throws Error when it is not known */
  async positionOf(accountId: string): Promise<string | undefined> {
    if ((this.#unknown.get(accountId) ?? 0) > this.#now()) throw new Error('the last write is not known');
    return (await this.#redis.get(this.#key(accountId))) ?? undefined;
  }

  #forgetKnown(): void {
    for (const [accountId, until] of this.#unknown) {
      if (until > this.#now()) return;
      this.#unknown.delete(accountId);
    }
  }

  #key(accountId: string): string {
    return `{yey:own:${this.#subgraph}:${accountId}}`;
  }
}
