import type { Redis } from 'ioredis';
import { encodeTime } from 'ulid';
import type { Db, Tx } from '../db/db.ts';
import { type AuditPlace, headKey } from './audit-place.ts';
import { type AuditEntry, type ChainHead, chainHash, entryHash, GENESIS, headMac } from './audit-chain.ts';

const BATCH = 500;
/** An entry is made within its transaction and may be committed this much later than others, ms. */
const LATEST_COMMIT_MS = 10 * 60_000;

/**
 * Chains audit entries within a second of their commit. Chaining in the transaction itself would put every change of
 * the platform in one queue. The head row is the lock: one sealer works, others wait.
 */
export class AuditSealer {
  readonly #db: Db;
  readonly #redis: Redis;
  readonly #place: AuditPlace;
  readonly #now: () => Date;

  constructor(db: Db, redis: Redis, place: AuditPlace, now: () => Date) {
    this.#db = db;
    this.#redis = redis;
    this.#place = place;
    this.#now = now;
  }

  /** Chains what is there. @returns how many entries */
  async run(): Promise<number> {
    let total = 0;
    for (;;) {
      const { sealed, head } = await this.#db.transaction((tx) => this.#batch(tx));
      total += sealed;
      if (sealed > 0) {
        const value = JSON.stringify({ ...head, mac: headMac(this.#place.key, head) });
        await this.#redis.set(headKey(this.#place.subgraph), value).catch(() => 'not kept');
      }
      if (sealed < BATCH) return total;
    }
  }

  async #batch(tx: Tx): Promise<{ sealed: number; head: ChainHead }> {
    const { schema, key } = this.#place;
    const { manager } = tx;
    const waiting: unknown[] = await this.#unsealed(tx, 1);
    if (waiting.length === 0) return { sealed: 0, head: GENESIS };
    let head = await lockHead(tx, key);
    const entries = await this.#unsealed(tx, BATCH);
    if (entries.length === 0) return { sealed: 0, head };
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
    return { sealed: entries.length, head };
  }

  async #unsealed({ manager }: Tx, limit: number): Promise<AuditEntry[]> {
    const { schema } = this.#place;
    const [last]: { entry_id: string }[] = await manager.query(
      `SELECT entry_id FROM \`${schema}\`.audit_seal ORDER BY seq DESC LIMIT 1`,
    );
    return manager.query(
      `SELECT e.* FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE e.id > ? AND s.entry_id IS NULL ORDER BY e.id LIMIT ?`,
      [floorOf(last?.entry_id), limit],
    );
  }
}

/** No entry that can still come has a smaller identifier than this. */
function floorOf(lastSealed: string | undefined): string {
  if (lastSealed === undefined) return '';
  const at = timeOf(lastSealed.slice('aud_'.length)) - LATEST_COMMIT_MS;
  return `aud_${encodeTime(Math.max(0, at), 10)}`;
}

function timeOf(ulid: string): number {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let time = 0;
  for (const char of ulid.slice(0, 10)) time = time * 32 + alphabet.indexOf(char);
  return time;
}

async function lockHead({ manager }: Tx, key: string): Promise<ChainHead> {
  await manager.query(
    `INSERT INTO audit_head (id, seq, chain_hash, mac) VALUES (1, ?, ?, ?)
     ON DUPLICATE KEY UPDATE id = VALUES(id)`,
    [GENESIS.seq, GENESIS.chainHash, headMac(key, GENESIS)],
  );
  const [row]: { seq: string; chain_hash: string }[] = await manager.query(
    'SELECT seq, chain_hash FROM audit_head WHERE id = 1 FOR UPDATE',
  );
  return { seq: Number(row?.seq ?? 0), chainHash: row?.chain_hash ?? GENESIS.chainHash };
}
