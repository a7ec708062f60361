import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Db } from '../db/db.ts';
import { type AuditEntry, type ChainHead, chainHash, entryHash, GENESIS, headMac } from './audit-chain.ts';
import type { AuditPlace } from './audit-place.ts';
import { MAX_UNCHAINED_MS } from './audit-watch.ts';
import { OutsideHead } from './outside-head.ts';

const PAGE = 1000;
/** So many of the entries that are not chained are named. */
const NAMED = 10;
/** What still is not chained after a second look is not about to be, ms. */
const SECOND_LOOK_MS = 3000;

export interface AuditReport {
  readonly sealed: number;
  /** Entries that are not in the chain yet: a few at most while the sealer runs. */
  readonly unsealed: number;
  /** What was found to be edited, missing, reordered or cut off; empty when all is well. */
  readonly problems: string[];
}

interface SealRow {
  readonly seq: string;
  readonly entry_id: string;
  readonly entry_hash: string;
  readonly chain_hash: string;
}

/** Walks a whole chain and compares it with the entries and with the heads kept in the database and outside of it. */
export async function verifyAudit(db: Db, redis: Redis, place: AuditPlace): Promise<AuditReport> {
  const problems: string[] = [];
  const kept = await new OutsideHead(redis, place).all();
  if (kept.includes(undefined)) problems.push('a head outside of the database was not written by the sealer');
  const heads = kept.filter((head) => head !== undefined);
  const before = await headInside(db, place, problems);
  if (before !== undefined) heads.push(before);
  let at = GENESIS;
  for (;;) {
    const seals = await sealsAfter(db, place.schema, at.seq);
    const entries = await entriesOf(db, place.schema, seals);
    for (const seal of seals) {
      if (Number(seal.seq) !== at.seq + 1) problems.push(`link ${at.seq + 1} is missing`);
      const entry = entries.get(seal.entry_id);
      if (entry === undefined) problems.push(`entry ${seal.entry_id} is missing`);
      else if (entryHash(entry) !== seal.entry_hash) problems.push(`entry ${seal.entry_id} was changed`);
      if (chainHash(place.key, at, seal.entry_hash) !== seal.chain_hash) {
        problems.push(`link ${seal.seq} does not follow from the one before`);
      }
      at = { seq: Number(seal.seq), chainHash: seal.chain_hash };
      if (heads.some((head) => head.seq === at.seq && head.chainHash !== at.chainHash)) {
        problems.push(`link ${at.seq} is not the one that was sealed`);
      }
    }
    if (seals.length < PAGE) break;
  }
  // It moves in the transaction that adds links, so read afterwards it can't be behind them.
  const after = await headInside(db, place, []);
  if ((after?.seq ?? 0) < at.seq) problems.push(`the head is behind link ${at.seq}`);
  const longest = Math.max(0, ...heads.map((head) => head.seq));
  if (longest > at.seq) problems.push(`the chain was cut: it ends at ${at.seq}, but ${longest} were sealed`);
  problems.push(...(await forgotten(db, place.schema)));
  return { sealed: at.seq, unsealed: await countUnsealed(db, place.schema), problems };
}

async function headInside(db: Db, place: AuditPlace, problems: string[]): Promise<ChainHead | undefined> {
  const [row] = await db.readPrimary<{ seq: string; chain_hash: string; mac: string }[]>((manager) =>
    manager.query('SELECT seq, chain_hash, mac FROM audit_head WHERE id = 1'),
  );
  if (row === undefined) return undefined;
  const head = { seq: Number(row.seq), chainHash: row.chain_hash };
  if (row.mac === headMac(place.key, head)) return head;
  problems.push(`head ${row.seq} was not written by the sealer`);
  return undefined;
}

async function sealsAfter(db: Db, schema: string, seq: number): Promise<SealRow[]> {
  return db.readPrimary((manager) =>
    manager.query(`SELECT * FROM \`${schema}\`.audit_seal WHERE seq > ? ORDER BY seq LIMIT ?`, [seq, PAGE]),
  );
}

async function entriesOf(db: Db, schema: string, seals: SealRow[]): Promise<Map<string, AuditEntry>> {
  if (seals.length === 0) return new Map();
  const ids = seals.map((seal) => seal.entry_id);
  const rows = await db.readPrimary<AuditEntry[]>((manager) =>
    manager.query(`SELECT * FROM \`${schema}\`.audit_entry WHERE id IN (?)`, [ids]),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Entries that should have been chained: by their time they are older than a minute, or from the future, which no
 * entry is for long. A clock that was wrong when they were made, or is now, is no excuse: each is looked at twice.
 */
async function forgotten(db: Db, schema: string): Promise<string[]> {
  const first = new Set(await oddlyOld(db, schema));
  if (first.size === 0) return [];
  await delay(SECOND_LOOK_MS);
  const ids = (await oddlyOld(db, schema)).filter((id) => first.has(id));
  const named = ids.slice(0, NAMED).map((id) => `entry ${id} has not been chained for more than a minute`);
  return ids.length > NAMED ? [...named, `and so have ${ids.length - NAMED} others`] : named;
}

async function oddlyOld(db: Db, schema: string): Promise<string[]> {
  const rows = await db.readPrimary<{ id: string }[]>((manager) =>
    manager.query(
      `SELECT e.id FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id
       WHERE s.entry_id IS NULL AND ABS(TIMESTAMPDIFF(SECOND, e.at, UTC_TIMESTAMP(3))) >= ? ORDER BY e.n`,
      [MAX_UNCHAINED_MS / 1000],
    ),
  );
  return rows.map((row) => row.id);
}

async function countUnsealed(db: Db, schema: string): Promise<number> {
  const rows = await db.readPrimary<{ n: string }[]>((manager) =>
    manager.query(
      `SELECT COUNT(*) AS n FROM \`${schema}\`.audit_entry e
       LEFT JOIN \`${schema}\`.audit_seal s ON s.entry_id = e.id WHERE s.entry_id IS NULL`,
    ),
  );
  return Number(rows[0]?.n ?? 0);
}
