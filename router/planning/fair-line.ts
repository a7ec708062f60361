export interface LinePlaces {
  /** How many may wait in all. */
  readonly inAll: number;
  /** How many of one key may wait. */
  readonly perKey: number;
}

/** Why one may not wait: its key has all of its places, or there are none left for a key that has so many. */
export type NoPlace = 'ofKey' | 'inAll';

/**
 * Those who wait for something scarce, a line for each key. The keys take turns, and when all places are taken, the
 * longest line gives one up for a shorter one: so nobody who floods keeps the others from their turn.
 */
export class FairLine<T> {
  readonly #places: LinePlaces;
  /** In the order of their turns; none is empty. */
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  constructor(places: LinePlaces) {
    this.#places = places;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * @param giveUp told who loses its place for this one
   * @returns why it may not wait; undefined when it does
   */
  add(key: string, item: T, giveUp: (other: T) => void): NoPlace | undefined {
    const line = this.#lines.get(key) ?? [];
    if (line.length >= this.#places.perKey) return 'ofKey';
    if (this.#size >= this.#places.inAll) {
      const [longestKey, longest] = this.#longest();
      if (longest.length <= line.length + 1) return 'inAll';
      const last = longest.pop();
      this.#size -= 1;
      if (longest.length === 0) this.#lines.delete(longestKey);
      if (last !== undefined) giveUp(last);
    }
    line.push(item);
    this.#lines.set(key, line);
    this.#size += 1;
    return undefined;
  }

  /** The first of the line whose turn it is. */
  next(): T | undefined {
    const [turn] = this.#lines;
    if (turn === undefined) return undefined;
    const [key, line] = turn;
    const item = line.shift();
    this.#size -= 1;
    this.#lines.delete(key);
    // Its next turn comes after those of all others.
    if (line.length > 0) this.#lines.set(key, line);
    return item;
  }

  remove(key: string, item: T): void {
    const line = this.#lines.get(key);
    const at = line?.indexOf(item) ?? -1;
    if (line === undefined || at < 0) return;
    line.splice(at, 1);
    this.#size -= 1;
    if (line.length === 0) this.#lines.delete(key);
  }

  #longest(): [string, T[]] {
    let longest: [string, T[]] = ['', []];
    for (const each of this.#lines) if (each[1].length > longest[1].length) longest = each;
    return longest;
  }
}
