import type { Readable } from 'node:stream';
import { Client, type Dispatcher, Pool } from 'undici';
import { ignoreError } from './ignore-error.ts';
import { INSTANCE_HEADER } from '../signing/call-guard.ts';

const MISDIRECTED = 421;
/** How long a process may take at most to say its name, ms: as long as a subgraph may take to answer. */
const GREETING_MS = 15_000;

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
  readonly #greetingMs: number;
  #greeting: Promise<Greeting> | undefined;
  #greeted: Greeting | undefined;

  constructor(origin: URL, options: object, greetingMs: number) {
    super(origin, options);
    this.#greetingMs = greetingMs;
    // The next connection may lead to another process.
    this.on('disconnect', () => {
      this.#greeting = undefined;
      this.#greeted = undefined;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (!isBound(options)) return super.dispatch(options, handler);
    if (this.#greeted !== undefined) return this.#send(options, handler, this.#greeted);
    void this.#sendOnceGreeted(options, handler);
    // Busy until then: the pool takes another connection meanwhile.
    return false;
  }

  async #sendOnceGreeted(options: BoundOptions, handler: Dispatcher.DispatchHandler): Promise<void> {
    if (this.#greeting === undefined) {
      this.#greeting = this.#greet();
      // Whoever waits for it is told; nobody may.
      this.#greeting.catch(ignoreError);
    }
    try {
      this.#send(options, handler, await beforeAbort(this.#greeting, options.signal));
    } catch (error) {
      // Without the name the call would be refused as that of a stranger: it is lost before it was made.
      handler.onError?.(asError(error));
    }
  }

  /** Nothing is thrown: the pool calls from where nobody catches. */
  #send({ bind, ...options }: BoundOptions, handler: Dispatcher.DispatchHandler, to: Greeting): boolean {
    let parts: BoundParts;
    try {
      parts = bind(to.instance);
    } catch (error) {
      handler.onError?.(asError(error));
      return true;
    }
    return super.dispatch({ ...options, ...parts }, handler);
  }

  /** @throws Error when the process does not say its name in time, or is too busy to answer at all */
  async #greet(): Promise<Greeting> {
    try {
      const signal = AbortSignal.timeout(this.#greetingMs);
      const { statusCode, headers, body } = await this.request({ method: 'GET', path: '/healthz', signal });
      await body.dump();
      const told = headers[INSTANCE_HEADER];
      const instance = typeof told === 'string' ? told : undefined;
      if (instance === undefined && statusCode >= 500) throw new Error(`no name: status ${statusCode}`);
      this.#greeted = { instance };
      return this.#greeted;
    } catch (error) {
      this.#greeting = undefined;
      throw error;
    }
  }
}

/** What was told; its name is undefined for one that has none. */
interface Greeting {
  readonly instance: string | undefined;
}

/** @throws the signal's reason when it is aborted first */
async function beforeAbort<T>(promise: Promise<T>, signal: unknown): Promise<T> {
  if (!(signal instanceof AbortSignal)) return promise;
  signal.throwIfAborted();
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(asError(signal.reason));
    signal.addEventListener('abort', fail, { signal: over.signal, once: true });
  });
  return Promise.race([promise, aborted]).finally(() => over.abort());
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isBound(options: Dispatcher.DispatchOptions): options is BoundOptions {
  return 'bind' in options;
}

/** Kept-alive connections to the processes of one address, each call signed for the one that gets it. */
export class BoundPool {
  readonly #pool: Pool;

  /**
   * @param connections at once at most @param connectMs how long one may take to be made, ms
   * @param greetingMs how long the process at its other end may take to say its name, ms
   */
  constructor(
    origin: string,
    {
      connections,
      connectMs = 3000,
      greetingMs = GREETING_MS,
    }: { connections: number; connectMs?: number; greetingMs?: number },
  ) {
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      connect: { timeout: connectMs },
      factory: (each, options) => new BoundClient(new URL(each), options, greetingMs),
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
