import { logger } from '../logging/logger.ts';
import { processClock } from './steady-clock.ts';

/** Each answer between our processes says what time it is there, ms since 1970. */
export const TIME_HEADER = 'x-yey-time';

/** How far clocks may be apart, ms: calls from beyond are refused with CLOCK_SKEW. */
export const MAX_SKEW_MS = 30_000;
/** From here on somebody should look at a clock, ms. */
const NOTABLE_SKEW_MS = 1000;

export interface Skew {
  /** By how much the other's clock is ahead of ours, ms; negative when it is behind. */
  readonly skewMs: number;
  /** Whether calls between the two are refused. */
  readonly isTooFar: boolean;
}

/** How far the clocks of others are from ours, by their last answer each. Told in the log when it becomes notable. */
export class ClockSkews {
  readonly #known = new Map<string, Skew>();
  readonly #ours: () => number;

  constructor(ours: () => number = () => processClock.ms()) {
    this.#ours = ours;
  }

  /**
   * Takes in what an answer says.
   * @param theirs ms since 1970, as a header or a column has it @param roundTripMs between question and answer: the
   * other looked at its clock at some moment of it
   */
  observe(peer: string, theirs: unknown, roundTripMs: number): void {
    const at = Number(theirs);
    if (theirs === null || theirs === undefined || theirs === '' || !Number.isFinite(at)) return;
    const middle = this.#ours() - roundTripMs / 2;
    const measured = at - middle;
    // What may be due to the way alone is no difference of clocks.
    const sure = Math.max(0, Math.abs(measured) - roundTripMs / 2);
    const skewMs = sure === 0 ? 0 : Math.round(Math.sign(measured) * sure);
    const before = Math.abs(this.#known.get(peer)?.skewMs ?? 0) > NOTABLE_SKEW_MS;
    this.#known.set(peer, { skewMs, isTooFar: sure > MAX_SKEW_MS });
    const isNotable = sure > NOTABLE_SKEW_MS;
    if (isNotable && !before) logger().warn({ peer, skewMs }, 'clocks differ');
    if (!isNotable && before) logger().info({ peer, skewMs }, 'clocks agree again');
  }

  /** Nothing is known of a peer that does not answer. */
  forget(peer: string): void {
    this.#known.delete(peer);
  }

  of(peer: string): Skew | undefined {
    return this.#known.get(peer);
  }

  /** By peer, ms. */
  all(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#known, ([peer, { skewMs }]) => [peer, skewMs]));
  }
}
