import { ClockSkews, TIME_HEADER } from '../shared/clock/clock-skew.ts';
import type { SubgraphTarget } from './config.ts';

/** How often the subgraphs are asked for their time, ms. */
const EVERY_MS = 5000;
const DEADLINE_MS = 1000;

/** Measures how far the clocks of the subgraphs are from the router's: beyond 30 s they refuse its calls. */
export class ClockWatch {
  readonly #targets: ReadonlyMap<string, SubgraphTarget>;
  readonly #skews = new ClockSkews();
  readonly #timer: NodeJS.Timeout;

  constructor(targets: ReadonlyMap<string, SubgraphTarget>) {
    this.#targets = targets;
    this.#timer = setInterval(() => void this.measure(), EVERY_MS);
    this.#timer.unref();
  }

  async measure(): Promise<void> {
    await Promise.all(Array.from(this.#targets, ([name, { url }]) => this.#ask(name, url)));
  }

  /** Subgraphs that refuse the router's calls for their clock. */
  tooFar(): string[] {
    return [...this.#targets.keys()].filter((name) => this.#skews.of(name)?.isTooFar);
  }

  /** By how much each subgraph's clock is ahead of the router's, ms. */
  skews(): Record<string, number> {
    return this.#skews.all();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #ask(name: string, url: string): Promise<void> {
    const askedAt = performance.now();
    try {
      const response = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(DEADLINE_MS) });
      this.#skews.observe(name, response.headers.get(TIME_HEADER), performance.now() - askedAt);
      await response.body?.cancel();
    } catch {
      this.#skews.forget(name);
    }
  }
}
