import type { EntityManager } from 'typeorm';
import type { Db } from '../db/db.ts';
import { scannedBy } from './audit-head.ts';
import type { AuditPlace } from './audit-place.ts';

/** How long an entry may wait to be chained, ms. */
export const MAX_UNCHAINED_MS = 60_000;
/** Entries that one statement goes through, and how long a look goes on, ms: a new process has all of them to see. */
const STEP = 5000;
const LOOK_MS = 300;
/** Until it has seen all of them, it looks at so many of those besides that the sealer went through last. */
const LOOK_BACK = 2000;

interface Look {
  /** By the monotonic clock, ms. */
  readonly at: number;
  /** The last number that an entry had. */
  readonly last: number;
}

/**
 * Tells when an entry is not chained for a minute, whatever the clocks say: an entry that was there at a look a minute
 * ago by the monotonic clock has a number up to the last one of that look. Each look goes on behind the last entry up to
 * which all were seen chained, so that one that the sealer passed over is met however many have come after it. Numbers
 * that were missing there may still come: those stand in `audit_gap`.
 */
export class AuditWatch {
  readonly #db: Db;
  readonly #place: AuditPlace;
  readonly #now: () => number;
  #looks: Look[] = [];
  #oldest: number | undefined;
  /** Every entry up to this number was seen chained. */
  #seen = 0;

  /** @param now of the monotonic clock, ms */
  constructor(db: Db, place: AuditPlace, now: () => number = () => performance.now()) {
    this.#db = db;
    this.#place = place;
    this.#now = now;
  }

  async look(): Promise<void> {
    const at = this.#now();
    const { last, oldest } = await this.#db.readPrimary((manager) => this.#read(manager));
    this.#oldest = oldest;
    this.#looks.push({ at, last });
    // One that is a minute old is enough to tell by.
    const enough = this.#looks.findLastIndex((look) => at - look.at >= MAX_UNCHAINED_MS);
    if (enough > 0) this.#looks = this.#looks.slice(enough);
  }

  /** What is wrong, for readiness; undefined when nothing is. */
  problem(): string | undefined {
    const [first] = this.#looks;
    if (first === undefined || this.#oldest === undefined) return undefined;
    const ageMs = this.#now() - first.at;
    if (ageMs < MAX_UNCHAINED_MS || this.#oldest > first.last) return undefined;
    return `entry number ${this.#oldest} has not been chained for ${Math.round(ageMs / 1000)} s`;
  }

  async #read(manager: EntityManager): Promise<{ last: number; oldest: number | undefined }> {
    const { schema } = this.#place;
    const [top]: { n: string | null }[] = await manager.query(
      `SELECT MAX(n) AS n FROM \`${schema}\`.audit_entry`,
    );
    const late: { n: string }[] = await manager.query(
      `SELECT e.n FROM audit_gap g JOIN \`${schema}\`.audit_entry e ON e.n BETWEEN g.first_n AND g.last_n
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE s.entry_id IS NULL ORDER BY e.n LIMIT 1`,
    );
    const last = Number(top?.n ?? 0);
    const unchained = [await this.#goOn(manager), ...late.map((row) => Number(row.n))];
    if (this.#seen < last) unchained.push(await this.#firstOfLast(manager));
    const numbers = unchained.filter((n) => n !== undefined);
    return { last, oldest: numbers.length === 0 ? undefined : Math.min(...numbers) };
  }

  /** Looks on from where the last look ended. @returns the first number that is not chained */
  async #goOn(manager: EntityManager): Promise<number | undefined> {
    const { schema } = this.#place;
    const end = performance.now() + LOOK_MS;
    for (;;) {
      const [row]: { unchained: string | null; last: string | null; entries: string }[] = await manager.query(
        `SELECT MIN(CASE WHEN s.entry_id IS NULL THEN e.n END) AS unchained, MAX(e.n) AS last, COUNT(*) AS entries
         FROM (SELECT id, n FROM \`${schema}\`.audit_entry WHERE n > ? ORDER BY n LIMIT ${STEP}) e
         LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id`,
        [this.#seen],
      );
      if (row?.unchained != null) {
        this.#seen = Number(row.unchained) - 1;
        return Number(row.unchained);
      }
      if (row?.last == null) return undefined;
      this.#seen = Number(row.last);
      if (Number(row.entries) < STEP || performance.now() >= end) return undefined;
    }
  }

  /** The first number that is not chained, of the last ones. */
  async #firstOfLast(manager: EntityManager): Promise<number | undefined> {
    const { schema } = this.#place;
    const scanned = await scannedBy({ manager });
    const [row]: { n: string }[] = await manager.query(
      `SELECT e.n FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE e.n > ? AND s.entry_id IS NULL ORDER BY e.n LIMIT 1`,
      [scanned - LOOK_BACK],
    );
    return row && Number(row.n);
  }
}
