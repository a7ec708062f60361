import type { Readable } from 'node:stream';
import { Client, type Dispatcher, Pool } from 'undici';
import { INSTANCE_HEADER } from '../signing/call-guard.ts';

const MISDIRECTED = 421;
/** How long a process may take to say its name, ms. */
const GREETING_MS = 3000;

/** What of a call depends on the process that it goes to. */
export interface BoundParts {
  readonly headers: Record<string, string>;
  readonly body?: string | Readable;
}

/** Signs a call for a process by its name; undefined for one that has none, as before names were introduced. */
export type Bind = (instance: string | undefined) => BoundParts;

type BoundOptions = Dispatcher.RequestOptions & { readonly bind: Bind };

/**
 * One connection, which learns the name of the process at its other end before it signs the first call. So any number
 * of processes may stand behind one address, as long as a connection stays with one of them.
 */
class BoundClient extends Client {
  #greeting: Promise<string | undefined> | undefined;
  #instance: string | undefined;

  constructor(origin: URL, options: object) {
    super(origin, options);
    // The next connection may lead to another process.
    this.on('disconnect', () => {
      this.#greeting = undefined;
      this.#instance = undefined;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (!isBound(options)) return super.dispatch(options, handler);
    if (this.#instance !== undefined) return this.#send(options, handler);
    this.#greeting ??= this.#greet();
    void this.#greeting.then(() => this.#send(options, handler));
    // Busy until then: the pool takes another connection meanwhile.
    return false;
  }

  #send({ bind, ...options }: BoundOptions, handler: Dispatcher.DispatchHandler): boolean {
    return super.dispatch({ ...options, ...bind(this.#instance) }, handler);
  }

  async #greet(): Promise<string | undefined> {
    try {
      const signal = AbortSignal.timeout(GREETING_MS);
      const { headers, body } = await this.request({ method: 'GET', path: '/healthz', signal });
      await body.dump();
      const told = headers[INSTANCE_HEADER];
      this.#instance = typeof told === 'string' ? told : undefined;
    } catch {
      // The call itself will find out, and say, what is wrong with the connection.
    }
    return this.#instance;
  }
}

function isBound(options: Dispatcher.DispatchOptions): options is BoundOptions {
  return 'bind' in options;
}

/** Kept-alive connections to the processes of one address, each call signed for the one that gets it. */
export class BoundPool {
  readonly #pool: Pool;

  /** @param connections at once at most @param connectMs how long one may take to be made, ms */
  constructor(
    origin: string,
    { connections, connectMs = 3000 }: { connections: number; connectMs?: number },
  ) {
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      connect: { timeout: connectMs },
      factory: (each, options) => new BoundClient(new URL(each), options),
    });
  }

  /**
   * Makes a call. One that met another process, because the connection was made anew in that moment, has not been
   * executed: it is signed and made once again, unless its body is a stream and gone.
   */
  async request(
    options: Omit<Dispatcher.RequestOptions, 'headers' | 'body'>,
    bind: Bind,
  ): Promise<Dispatcher.ResponseData> {
    let isRepeatable = true;
    const bound: BoundOptions = {
      ...options,
      bind: (instance) => {
        const parts = bind(instance);
        isRepeatable = parts.body === undefined || typeof parts.body === 'string';
        return parts;
      },
    };
    const answer = await this.#pool.request(bound);
    if (answer.statusCode !== MISDIRECTED || !isRepeatable) return answer;
    await answer.body.dump();
    return this.#pool.request(bound);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
