import { createHash, createHmac } from 'node:crypto';

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly request_id: string;
  readonly detail: string;
}

/** The last link of a chain. */
export interface ChainHead {
  readonly seq: number;
  readonly chainHash: string;
}

export const GENESIS: ChainHead = { seq: 0, chainHash: '0'.repeat(64) };

/** SHA-256 of everything that an entry says, hexadecimal. */
export function entryHash(entry: AuditEntry): string {
  const { id, at, actor, action, subject_type, subject_id, request_id, detail } = entry;
  const parts = [id, at.toISOString(), actor, action, subject_type, subject_id, request_id, detail];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The hash of the next link: keyed, so that whoever can write to the database alone cannot make a chain anew. */
export function chainHash(key: string, before: ChainHead, hash: string): string {
  return hmac(key, `link\n${before.seq + 1}\n${before.chainHash}\n${hash}`);
}

/** What proves that a head was written by us. */
export function headMac(key: string, head: ChainHead): string {
  return hmac(key, `head\n${head.seq}\n${head.chainHash}`);
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex');
}
