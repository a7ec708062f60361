import type { Redis } from 'ioredis';

/** How much longer than any replica may be behind the reads of an author are held to a write, ms. */
const BEYOND_LAG_MS = 2000;

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

  async remember(accountId: string, position: string): Promise<void> {
    await this.#redis.set(this.#key(accountId), position, 'PX', this.#keepMs);
  }

  async positionOf(accountId: string): Promise<string | undefined> {
    return (await this.#redis.get(this.#key(accountId))) ?? undefined;
  }

  #key(accountId: string): string {
    return `{yey:own:${this.#subgraph}:${accountId}}`;
  }
}
