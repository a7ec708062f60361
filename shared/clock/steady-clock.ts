/** How long a step of the machine's clock must last before it counts, ms. */
const ACCEPT_AFTER_MS = 60_000;
/** A difference of this much is followed at once, ms: the machine's clock is being slewed, or the process was late. */
const FOLLOW_MS = 500;
/** How often the clocks are compared, ms: a slow drift must not add up to a step while nobody asks for the time. */
const COMPARE_EVERY_MS = 1000;

export interface ClockSources {
  /** The machine's clock, ms since 1970. */
  readonly wall: () => number;
  /** Ms since an arbitrary moment; never steps. */
  readonly monotonic: () => number;
}

const machine: ClockSources = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * The time of day by which this process works. It follows the machine's clock, but not its steps: a machine whose
 * clock goes an hour ahead and back within a minute would end holds, tokens and leases early, and for good.
 * A step that lasts for a minute is taken for a correction and counts from then on.
 */
export class SteadyClock {
  readonly #sources: ClockSources;
  /** What is added to the monotonic time. */
  #offset: number;
  #step: { readonly offset: number; readonly since: number } | undefined;

  constructor(sources: ClockSources = machine) {
    this.#sources = sources;
    this.#offset = sources.wall() - sources.monotonic();
  }

  /** Ms since 1970, a whole number. */
  ms(): number {
    const monotonic = this.#sources.monotonic();
    this.#compare(monotonic);
    return Math.round(monotonic + this.#offset);
  }

  now(): Date {
    return new Date(this.ms());
  }

  /** By how much the machine's clock stepped away and has not come back, ms; 0 when it did not. */
  get stepMs(): number {
    this.#compare(this.#sources.monotonic());
    return this.#step === undefined ? 0 : Math.round(this.#step.offset - this.#offset);
  }

  #compare(monotonic: number): void {
    const offset = this.#sources.wall() - monotonic;
    if (Math.abs(offset - this.#offset) <= FOLLOW_MS) {
      this.#offset = offset;
      this.#step = undefined;
      return;
    }
    if (this.#step === undefined || Math.abs(offset - this.#step.offset) > FOLLOW_MS) {
      this.#step = { offset, since: monotonic };
    } else if (monotonic - this.#step.since >= ACCEPT_AFTER_MS) {
      this.#offset = offset;
      this.#step = undefined;
    }
  }
}

/** The clock of this process. What only measures a duration uses `performance.now()` instead. */
export const processClock = new SteadyClock();
setInterval(() => processClock.ms(), COMPARE_EVERY_MS).unref();
