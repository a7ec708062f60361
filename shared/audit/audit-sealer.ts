import type { Redis } from 'ioredis';
import { encodeTime } from 'ulid';
import type { Db, Tx } from '../db/db.ts';
import { logger } from '../logging/logger.ts';
import type { AuditPlace } from './audit-place.ts';
import { OutsideHead } from './outside-head.ts';
import { type AuditEntry, type ChainHead, chainHash, entryHash, GENESIS, headMac } from './audit-chain.ts';

/** Entries of so many milliseconds are chained together. */
export const SEAL_GATHER_MS = 250;

const BATCH = 500;
/** An entry is made within its transaction and may be committed this much later than others, ms. */
const LATEST_COMMIT_MS = 10 * 60_000;
/** As good as every entry is committed within this time, ms. Looking back further costs more with each entry in it. */
const USUAL_COMMIT_MS = 10_000;
/** How long an entry that was committed later than that may wait to be chained, ms. */
const LOOK_BACK_EVERY_MS = 60_000;

interface Batch {
  readonly sealed: number;
  readonly head: ChainHead;
  readonly isLost: boolean;
}

/**
 * Chains audit entries within a second of their commit; those whose transaction took longer than ten seconds, within a
 * minute. Chaining in the transaction itself would put every change of the platform in one queue. The head row is the
 * lock: one sealer works, others wait.
 */
export class AuditSealer {
  readonly #db: Db;
  readonly #outside: OutsideHead;
  readonly #place: AuditPlace;
  readonly #now: () => Date;
  #lookedBackAt = Number.NEGATIVE_INFINITY;

  constructor(db: Db, redis: Redis, place: AuditPlace, now: () => Date) {
    this.#db = db;
    this.#outside = new OutsideHead(redis, place);
    this.#place = place;
    this.#now = now;
  }

  /** Chains what is there. @returns how many entries */
  async run(): Promise<number> {
    const now = this.#now().getTime();
    // Clocks are set back, too.
    const isLookingBack = Math.abs(now - this.#lookedBackAt) >= LOOK_BACK_EVERY_MS;
    const backMs = isLookingBack ? LATEST_COMMIT_MS : USUAL_COMMIT_MS;
    let total = 0;
    for (;;) {
      const outside = await this.#outside.read();
      const { sealed, head, isLost } = await this.#db.transaction((tx) => this.#batch(tx, outside, backMs));
      total += sealed;
      if (outside !== undefined && isLost) {
        logger().error({ lost: outside.seq, head: head.seq }, 'the audit chain was cut: verify it');
        await this.#outside.replace(outside, head);
      } else if (sealed > 0) await this.#outside.keep(head);
      if (sealed < BATCH) break;
    }
    if (isLookingBack) this.#lookedBackAt = now;
    return total;
  }

  /** @param outside the head that is kept outside of the database; a chain that does not lead to it has lost it. */
  async #batch(tx: Tx, outside: ChainHead | undefined, backMs: number): Promise<Batch> {
    const { schema, key } = this.#place;
    const { manager } = tx;
    const waiting: unknown[] = await this.#unsealed(tx, backMs, 1);
    if (waiting.length === 0) return { sealed: 0, head: GENESIS, isLost: false };
    let head = await lockHead(tx, this.#place);
    const isLost = outside !== undefined && !(await leadsTo(tx, schema, outside));
    const entries = await this.#unsealed(tx, backMs, BATCH);
    if (entries.length === 0) return { sealed: 0, head, isLost };
    const sealedAt = this.#now();
    const rows = entries.map((entry) => {
      const hash = entryHash(entry);
      head = { seq: head.seq + 1, chainHash: chainHash(key, head, hash) };
      return [head.seq, entry.id, hash, head.chainHash, sealedAt];
    });
    await manager.query(
      `INSERT INTO \`${schema}\`.audit_seal (seq, entry_id, entry_hash, chain_hash, sealed_at)
       VALUES ${rows.map(() => '(?, ?, ?, ?, ?)').join(', ')}`,
      rows.flat(),
    );
    await manager.query('UPDATE audit_head SET seq = ?, chain_hash = ?, mac = ? WHERE id = 1', [
      head.seq,
      head.chainHash,
      headMac(key, head),
    ]);
    return { sealed: entries.length, head, isLost };
  }

  async #unsealed({ manager }: Tx, backMs: number, limit: number): Promise<AuditEntry[]> {
    const { schema } = this.#place;
    const [last]: { entry_id: string }[] = await manager.query(
      `SELECT entry_id FROM \`${schema}\`.audit_seal ORDER BY seq DESC LIMIT 1`,
    );
    return manager.query(
      `SELECT e.* FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE e.id > ? AND s.entry_id IS NULL ORDER BY e.id LIMIT ?`,
      [floorOf(last?.entry_id, backMs), limit],
    );
  }
}

/** What was made so long before the last one that was chained has a smaller identifier than this. */
function floorOf(lastSealed: string | undefined, backMs: number): string {
  if (lastSealed === undefined) return '';
  const at = timeOf(lastSealed.slice('aud_'.length)) - backMs;
  return `aud_${encodeTime(Math.max(0, at), 10)}`;
}

function timeOf(ulid: string): number {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let time = 0;
  for (const char of ulid.slice(0, 10)) time = time * 32 + alphabet.indexOf(char);
  return time;
}

async function lockHead({ manager }: Tx, { schema, key }: AuditPlace): Promise<ChainHead> {
  const read = async (): Promise<{ seq: string; chain_hash: string }[]> =>
    manager.query('SELECT seq, chain_hash FROM audit_head WHERE id = 1 FOR UPDATE');
  const [known] = await read();
  if (known !== undefined) return { seq: Number(known.seq), chainHash: known.chain_hash };
  const [last]: { seq: string; chain_hash: string }[] = await manager.query(
    `SELECT seq, chain_hash FROM \`${schema}\`.audit_seal ORDER BY seq DESC LIMIT 1`,
  );
  const first = last === undefined ? GENESIS : { seq: Number(last.seq), chainHash: last.chain_hash };
  await manager.query(
    `INSERT INTO audit_head (id, seq, chain_hash, mac) VALUES (1, ?, ?, ?)
     ON DUPLICATE KEY UPDATE id = VALUES(id)`,
    [first.seq, first.chainHash, headMac(key, first)],
  );
  const [row] = await read();
  return { seq: Number(row?.seq ?? 0), chainHash: row?.chain_hash ?? GENESIS.chainHash };
}

async function leadsTo({ manager }: Tx, schema: string, head: ChainHead): Promise<boolean> {
  if (head.seq === 0) return true;
  const [link]: { chain_hash: string }[] = await manager.query(
    `SELECT chain_hash FROM \`${schema}\`.audit_seal WHERE seq = ?`,
    [head.seq],
  );
  return link?.chain_hash === head.chainHash;
}
