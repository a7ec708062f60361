import type { Db, Tx } from '../db/db.ts';
import type { AuditPlace } from './audit-place.ts';

/** Numbers that were passed over: an entry that takes one was not committed yet, or never will be. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** A gap that nobody holds for so long is one of a transaction that was rolled back, ms by the monotonic clock. */
const FREE_MS = 10_000;
/** No transaction is open for so long; also where the server does not let us ask who holds a number. */
const GIVEN_UP_MS = 3_600_000;
const CHECK_EVERY_MS = 2000;
const CHECKED_TOGETHER = 200;

interface KnownGap {
  readonly last: number;
  readonly since: number;
  readonly freeSince: number;
}

/** What of a range no number of `present` stands for. @param present ascending */
export function gapsIn(first: number, last: number, present: readonly number[]): Gap[] {
  const gaps: Gap[] = [];
  let next = first;
  for (const n of present) {
    if (n > next) gaps.push({ first: next, last: n - 1 });
    next = n + 1;
  }
  if (next <= last) gaps.push({ first: next, last });
  return gaps;
}

export async function addGaps({ manager }: Tx, gaps: readonly Gap[]): Promise<void> {
  if (gaps.length === 0) return;
  await manager.query(
    `INSERT INTO audit_gap (first_n, last_n) VALUES ${gaps.map(() => '(?, ?)').join(', ')}
     ON DUPLICATE KEY UPDATE last_n = GREATEST(last_n, VALUES(last_n))`,
    gaps.flatMap(({ first, last }) => [first, last]),
  );
}

/** Takes out of a gap what was chained. Under the lock of the head. @param chained ascending */
export async function narrowGap(tx: Tx, gap: Gap, chained: readonly number[]): Promise<void> {
  await tx.manager.query('DELETE FROM audit_gap WHERE first_n = ?', [gap.first]);
  await addGaps(tx, gapsIn(gap.first, gap.last, chained));
}

/**
 * Gives up gaps that nothing will ever fill. An entry that is not committed holds the lock of its number, so whether
 * one may still come is asked of the database, and no clock decides it.
 */
export class GapKeeper {
  readonly #db: Db;
  readonly #place: AuditPlace;
  readonly #now: () => number;
  /** Since when each gap is known here, and since when nobody holds a number of it. */
  #known = new Map<number, KnownGap>();
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @param now of the monotonic clock, ms */
  constructor(db: Db, place: AuditPlace, now: () => number = () => performance.now()) {
    this.#db = db;
    this.#place = place;
    this.#now = now;
  }

  /** @returns gaps that can be forgotten */
  async hopeless(): Promise<Gap[]> {
    const now = this.#now();
    if (now - this.#checkedAt < CHECK_EVERY_MS) return [];
    this.#checkedAt = now;
    const rows = await this.#db.readPrimary<{ first_n: string; last_n: string }[]>((manager) =>
      manager.query('SELECT first_n, last_n FROM audit_gap ORDER BY first_n LIMIT ?', [CHECKED_TOGETHER]),
    );
    const known = new Map<number, KnownGap>();
    const hopeless: Gap[] = [];
    for (const row of rows) {
      const gap = { first: Number(row.first_n), last: Number(row.last_n) };
      const before = this.#known.get(gap.first);
      const same = before?.last === gap.last ? before : undefined;
      const isHeld = await this.#isHeld(gap);
      const since = same?.since ?? now;
      const freeSince = isHeld ? Number.POSITIVE_INFINITY : Math.min(same?.freeSince ?? now, now);
      if (now - freeSince >= FREE_MS || now - since >= GIVEN_UP_MS) hopeless.push(gap);
      known.set(gap.first, { last: gap.last, since, freeSince });
    }
    this.#known = known;
    return hopeless;
  }

  /** Whether a transaction that is open has an entry there: asking for it then fails at once instead of waiting. */
  async #isHeld({ first, last }: Gap): Promise<boolean> {
    return this.#db
      .readPrimary((manager) =>
        manager.query(
          `SELECT n FROM \`${this.#place.schema}\`.audit_entry WHERE n BETWEEN ? AND ?
           /*!80000 FOR SHARE NOWAIT */ /*M! LOCK IN SHARE MODE NOWAIT */`,
          [first, last],
        ),
      )
      .then(
        // What is there by now is chained before anything is given up.
        (rows: unknown) => Array.isArray(rows) && rows.length > 0,
        () => true,
      );
  }
}
