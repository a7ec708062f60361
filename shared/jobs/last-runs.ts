interface Known {
  /** How often it was run, as Redis has it. */
  readonly count: string | undefined;
  /** When a run was noticed last, or the watch began. */
  readonly ranAt: number;
  /** When a run was noticed or the schedule was made last. */
  readonly waitsSince: number;
}

/** When jobs were run last, in whatever process: told by counters and by our own monotonic clock. */
export class LastRuns {
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  /** @param now of the monotonic clock, ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @param count of the runs until now; undefined where nobody knows of any */
  seen(name: string, count: string | undefined): void {
    const now = this.#now();
    const known = this.#known.get(name);
    if (known === undefined) this.#known.set(name, { count, ranAt: now, waitsSince: now });
    else if (known.count !== count) this.#known.set(name, { count, ranAt: now, waitsSince: now });
  }

  scheduled(name: string): void {
    const known = this.#known.get(name);
    if (known !== undefined) this.#known.set(name, { ...known, waitsSince: this.#now() });
  }

  /** Since the last run, ms. */
  ageMs(name: string): number {
    const known = this.#known.get(name);
    return known === undefined ? 0 : this.#now() - known.ranAt;
  }

  /** Since the last run, or since the schedule was made after it, ms. */
  waitingMs(name: string): number {
    const known = this.#known.get(name);
    return known === undefined ? 0 : this.#now() - known.waitsSince;
  }
}
