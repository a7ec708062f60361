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
  #hasEnded = false;

  constructor(source: DataSource, deadlineMs: number) {
    this.#source = source;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws Error also when there is no answer in time; the next statement then has a connection of its own */
  async query(sql: string, values: unknown[] = []): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${this.#deadlineMs} ms`)),
        this.#deadlineMs,
      );
    });
    try {
      return await Promise.race([late, this.#send(sql, values)]);
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

  async #send(sql: string, values: unknown[]): Promise<unknown> {
    const connection = (this.#connection ??= await this.#open());
    return new Promise((resolve, reject) => {
      connection.query(sql, values, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  }

  async #open(): Promise<RawConnection> {
    const isFirst = !this.#source.isInitialized;
    if (isFirst) await this.#source.initialize();
    if (this.#hasEnded) {
      // Whoever ended it had nothing to destroy yet.
      if (isFirst) await this.#source.destroy();
      throw new Error('ended');
    }
    const connection = (await this.#source.createQueryRunner().connect()) as RawConnection;
    if (!this.#hasEnded) return connection;
    connection.destroy();
    throw new Error('ended');
  }
}
