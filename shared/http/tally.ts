/** How many of something each key holds just now; keys that hold nothing take no memory. */
export class Tally {
  readonly #held = new Map<string, number>();

  /** Takes one more, unless the key holds `limit` already. @returns whether it was taken */
  take(key: string, limit: number): boolean {
    const held = this.of(key);
    if (held >= limit) return false;
    this.#held.set(key, held + 1);
    return true;
  }

  /** Gives one back. */
  give(key: string): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#held.set(key, left);
    else this.#held.delete(key);
  }

  of(key: string): number {
    return this.#held.get(key) ?? 0;
  }
}
