interface Beat {
  readonly beat: number;
  /** It was certainly not committed earlier, ms by the monotonic clock. */
  readonly notBefore: number;
  /** When we knew of it, ms by the monotonic clock. */
  readonly knownAt: number;
}

/** More than enough for the longest lag that can be configured. */
const KEEP_MS = 20 * 60_000;

/**
 * When the primary's heartbeats were, by our own monotonic clock. A replica that has a beat has everything that was
 * committed before it; so the age of its data is bounded without a look at anybody's wall clock.
 */
export class BeatLog {
  #beats: Beat[] = [];

  get last(): number | undefined {
    return this.#beats.at(-1)?.beat;
  }

  note(beat: number, notBefore: number, knownAt: number): void {
    // A primary that was restored, or another one in its place, counts anew.
    if (beat < (this.last ?? beat)) this.#beats = [];
    if (beat === this.last) return;
    this.#beats.push({ beat, notBefore, knownAt });
    const first = this.#beats.findIndex((each) => knownAt - each.knownAt < KEEP_MS);
    if (first > 0) this.#beats = this.#beats.slice(first);
  }

  /** The age that data of somebody with this beat has at most, ms; infinite when that is not known. */
  ageMs(beat: number, now: number): number {
    const known = this.#beats.findLast((each) => each.beat <= beat);
    return known === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - known.notBefore);
  }

  /** Since when somebody with this beat lacks another one, as far as we know, ms; undefined when it lacks none. */
  lacksSince(beat: number): number | undefined {
    return this.#beats.find((each) => each.beat > beat)?.knownAt;
  }
}
