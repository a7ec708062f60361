import { In } from 'typeorm';
import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Batch } from './batch.entity.ts';
import type { BatchStore } from './batch.store.ts';
import { type Allocation, allocate } from './stock-allocation.ts';
import { merged, type StockLine } from './stock-gate.ts';
import { StockHold, StockHoldState } from './stock-hold.entity.ts';
import type { StockLedger } from './stock-ledger.ts';
import { StockMovementKind } from './stock-movement.entity.ts';

const { HELD, RELEASED, SOLD } = StockHoldState;

export interface HoldRequest {
  readonly orderId: string;
  readonly pharmacyId: string;
  readonly lines: readonly StockLine[];
  /** Until when the order may be paid. The caller releases what is not sold by then. */
  readonly expiresAt: Date;
}

/** Packs of one batch for an order. */
export interface StockAllocation {
  readonly skuId: string;
  readonly batchId: string;
  readonly quantity: number;
}

/**
 * Stock for orders. Locks are taken in one order everywhere: the order, its batches by id, levels by warehouse and
 * SKU, the counter of alerts; so holds, releases and sales never wait for each other in a circle.
 */
export class StockService {
  readonly #db: Db;
  readonly #batches: BatchStore;
  readonly #ledger: StockLedger;
  readonly #now: () => Date;

  constructor(db: Db, batches: BatchStore, ledger: StockLedger, now: () => Date) {
    this.#db = db;
    this.#batches = batches;
    this.#ledger = ledger;
    this.#now = now;
  }

  /**
   * Holds packs for an order, first those that expire first. Again for the same order it changes nothing.
   * @throws AppError OUT_OF_STOCK with the SKU; STOCK_NOT_HELD for an order whose stock was given back;
   *   VALIDATION_FAILED
   */
  async hold(tx: Tx, request: HoldRequest): Promise<StockAllocation[]> {
    const { orderId, pharmacyId, expiresAt } = request;
    const lines = merged(request.lines);
    const day = businessDay(this.#now());
    const skuIds = lines.map(({ skuId }) => skuId);
    await this.#beginOrder(tx, orderId);
    const known = await holdsOf(tx, orderId);
    if (known.length > 0) return activeOf(orderId, known).map(allocationOf);
    const candidates = await this.#batches.allocatable(tx, pharmacyId, skuIds, day);
    const batches = await this.#batches.lock(tx, idsOf(candidates));
    const allocations = allocate(batches, lines, day);
    await this.#move(tx, StockMovementKind.HOLD, orderId, allocations);
    await this.#insertHolds(tx, { orderId, expiresAt }, allocations);
    return allocations.map(({ batch, quantity }) => ({ skuId: batch.skuId, batchId: batch.id, quantity }));
  }

  /**
   * Gives back what an order holds. Again, or for an order that holds nothing, it changes nothing.
   * @throws AppError STOCK_NOT_HELD for an order whose stock is sold
   */
  async release(tx: Tx, orderId: string): Promise<void> {
    const { holds, batchOf } = await this.#lockHolds(tx, orderId);
    if (holds.some(({ state }) => state === SOLD)) throw notHeld(orderId);
    const held = holds.filter(({ state }) => state === HELD);
    await this.#move(tx, StockMovementKind.RELEASE, orderId, held.map(batchOf));
    await this.#setState(tx, held, RELEASED);
  }

  /**
   * Turns what an order holds into sold. What has expired while it was held is given back and replaced by good packs.
   * Again, it changes nothing and answers the same.
   * @throws AppError STOCK_NOT_HELD for an order that holds nothing; OUT_OF_STOCK when nothing can replace what expired
   */
  async sell(tx: Tx, orderId: string): Promise<StockAllocation[]> {
    const day = businessDay(this.#now());
    const { holds, batches, batchOf } = await this.#lockHolds(tx, orderId, day);
    const active = activeOf(orderId, holds);
    const held = active.filter(({ state }) => state === HELD);
    if (held.length === 0) return active.map(allocationOf);
    const expired = held.filter((hold) => batchOf(hold).batch.expiresOn < day);
    let sold = held.filter((hold) => !expired.includes(hold)).map(batchOf);
    if (expired.length > 0) {
      const good = allocate(batches, merged(expired), day);
      await this.#move(tx, StockMovementKind.RELEASE, orderId, expired.map(batchOf));
      await this.#setState(tx, expired, RELEASED);
      await this.#move(tx, StockMovementKind.HOLD, orderId, good);
      await this.#insertHolds(tx, { orderId, expiresAt: held[0]?.expiresAt ?? this.#now() }, good);
      sold = [...sold, ...good];
    }
    await this.#move(tx, StockMovementKind.SELL, orderId, sold);
    const after = activeOf(orderId, await holdsOf(tx, orderId));
    await this.#setState(tx, after, SOLD);
    return after.map(allocationOf);
  }

  /** What an order holds or has bought, by batch; empty when it gave everything back. */
  async allocationsOf(orderId: string): Promise<StockAllocation[]> {
    const holds = await this.#db.readPrimary((manager) =>
      manager.find(StockHold, {
        where: { orderId, state: In([HELD, SOLD]) },
        order: { batchId: 'ASC' },
      }),
    );
    return holds.map(allocationOf);
  }

  /** @param day when given, batches that could replace an expired one are locked too */
  async #lockHolds(tx: Tx, orderId: string, day?: string) {
    const holds = (await lockOrder(tx, orderId)) ? await holdsOf(tx, orderId) : [];
    const own = await tx.manager.findBy(Batch, { id: In(holds.map(({ batchId }) => batchId)) });
    const expired = day === undefined ? [] : own.filter(({ expiresOn }) => expiresOn < day);
    const pharmacyId = expired[0]?.pharmacyId;
    const others =
      day === undefined || pharmacyId === undefined
        ? []
        : await this.#batches.allocatable(tx, pharmacyId, skusOf(expired), day);
    const batches = await this.#batches.lock(tx, idsOf([...own, ...others]));
    const byId = new Map(batches.map((batch) => [batch.id, batch]));
    const batchOf = ({ batchId, quantity }: StockHold): Allocation => {
      const batch = byId.get(batchId);
      if (batch === undefined) throw new Error(`batch ${batchId} of order ${orderId} is not there`);
      return { batch, quantity };
    };
    return { holds, batches, batchOf };
  }

  /** Makes the row of an order, or waits for the end of what is under way for it. */
  async #beginOrder({ manager }: Tx, orderId: string): Promise<void> {
    await manager.query(
      `INSERT INTO stock_order (order_id, created_at) VALUES (?, ?)
       ON DUPLICATE KEY UPDATE order_id = VALUES(order_id)`,
      [orderId, this.#now()],
    );
  }

  async #move(
    tx: Tx,
    kind: StockMovementKind,
    orderId: string,
    allocations: readonly Allocation[],
  ): Promise<void> {
    await this.#ledger.apply(
      tx,
      allocations.map(({ batch, quantity }) => ({ batch, quantity, kind, orderId })),
    );
  }

  async #insertHolds(
    { manager }: Tx,
    { orderId, expiresAt }: Pick<HoldRequest, 'orderId' | 'expiresAt'>,
    allocations: readonly Allocation[],
  ): Promise<void> {
    const now = this.#now();
    for (const { batch, quantity } of allocations) {
      await manager.query(
        // An order whose expired packs are replaced may hold some of the replacing batch already.
        `INSERT INTO stock_hold (order_id, batch_id, pharmacy_id, sku_id, quantity, state, expires_at, changed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE quantity = stock_hold.quantity + VALUES(quantity)`,
        [orderId, batch.id, batch.pharmacyId, batch.skuId, quantity, HELD, expiresAt, now],
      );
    }
  }

  async #setState({ manager }: Tx, holds: readonly StockHold[], state: StockHoldState): Promise<void> {
    const changedAt = this.#now();
    for (const { orderId, batchId } of holds)
      await manager.update(StockHold, { orderId, batchId }, { state, changedAt });
  }
}

/** Holds the row of an order until the transaction ends. @returns false for an order that never held anything */
async function lockOrder({ manager }: Tx, orderId: string): Promise<boolean> {
  const rows = await manager.query<unknown[]>('SELECT 1 FROM stock_order WHERE order_id = ? FOR UPDATE', [
    orderId,
  ]);
  return rows.length > 0;
}

async function holdsOf({ manager }: Tx, orderId: string): Promise<StockHold[]> {
  return manager.find(StockHold, { where: { orderId }, order: { batchId: 'ASC' } });
}

/** Those that are not given back. @throws AppError STOCK_NOT_HELD when there is none */
function activeOf(orderId: string, holds: readonly StockHold[]): StockHold[] {
  const active = holds.filter(({ state }) => state !== RELEASED);
  if (active.length === 0) throw notHeld(orderId);
  return active;
}

const notHeld = (orderId: string) => new AppError('STOCK_NOT_HELD', { order: orderId });
const idsOf = (batches: readonly Batch[]) => batches.map(({ id }) => id);
const skusOf = (batches: readonly Batch[]) => [...new Set(batches.map(({ skuId }) => skuId))];
const allocationOf = ({ skuId, batchId, quantity }: StockHold): StockAllocation => ({
  skuId,
  batchId,
  quantity,
});
