/** What is wrong, in a few words for an operator; undefined when nothing is. */
type Check = () => string | undefined | Promise<string | undefined>;

export interface ReadinessReport {
  readonly isReady: boolean;
  /** What keeps requests away, by name. */
  readonly waiting: Record<string, string>;
  /** What somebody should look at while requests are served, by name. */
  readonly warnings: Record<string, string>;
  /** Figures, by name. */
  readonly figures: Record<string, unknown>;
}

/** Whether a process may be given requests, and what else an operator must know of it: the body of `/readyz`. */
export class Readiness {
  readonly #required = new Map<string, Check>();
  readonly #watched = new Map<string, Check>();
  readonly #figures = new Map<string, () => unknown>();

  /** Without it the process gets no requests. */
  require(name: string, check: Check): void {
    this.#required.set(name, check);
  }

  /** Told, while requests are served as well as they can be. */
  watch(name: string, check: Check): void {
    this.#watched.set(name, check);
  }

  /** @param figure plain data, of nobody's person */
  tell(name: string, figure: () => unknown): void {
    this.#figures.set(name, figure);
  }

  async report(): Promise<ReadinessReport> {
    const [waiting, warnings] = await Promise.all([failing(this.#required), failing(this.#watched)]);
    const figures = Object.fromEntries(Array.from(this.#figures, ([name, figure]) => [name, figure()]));
    return { isReady: Object.keys(waiting).length === 0, waiting, warnings, figures };
  }
}

async function failing(checks: ReadonlyMap<string, Check>): Promise<Record<string, string>> {
  const results = await Promise.all(
    Array.from(checks, async ([name, check]) => {
      try {
        return [name, await check()] as const;
      } catch {
        return [name, 'could not be checked'] as const;
      }
    }),
  );
  return Object.fromEntries(
    results.flatMap(([name, problem]) => (problem === undefined ? [] : [[name, problem]])),
  );
}
