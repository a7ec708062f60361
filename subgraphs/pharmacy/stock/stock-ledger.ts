import { monotonicFactory } from 'ulid';
import { currentRequest } from '../../../shared/context/request-context.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Batch } from './batch.entity.ts';
import type { StockGate } from './stock-gate.ts';
import { StockMovement, StockMovementKind } from './stock-movement.entity.ts';
import type { StockWatch } from './stock-watch.ts';

/** One after the other within a millisecond too: the ledger is read in the order of its ids. */
const nextUlid = monotonicFactory();

type Counter = 'received' | 'available' | 'held' | 'sold' | 'written_off';

interface Transition {
  readonly from?: Counter;
  readonly to: readonly Counter[];
}

/** Where the packs go; each keeps available + held + sold = received − written off. */
const TRANSITIONS: Record<StockMovementKind, Transition> = {
  RECEIVE: { to: ['received', 'available'] },
  HOLD: { from: 'available', to: ['held'] },
  RELEASE: { from: 'held', to: ['available'] },
  SELL: { from: 'held', to: ['sold'] },
  WRITE_OFF: { from: 'available', to: ['written_off'] },
};

export interface Move {
  readonly batch: Batch;
  readonly kind: StockMovementKind;
  readonly quantity: number;
  readonly orderId?: string;
  readonly reason?: string;
}

/** The one place where levels change: each change has its row in the ledger. */
export class StockLedger {
  readonly #watch: StockWatch;
  readonly #gate: StockGate;
  readonly #now: () => Date;

  constructor(watch: StockWatch, gate: StockGate, now: () => Date) {
    this.#watch = watch;
    this.#gate = gate;
    this.#now = now;
  }

  /**
   * Moves packs of batches whose rows the caller has locked.
   * @throws AppError OUT_OF_STOCK when a batch has fewer than are to be moved
   */
  async apply(tx: Tx, moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    for (const move of moves) await change(tx, move);
    const at = this.#now();
    const actorId = currentRequest()?.actorId ?? 'service:pharmacy';
    await tx.manager.insert(
      StockMovement,
      moves.map(({ batch, kind, quantity, orderId, reason }) => ({
        id: `mov_${nextUlid()}`,
        pharmacyId: batch.pharmacyId,
        batchId: batch.id,
        kind,
        quantity,
        orderId: orderId ?? null,
        reason: reason ?? null,
        actorId,
        at,
      })),
    );
    // A sale takes what was held before.
    const touched = moves.filter(({ kind }) => kind !== StockMovementKind.SELL);
    await this.#watch.look(
      tx,
      touched.map(({ batch }) => batch),
    );
    // Those who hold have passed the gate before.
    const others = touched.filter(({ kind }) => kind !== StockMovementKind.HOLD);
    for (const [pharmacyId, skuIds] of byPharmacy(others.map(({ batch }) => batch))) {
      tx.afterCommit(async () => void this.#gate.refresh(pharmacyId, skuIds));
    }
  }
}

async function change({ manager }: Tx, { batch, kind, quantity }: Move): Promise<void> {
  const { from, to } = TRANSITIONS[kind];
  const sets = [...to.map((name) => `${name} = ${name} + ?`), ...(from ? [`${from} = ${from} - ?`] : [])];
  const { affectedRows } = await manager.query<{ affectedRows: number }>(
    `UPDATE batch SET ${sets.join(', ')} WHERE id = ?${from ? ` AND ${from} >= ?` : ''}`,
    [...sets.map(() => quantity), batch.id, ...(from ? [quantity] : [])],
  );
  if (affectedRows !== 1) throw new AppError('OUT_OF_STOCK', { sku: batch.skuId });
}

function byPharmacy(batches: readonly Batch[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { pharmacyId, skuId } of batches) {
    found.set(pharmacyId, [...new Set([...(found.get(pharmacyId) ?? []), skuId])]);
  }
  return found;
}
