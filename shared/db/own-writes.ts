import type { Redis } from 'ioredis';

/** How long after a write its author's reads are held to it, seconds: well above any usual replication lag. */
const REMEMBER_S = 10;

/** Where each account's last write stands in the replication stream, per subgraph. */
export class OwnWrites {
  readonly #redis: Redis;
  readonly #subgraph: string;

  constructor(redis: Redis, subgraph: string) {
    this.#redis = redis;
    this.#subgraph = subgraph;
  }

  async remember(accountId: string, position: string): Promise<void> {
    await this.#redis.set(this.#key(accountId), position, 'EX', REMEMBER_S);
  }

  async positionOf(accountId: string): Promise<string | undefined> {
    return (await this.#redis.get(this.#key(accountId))) ?? undefined;
  }

  #key(accountId: string): string {
    return `{yey:own:${this.#subgraph}:${accountId}}`;
  }
}
