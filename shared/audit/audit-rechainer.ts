import type { Db, Tx } from '../db/db.ts';
import type { AuditEntry } from './audit-chain.ts';
import { addGaps } from './audit-gaps.ts';
import { lockHead, scannedBy } from './audit-head.ts';
import type { AuditPlace } from './audit-place.ts';
import type { Audit } from './audit.ts';

/** Entries that one statement goes through. */
const STEP = 5000;
/** In one transaction. */
const BATCH = 500;

/** An entry that the sealer would never have come back to. */
export interface MissedEntry extends Pick<AuditEntry, 'id' | 'at' | 'actor' | 'action'> {
  readonly n: number;
}

/**
 * Queues entries for chaining that the sealer has passed over: they stand below the number that it went through last,
 * and in no gap that it still looks at.
 */
export class AuditRechainer {
  readonly #db: Db;
  readonly #place: AuditPlace;
  readonly #audit: Audit;

  constructor(db: Db, place: AuditPlace, audit: Audit) {
    this.#db = db;
    this.#place = place;
    this.#audit = audit;
  }

  /** Leaves an entry in the audit for each. @returns those that it queued, as soon as that is committed */
  async *run(): AsyncGenerator<MissedEntry[], void, void> {
    const end = await this.#db.readPrimary((manager) => scannedBy({ manager }));
    for (let after = 0; after < end;) {
      // Without the lock, for which every sealer waits: there are many more entries than those that were missed.
      const { last, unchained } = await this.#look(after, end);
      for (let from = 0; from < unchained.length; from += BATCH) {
        const some = unchained.slice(from, from + BATCH);
        yield await this.#db.transaction((tx) => this.#queue(tx, some));
      }
      after = last;
    }
  }

  async #look(after: number, end: number): Promise<{ last: number; unchained: number[] }> {
    const { schema } = this.#place;
    const rows = await this.#db.readPrimary<{ n: string; isChained: string | number }[]>((manager) =>
      manager.query(
        `SELECT e.n, s.entry_id IS NOT NULL AS isChained
         FROM (SELECT id, n FROM \`${schema}\`.audit_entry WHERE n > ? AND n <= ? ORDER BY n LIMIT ${STEP}) e
         LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id ORDER BY e.n`,
        [after, end],
      ),
    );
    return {
      last: Number(rows.at(-1)?.n ?? end),
      unchained: rows.filter(({ isChained }) => Number(isChained) === 0).map(({ n }) => Number(n)),
    };
  }

  async #queue(tx: Tx, numbers: readonly number[]): Promise<MissedEntry[]> {
    await lockHead(tx, this.#place);
    const { schema } = this.#place;
    const rows: (Omit<MissedEntry, 'n'> & { n: string })[] = await tx.manager.query(
      `SELECT e.n, e.id, e.at, e.actor, e.action FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE e.n IN (?) AND s.entry_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM audit_gap g WHERE e.n BETWEEN g.first_n AND g.last_n)
       ORDER BY e.n`,
      [numbers],
    );
    const missed = rows.map((row) => ({ ...row, n: Number(row.n) }));
    await addGaps(
      tx,
      missed.map(({ n }) => ({ first: n, last: n })),
    );
    for (const { id, n, action } of missed) {
      await this.#audit.record(tx, {
        actor: { kind: 'service', name: 'rechain-audit' },
        action: 'audit.rechain',
        subjectType: 'AuditEntry',
        subjectId: id,
        detail: { n, action },
      });
    }
    return missed;
  }
}
