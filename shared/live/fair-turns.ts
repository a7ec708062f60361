import { setImmediate as nextRound } from 'node:timers/promises';

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Shares a process between those who want something of it at once: each key has so many pieces of work under way and
 * all its others wait in a line of its own, so that five hundred of one account delay those of another by a few only.
 */
export class FairTurns {
  readonly #perKey: number;
  readonly #lines = new Map<string, Line>();

  /** @param perKey pieces of work of one key that are under way at once */
  constructor(perKey: number) {
    this.#perKey = perKey;
  }

  /** Does the work when its turn has come. A piece must not wait for another one of the same key. */
  async run<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { running: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.running < this.#perKey) line.running += 1;
    else {
      await new Promise<void>((resolve) => line.waiting.push(resolve));
      // One after the other would keep everybody else from the processor until the line is empty.
      await nextRound();
    }
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else if ((line.running -= 1) === 0) this.#lines.delete(key);
    }
  }
}
