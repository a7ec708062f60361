import type { Tx } from '../../../shared/db/db.ts';
import type { PayableType } from './payment.entity.ts';

/**
 * Whether a thing may still be paid. OPEN → CLOSING: no payment begins any more, one that is under way still counts.
 * CLOSING → CLOSED: money that comes goes back. Its owner moves it on, and nothing moves it back.
 */
export type PayableState = 'OPEN' | 'CLOSING' | 'CLOSED';

export class PayableStateStore {
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Holds the state until the transaction ends. Taken before the payments of the thing, by all who take both. */
  async lock(tx: Tx, type: PayableType, id: string): Promise<PayableState> {
    await tx.manager.query(
      `INSERT INTO payable (payable_type, payable_id, changed_at) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE payable_id = VALUES(payable_id)`,
      [type, id, this.#now()],
    );
    return this.current(tx, type, id);
  }

  /** As it is committed, or as this transaction left it; OPEN for what nobody has touched yet. */
  async current({ manager }: Tx, type: PayableType, id: string): Promise<PayableState> {
    const [row] = await manager.query<{ state: PayableState }[]>(
      'SELECT state FROM payable WHERE payable_type = ? AND payable_id = ?',
      [type, id],
    );
    return row?.state ?? 'OPEN';
  }

  /** Moves a locked one on. */
  async set({ manager }: Tx, type: PayableType, id: string, state: PayableState): Promise<void> {
    await manager.query(
      'UPDATE payable SET state = ?, changed_at = ? WHERE payable_type = ? AND payable_id = ?',
      [state, this.#now(), type, id],
    );
  }
}
