import { type Dispatcher, Pool } from 'undici';
import type { Bind, BoundPool } from './bound-pool.ts';

/** Kept-alive connections to a server that is none of ours: it is asked for no name, and gets no call but those made. */
export class PlainPool implements Pick<BoundPool, 'request' | 'close'> {
  readonly #pool: Pool;

  /** @param connections at once at most */
  constructor(origin: string, { connections }: { connections: number }) {
    this.#pool = new Pool(origin, { connections, pipelining: 1 });
  }

  async request(
    options: Omit<Dispatcher.RequestOptions, 'headers' | 'body'>,
    bind: Bind,
  ): Promise<Dispatcher.ResponseData> {
    return this.#pool.request({ ...options, ...bind(undefined) });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
