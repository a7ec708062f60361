import type { EntityManager } from 'typeorm';
import type { Db } from '../db/db.ts';
import type { AuditPlace } from './audit-place.ts';

/** How long an entry may wait to be chained, ms. */
export const MAX_UNCHAINED_MS = 60_000;
/** An entry that is missed stands among the last ones: looking at all of them at every look would cost too much. */
const LOOK_BACK = 2000;

interface Look {
  /** By the monotonic clock, ms. */
  readonly at: number;
  /** The last number that an entry had. */
  readonly last: number;
}

/**
 * Tells when an entry is not chained for a minute, whatever the clocks say: an entry that was there at a look a minute
 * ago by the monotonic clock has a number up to the last one of that look. `verify-audit` goes through all entries.
 */
export class AuditWatch {
  readonly #db: Db;
  readonly #place: AuditPlace;
  readonly #now: () => number;
  #looks: Look[] = [];
  #oldest: number | undefined;

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
    const [chained]: { n: string }[] = await manager.query(
      `SELECT e.n FROM \`${schema}\`.audit_seal s JOIN \`${schema}\`.audit_entry e ON e.id = s.entry_id
       ORDER BY s.seq DESC LIMIT 1`,
    );
    const behind: { n: string }[] = await manager.query(
      `SELECT e.n FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE e.n > ? AND s.entry_id IS NULL ORDER BY e.n LIMIT 1`,
      [Number(chained?.n ?? 0) - LOOK_BACK],
    );
    const late: { n: string }[] = await manager.query(
      `SELECT e.n FROM audit_gap g JOIN \`${schema}\`.audit_entry e ON e.n BETWEEN g.first_n AND g.last_n
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE s.entry_id IS NULL ORDER BY e.n LIMIT 1`,
    );
    const unchained = [...behind, ...late].map((row) => Number(row.n));
    return {
      last: Number(top?.n ?? 0),
      oldest: unchained.length === 0 ? undefined : Math.min(...unchained),
    };
  }
}
