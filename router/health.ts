import { Agent, request } from 'undici';
import { cacheFor } from '../shared/readiness/cache-for.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { SubgraphTarget } from './config.ts';

/** Anybody may ask, and nobody is counted for it: an answer holds this long for all, ms. */
const KEEP_MS = 1000;
const DEADLINE_MS = 2500;

/** Whether the subgraphs are ready to answer, also as far as their clocks make them refuse our calls. */
export class SubgraphReadiness {
  readonly #subgraphs: ReadonlyMap<string, SubgraphTarget>;
  readonly #clocks: ClockWatch;
  readonly #agent = new Agent({ connections: 1, pipelining: 1, connect: { timeout: DEADLINE_MS } });
  readonly #unready = cacheFor(KEEP_MS, () => this.#ask());

  constructor(subgraphs: ReadonlyMap<string, SubgraphTarget>, clocks: ClockWatch) {
    this.#subgraphs = subgraphs;
    this.#clocks = clocks;
  }

  /** Names of those that are not ready, as they were within the last second. */
  async unready(): Promise<string[]> {
    return this.#unready();
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #ask(): Promise<string[]> {
    const [asked] = await Promise.all([
      Promise.all(
        Array.from(this.#subgraphs, async ([name, { url }]) => ((await this.#isReady(url)) ? [] : [name])),
      ),
      this.#clocks.measure(),
    ]);
    return [...new Set([...asked.flat(), ...this.#clocks.tooFar()])];
  }

  async #isReady(url: string): Promise<boolean> {
    try {
      const { statusCode, body } = await request(new URL('/readyz', url), {
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }
}
