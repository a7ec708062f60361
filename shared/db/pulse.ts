import type { DataSource } from 'typeorm';

/** Of mysql2. */
interface RawConnection {
  query(sql: string, values: unknown[], done: (error: Error | null, result: unknown) => void): void;
  destroy(): void;
}

/**
 * One connection of a pool kept for statements that run several times a second and tell whether the server lives: they
 * stand in no line behind others, and stay out of the log of SQL.
 */
export class Pulse {
  readonly #source: DataSource;
  readonly #deadlineMs: number;
  #connection: RawConnection | undefined;
  /** The one connection that is being made: whoever comes meanwhile waits for it too. */
  #opening: Promise<RawConnection> | undefined;
  #hasEnded = false;

  constructor(source: DataSource, deadlineMs: number) {
    this.#source = source;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws Error also when there is no answer in time; the next statement then has a connection of its own */
  async query(sql: string, values: unknown[] = []): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new AbortController();
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        deadline.abort();
        reject(new Error(`no answer within ${this.#deadlineMs} ms`));
      }, this.#deadlineMs);
    });
    try {
      return await Promise.race([late, this.#send(sql, values, deadline.signal)]);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  /** Closes it for good: a connection that is still being made is closed as soon as it is there. */
  end(): void {
    this.#hasEnded = true;
    this.close();
  }

  async #send(sql: string, values: unknown[], deadline: AbortSignal): Promise<unknown> {
    const connection = this.#connection ?? (await this.#connect());
    // Nobody waits for the answer any more; the connection is for the next statement.
    deadline.throwIfAborted();
    return new Promise((resolve, reject) => {
      connection.query(sql, values, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  }

  #connect(): Promise<RawConnection> {
    if (this.#hasEnded) return Promise.reject(new Error('ended'));
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<RawConnection> {
    const isFirst = !this.#source.isInitialized;
    if (isFirst) await this.#source.initialize();
    if (this.#hasEnded) {
      // Whoever ended it had nothing to destroy yet.
      if (isFirst) await this.#source.destroy();
      throw new Error('ended');
    }
    this.#connection = (await this.#source.createQueryRunner().connect()) as RawConnection;
    if (!this.#hasEnded) return this.#connection;
    this.close();
    throw new Error('ended');
  }
}
