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

  /** @param maxLagMs how old the data of a replica that answers may be */
  constructor(redis: Redis, subgraph: string, maxLagMs: number) {
    this.#redis = redis;
    this.#subgraph = subgraph;
    this.#keepMs = maxLagMs + BEYOND_LAG_MS;
  }

  /** @param position a GTID, `domain-server-sequence` or `uuid:sequence` */
  async remember(accountId: string, position: string): Promise<void> {
    await this.#redis.eval(KEEP_LATER, 1, this.#key(accountId), position, this.#keepMs);
  }

  async positionOf(accountId: string): Promise<string | undefined> {
    return (await this.#redis.get(this.#key(accountId))) ?? undefined;
  }

  #key(accountId: string): string {
    return `{yey:own:${this.#subgraph}:${accountId}}`;
  }
}
