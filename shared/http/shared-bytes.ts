/**
 * Bytes that many holders have of one budget. When they are too many, whoever holds most is cut off, so that somebody
 * who takes all there is keeps nobody out who takes little.
 */
export class SharedBytes<Holder> {
  readonly #max: number;
  readonly #cut: (holder: Holder) => void;
  readonly #held = new Map<Holder, number>();
  #total = 0;

  /** @param cut frees what a holder has; it counts no more by then */
  constructor(max: number, cut: (holder: Holder) => void) {
    this.#max = max;
    this.#cut = cut;
  }

  /** How many bytes all of them hold. */
  get total(): number {
    return this.#total;
  }

  /** Adds to what a holder has, or takes from it. */
  add(holder: Holder, bytes: number): void {
    this.set(holder, (this.#held.get(holder) ?? 0) + bytes);
  }

  /** Says what a holder has now. */
  set(holder: Holder, bytes: number): void {
    this.#total -= this.#held.get(holder) ?? 0;
    if (bytes > 0) {
      this.#held.set(holder, bytes);
      this.#total += bytes;
    } else this.#held.delete(holder);
    while (this.#total > this.#max) this.#cutLargest();
  }

  forget(holder: Holder): void {
    this.set(holder, 0);
  }

  #cutLargest(): void {
    let largest: readonly [Holder, number] | undefined;
    for (const each of this.#held) if (largest === undefined || each[1] > largest[1]) largest = each;
    if (largest === undefined) return;
    this.forget(largest[0]);
    this.#cut(largest[0]);
  }
}
