import type { Tx } from '../db/db.ts';
import type { AuditPlace } from './audit-place.ts';
import { type ChainHead, GENESIS, headMac } from './audit-chain.ts';

/** The last link, and up to which number entries were gone through: those missing below it stand in `audit_gap`. */
export interface SealerHead extends ChainHead {
  readonly scanned: number;
}

interface Row {
  readonly seq: string;
  readonly chain_hash: string;
  readonly scanned: string;
}

const headOf = (row: Row): SealerHead => ({
  seq: Number(row.seq),
  chainHash: row.chain_hash,
  scanned: Number(row.scanned),
});

/** The head, held until the transaction ends: it is the lock by which of several sealers one works. */
export async function lockHead({ manager }: Tx, { schema, key }: AuditPlace): Promise<SealerHead> {
  const read = async (): Promise<Row[]> =>
    manager.query('SELECT seq, chain_hash, scanned FROM audit_head WHERE id = 1 FOR UPDATE');
  const [known] = await read();
  if (known !== undefined) return headOf(known);
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
  return row === undefined ? { ...GENESIS, scanned: 0 } : headOf(row);
}

/** Up to which number entries were gone through; without the lock. */
export async function scannedBy({ manager }: Pick<Tx, 'manager'>): Promise<number> {
  const [row]: { scanned: string }[] = await manager.query('SELECT scanned FROM audit_head WHERE id = 1');
  return Number(row?.scanned ?? 0);
}

export async function moveHead({ manager }: Tx, { key }: AuditPlace, head: SealerHead): Promise<void> {
  await manager.query('UPDATE audit_head SET seq = ?, chain_hash = ?, mac = ?, scanned = ? WHERE id = 1', [
    head.seq,
    head.chainHash,
    headMac(key, head),
    head.scanned,
  ]);
}
