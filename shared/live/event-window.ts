import { z } from 'zod';

/** Events of one operation that may be under way from a subgraph to the router, beyond those it has handed on. */
export const WINDOW = 32;
/** How many events the router hands on before it says so. */
export const REPORT_EVERY = 8;

const request = z.object({ window: z.int().min(REPORT_EVERY).max(1024) });
const report = z.object({ handedOn: z.record(z.string(), z.int().min(0)) });

/** The window that the router asks for with a subscription; undefined: it takes whatever comes. */
export function windowOf(extensions: unknown): number | undefined {
  const { data } = request.safeParse(extensions);
  return data?.window;
}

/** What a pong of the router tells: operations, and how many events of each it has handed on since the last one. */
export function reportOf(payload: unknown): Record<string, number> {
  const { data } = report.safeParse(payload);
  return data?.handedOn ?? {};
}

/**
 * How many events of one operation may still be sent. graphql-ws knows no way to tell a sender to wait: a shared socket
 * is read whatever becomes of its events, so those for a client that does not read would pile up in the router.
 */
export class EventWindow {
  #left: number;
  #isOver = false;
  #resume: () => void = () => undefined;

  constructor(size: number) {
    this.#left = size;
  }

  /** Waits until one more may be sent, or nobody wants one. */
  async take(): Promise<void> {
    while (this.#left <= 0 && !this.#isOver) {
      await new Promise<void>((resolve) => (this.#resume = resolve));
    }
    this.#left -= 1;
  }

  give(count: number): void {
    this.#left += count;
    this.#resume();
  }

  /** Nobody waits any more. */
  end(): void {
    this.#isOver = true;
    this.#resume();
  }
}
