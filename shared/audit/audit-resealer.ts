import type { Db, Tx } from '../db/db.ts';
import type { AuditEntry } from './audit-chain.ts';
import { addGaps } from './audit-gaps.ts';
import { lockHead } from './audit-head.ts';
import type { AuditPlace } from './audit-place.ts';
import type { Audit } from './audit.ts';

/** In one transaction. */
const BATCH = 500;

/** An entry that the sealer would never have come back to. */
export interface MissedEntry extends Pick<AuditEntry, 'id' | 'at' | 'actor' | 'action'> {
  readonly n: number;
}

/**
 * Hands entries back to the sealer that it has passed over: they stand below the number that it went through last, and
 * in no gap that it still looks at.
 */
export class AuditResealer {
  readonly #db: Db;
  readonly #place: AuditPlace;
  readonly #audit: Audit;

  constructor(db: Db, place: AuditPlace, audit: Audit) {
    this.#db = db;
    this.#place = place;
    this.#audit = audit;
  }

  /** Leaves an entry in the audit for each. @returns those that it handed back */
  async run(): Promise<MissedEntry[]> {
    const all: MissedEntry[] = [];
    for (;;) {
      const missed = await this.#db.transaction((tx) => this.#handBack(tx));
      all.push(...missed);
      if (missed.length < BATCH) return all;
    }
  }

  async #handBack(tx: Tx): Promise<MissedEntry[]> {
    const { scanned } = await lockHead(tx, this.#place);
    const { schema } = this.#place;
    const rows: (Omit<MissedEntry, 'n'> & { n: string })[] = await tx.manager.query(
      `SELECT e.n, e.id, e.at, e.actor, e.action FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE e.n <= ? AND s.entry_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM audit_gap g WHERE e.n BETWEEN g.first_n AND g.last_n)
       ORDER BY e.n LIMIT ?`,
      [scanned, BATCH],
    );
    const missed = rows.map((row) => ({ ...row, n: Number(row.n) }));
    await addGaps(
      tx,
      missed.map(({ n }) => ({ first: n, last: n })),
    );
    for (const { id, n, action } of missed) {
      await this.#audit.record(tx, {
        actor: { kind: 'service', name: 'reseal-audit' },
        action: 'audit.reseal',
        subjectType: 'AuditEntry',
        subjectId: id,
        detail: { n, action },
      });
    }
    return missed;
  }
}
