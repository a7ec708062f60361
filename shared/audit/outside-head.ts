import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type ChainHead, headMac } from './audit-chain.ts';
import { type AuditPlace, headKey, lostHeadsKey } from './audit-place.ts';

const signedHead = z.object({ seq: z.number(), chainHash: z.string(), mac: z.string() });

/**
 * The head of a chain as it stands outside the database. Whoever can write to the database could cut the chain, put an
 * older head back and let the sealer go on from there; what stands here tells of it.
 */
export class OutsideHead {
  readonly #redis: Redis;
  readonly #place: AuditPlace;

  constructor(redis: Redis, place: AuditPlace) {
    this.#redis = redis;
    this.#place = place;
  }

  /** What was kept last; `undefined` if that is nothing, not ours, or Redis does not answer. */
  async read(): Promise<ChainHead | undefined> {
    const text = await this.#redis.get(headKey(this.#place.subgraph)).catch(() => null);
    return text === null ? undefined : this.#parse(text);
  }

  /** Everything that is kept: the last head, and those that the chain lost; `undefined` for what we did not write. */
  async all(): Promise<(ChainHead | undefined)[]> {
    const { subgraph } = this.#place;
    const last = await this.#redis.get(headKey(subgraph)).catch(() => null);
    const lost = await this.#redis.lrange(lostHeadsKey(subgraph), 0, -1).catch(() => []);
    return [...(last === null ? [] : [last]), ...lost].map((text) => this.#parse(text));
  }

  /** Keeps a head; a Redis that does not answer gets the next one. */
  async keep(head: ChainHead): Promise<void> {
    await this.#redis.set(headKey(this.#place.subgraph), this.#sign(head)).catch(() => 'not kept');
  }

  /** Keeps a head in the place of one that the chain has lost, and remembers that one. @throws Error without Redis */
  async replace(lost: ChainHead, head: ChainHead): Promise<void> {
    const { subgraph } = this.#place;
    await this.#redis.rpush(lostHeadsKey(subgraph), this.#sign(lost));
    await this.#redis.set(headKey(subgraph), this.#sign(head));
  }

  /** Gives up the last head, which a restored chain does not lead to. @throws Error without Redis */
  async forget(): Promise<void> {
    await this.#redis.del(headKey(this.#place.subgraph));
  }

  #sign(head: ChainHead): string {
    return JSON.stringify({ ...head, mac: headMac(this.#place.key, head) });
  }

  #parse(text: string): ChainHead | undefined {
    try {
      const { mac, ...head } = signedHead.parse(JSON.parse(text));
      return mac === headMac(this.#place.key, head) ? head : undefined;
    } catch {
      return undefined;
    }
  }
}
