import type { EntityManager } from 'typeorm';
import { type Actor, actorId } from '../context/actor.ts';
import { canonical, canonicalHash } from '../crypto/canonical-json.ts';
import type { Db, Tx } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';

export { canonical };

export interface IdempotentCall {
  readonly actor: Actor;
  /** Name of the mutation: keys of different mutations are different. */
  readonly operation: string;
  /** As the client chose it, 1 to 64 characters. */
  readonly key: string;
  /** The whole input but its secrets (a hash of a PIN can be guessed); the same key with another is refused. */
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
  const bodyHash = canonicalHash(call.body);
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

/**
 * For a call that asks others before its transaction, and whose retry would find everything changed by its own
 * success: the identifier that an earlier call with this key gave, also one that ended meanwhile, else that of `work`.
 * @throws AppError IDEMPOTENCY_KEY_REUSED, and what `work` throws
 */
export async function unlessAnswered(
  db: Db,
  call: IdempotentCall,
  work: () => Promise<string>,
): Promise<string> {
  const answered = () => db.readPrimary((manager) => earlierResult(manager, call));
  const earlier = await answered();
  if (earlier !== undefined) return earlier;
  try {
    return await work();
  } catch (error) {
    const meanwhile = await answered().catch(() => undefined);
    if (meanwhile !== undefined) return meanwhile;
    throw error;
  }
}

async function earlierResult(
  manager: EntityManager,
  { actor, operation, key, body }: IdempotentCall,
): Promise<string | undefined> {
  const [row] = await manager.query<{ body_hash: string; result_id: string }[]>(
    'SELECT body_hash, result_id FROM idempotency_key WHERE actor = ? AND operation = ? AND idempotency_key = ?',
    [actorId(actor), operation, key],
  );
  if (row === undefined || row.result_id === '') return undefined;
  if (row.body_hash !== canonicalHash(body)) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  return row.result_id;
}
