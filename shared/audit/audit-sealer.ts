import type { Redis } from 'ioredis';
import type { Db, Tx } from '../db/db.ts';
import { logger } from '../logging/logger.ts';
import { addGaps, type Gap, GapKeeper, gapsIn, narrowGap } from './audit-gaps.ts';
import { lockHead, moveHead, scannedBy, type SealerHead } from './audit-head.ts';
import type { AuditPlace } from './audit-place.ts';
import { OutsideHead } from './outside-head.ts';
import { type AuditEntry, type ChainHead, chainHash, entryHash } from './audit-chain.ts';

/** Entries of so many milliseconds are chained together. */
export const SEAL_GATHER_MS = 250;

const BATCH = 500;

interface NumberedEntry extends AuditEntry {
  readonly n: string;
  readonly isChained: number | string;
}

interface LateEntry extends NumberedEntry {
  readonly first_n: string;
  readonly last_n: string;
}

interface Batch {
  readonly sealed: number;
  /** Undefined when nothing was to be done. */
  readonly head: ChainHead | undefined;
  readonly isLost: boolean;
  readonly isFull: boolean;
}

const IDLE: Batch = { sealed: 0, head: undefined, isLost: false, isFull: false };

/**
 * Chains audit entries within a second of their commit, in the order of the numbers that the database gave them.
 * Numbers are given before the commit, so those missing below the last one are remembered as gaps, and whatever
 * appears in one is chained then. No clock is asked. Chaining in the transaction itself would put every change of the
 * platform in one queue. The head row is the lock: one sealer works, others wait.
 */
export class AuditSealer {
  readonly #db: Db;
  readonly #outside: OutsideHead;
  readonly #place: AuditPlace;
  readonly #now: () => Date;
  readonly #gaps: GapKeeper;

  constructor(db: Db, redis: Redis, place: AuditPlace, now: () => Date, gaps = new GapKeeper(db, place)) {
    this.#db = db;
    this.#outside = new OutsideHead(redis, place);
    this.#place = place;
    this.#now = now;
    this.#gaps = gaps;
  }

  /** Chains what is there. @returns how many entries */
  async run(): Promise<number> {
    let total = 0;
    for (;;) {
      const outside = await this.#outside.read();
      const { sealed, head, isLost, isFull } = await this.#db.transaction((tx) => this.#batch(tx, outside));
      total += sealed;
      if (outside !== undefined && head !== undefined && isLost) {
        logger().error({ lost: outside.seq, head: head.seq }, 'the audit chain was cut: verify it');
        await this.#outside.replace(outside, head);
      } else if (sealed > 0 && head !== undefined) await this.#outside.keep(head);
      if (!isFull) break;
    }
    await this.#giveUp(await this.#gaps.hopeless());
    return total;
  }

  /** @param outside the head that is kept outside of the database; a chain that does not lead to it has lost it. */
  async #batch(tx: Tx, outside: ChainHead | undefined): Promise<Batch> {
    // Looked for before the lock is taken, so that an idle sealer writes and waits for nothing.
    const isIdle =
      (await this.#next(tx, await scannedBy(tx), 1)).length === 0 && (await this.#late(tx, 1)).length === 0;
    if (isIdle) return IDLE;
    const head = await lockHead(tx, this.#place);
    const isLost = outside !== undefined && !(await leadsTo(tx, this.#place.schema, outside));
    const late = await this.#late(tx, BATCH);
    const next = await this.#next(tx, head.scanned, BATCH);
    const unchained = [...late, ...next].filter((each) => Number(each.isChained) === 0);
    const entries = [...new Map(unchained.map((each) => [each.id, each])).values()];
    const chained = await this.#chain(tx, head, entries);
    for (const { gap, numbers } of filledGaps(late)) await narrowGap(tx, gap, numbers);
    const numbers = next.map((each) => Number(each.n));
    const scanned = numbers.at(-1) ?? head.scanned;
    await addGaps(tx, gapsIn(head.scanned + 1, scanned, numbers));
    await moveHead(tx, this.#place, { ...chained, scanned });
    const isFull = late.length === BATCH || next.length === BATCH;
    return { sealed: entries.length, head: chained, isLost, isFull };
  }

  async #chain(tx: Tx, from: SealerHead, entries: readonly AuditEntry[]): Promise<ChainHead> {
    let head: ChainHead = { seq: from.seq, chainHash: from.chainHash };
    if (entries.length === 0) return head;
    const { schema, key } = this.#place;
    const sealedAt = this.#now();
    const rows = entries.map((entry) => {
      const hash = entryHash(entry);
      head = { seq: head.seq + 1, chainHash: chainHash(key, head, hash) };
      return [head.seq, entry.id, hash, head.chainHash, sealedAt];
    });
    await tx.manager.query(
      `INSERT INTO \`${schema}\`.audit_seal (seq, entry_id, entry_hash, chain_hash, sealed_at)
       VALUES ${rows.map(() => '(?, ?, ?, ?, ?)').join(', ')}`,
      rows.flat(),
    );
    return head;
  }

  /** Entries behind the last number that was gone through. A process of an earlier release may have chained some. */
  async #next({ manager }: Tx, scanned: number, limit: number): Promise<NumberedEntry[]> {
    const { schema } = this.#place;
    return manager.query(
      `SELECT e.*, s.entry_id IS NOT NULL AS isChained FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id WHERE e.n > ? ORDER BY e.n LIMIT ?`,
      [scanned, limit],
    );
  }

  /** Entries that appeared in gaps. */
  async #late({ manager }: Tx, limit: number): Promise<LateEntry[]> {
    const { schema } = this.#place;
    return manager.query(
      `SELECT e.*, s.entry_id IS NOT NULL AS isChained, g.first_n, g.last_n FROM audit_gap g
       JOIN \`${schema}\`.audit_entry e ON e.n BETWEEN g.first_n AND g.last_n
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id ORDER BY e.n LIMIT ?`,
      [limit],
    );
  }

  async #giveUp(gaps: readonly Gap[]): Promise<void> {
    if (gaps.length === 0) return;
    await this.#db.transaction(async (tx) => {
      await lockHead(tx, this.#place);
      for (const { first, last } of gaps) {
        const came: unknown[] = await tx.manager.query(
          `SELECT 1 FROM \`${this.#place.schema}\`.audit_entry WHERE n BETWEEN ? AND ? LIMIT 1`,
          [first, last],
        );
        if (came.length > 0) continue;
        await tx.manager.query('DELETE FROM audit_gap WHERE first_n = ? AND last_n = ?', [first, last]);
      }
    });
  }
}

/** The gaps in which late entries stand, with the numbers of those. */
function filledGaps(late: readonly LateEntry[]): { gap: Gap; numbers: number[] }[] {
  const filled = new Map<string, { gap: Gap; numbers: number[] }>();
  for (const { n, first_n, last_n } of late) {
    const known = filled.get(first_n) ?? {
      gap: { first: Number(first_n), last: Number(last_n) },
      numbers: [],
    };
    known.numbers.push(Number(n));
    filled.set(first_n, known);
  }
  return [...filled.values()];
}

async function leadsTo({ manager }: Tx, schema: string, head: ChainHead): Promise<boolean> {
  if (head.seq === 0) return true;
  const [link]: { chain_hash: string }[] = await manager.query(
    `SELECT chain_hash FROM \`${schema}\`.audit_seal WHERE seq = ?`,
    [head.seq],
  );
  return link?.chain_hash === head.chainHash;
}
