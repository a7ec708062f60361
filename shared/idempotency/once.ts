import { createHash } from 'node:crypto';
import { type Actor, actorId } from '../context/actor.ts';
import type { Tx } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';

export interface IdempotentCall {
  readonly actor: Actor;
  /** Name of the mutation: keys of different mutations are different. */
  readonly operation: string;
  /** As the client chose it, 1 to 64 characters. */
  readonly key: string;
  /** The whole input; the same key with another input is refused. */
  readonly body: object;
  readonly now: Date;
}

/**
 * Runs `work` once for an actor's key, within the caller's transaction, and keeps the identifier of its result, never
 * its body. A retry, also one at the same moment, gets that identifier without running anything.
 * @param work answers with the identifier of what it made.
 * @throws AppError VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
 */
export async function once(tx: Tx, call: IdempotentCall, work: () => Promise<string>): Promise<string> {
  const { operation, key, now } = call;
  if (key.trim() === '' || key.length > 64) {
    throw new AppError('VALIDATION_FAILED', { field: 'idempotencyKey', reason: '1 – 64' });
  }
  const actor = actorId(call.actor);
  const bodyHash = createHash('sha256').update(canonical(call.body)).digest('hex');
  const mine = [actor, operation, key];
  await tx.manager.query(
    // A second call at the same moment waits here for the end of the first one.
    `INSERT INTO idempotency_key (actor, operation, idempotency_key, body_hash, created_at) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE actor = VALUES(actor)`,
    [...mine, bodyHash, now],
  );
  const [row] = await tx.manager.query<{ body_hash: string; result_id: string }[]>(
    'SELECT body_hash, result_id FROM idempotency_key WHERE actor = ? AND operation = ? AND idempotency_key = ?',
    mine,
  );
  if (row !== undefined && row.body_hash !== bodyHash) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  // Without a result the row is our own: that of a committed call always has one.
  if (row !== undefined && row.result_id !== '') return row.result_id;
  const resultId = await work();
  if (resultId === '') throw new Error('an idempotent call answers with an identifier');
  await tx.manager.query(
    'UPDATE idempotency_key SET result_id = ? WHERE actor = ? AND operation = ? AND idempotency_key = ?',
    [resultId, ...mine],
  );
  return resultId;
}

/** JSON with the keys of every object in order, so that the same input gives the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each) && !(each instanceof Date)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
