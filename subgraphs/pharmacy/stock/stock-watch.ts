import { MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { replayThenFollow } from '../../../shared/live/replay.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import type { Wake } from '../../../shared/redis/wake.ts';
import { StockAlert, StockAlertKind } from './stock-alert.entity.ts';
import { StockLevel } from './stock-level.entity.ts';
import type { StockLevelStore } from './stock-level.store.ts';

const PAGE = 100;

interface Place {
  readonly warehouseId: string;
  readonly skuId: string;
}

/** Raises an alert when the stock of a medicine in a warehouse falls below its threshold, once until it recovers. */
export class StockWatch {
  readonly #db: Db;
  readonly #levels: StockLevelStore;
  readonly #outbox: Outbox;
  readonly #wake: Wake;
  readonly #now: () => Date;

  constructor(db: Db, levels: StockLevelStore, outbox: Outbox, wake: Wake, now: () => Date) {
    this.#db = db;
    this.#levels = levels;
    this.#outbox = outbox;
    this.#wake = wake;
    this.#now = now;
  }

  /** Looks at what a transaction has changed. Locks come after those of the batches, in the order of warehouse and SKU. */
  async look(tx: Tx, touched: readonly Place[]): Promise<void> {
    const byWarehouse = new Map<string, Set<string>>();
    for (const { warehouseId, skuId } of touched) {
      byWarehouse.set(warehouseId, (byWarehouse.get(warehouseId) ?? new Set()).add(skuId));
    }
    for (const [warehouseId, skuIds] of [...byWarehouse].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const levels = await this.#levels.lock(tx, warehouseId, [...skuIds].sort());
      const sums = await this.#levels.sumsIn(tx, warehouseId, [...skuIds]);
      for (const level of levels) {
        const available = sums.find(({ skuId }) => skuId === level.skuId)?.available ?? 0;
        const isLow = available < level.threshold;
        if (isLow === level.isLow) continue;
        const { skuId } = level;
        await tx.manager.update(StockLevel, { warehouseId, skuId }, { isLow });
        if (isLow) await this.#raise(tx, level, available);
      }
    }
  }

  /** Looks at what has become low by time alone: a batch that expired. @returns how many levels changed */
  async sweep(): Promise<number> {
    const changed = await this.#levels.changedByTime(PAGE);
    if (changed.length > 0) await this.#db.transaction((tx) => this.look(tx, changed));
    return changed.length;
  }

  /** Alerts after `afterSeq` from the database first, then each new one, in order and without gap. */
  follow(pharmacyId: string, afterSeq: number): AsyncGenerator<StockAlert, void, undefined> {
    return replayThenFollow(this.#wake, topicOf(pharmacyId), afterSeq, (after) =>
      this.#db.readPrimary((manager) =>
        manager.find(StockAlert, {
          where: { pharmacyId, seq: MoreThan(after) },
          order: { seq: 'ASC' },
          take: PAGE,
        }),
      ),
    );
  }

  async #raise(tx: Tx, level: StockLevel, available: number): Promise<void> {
    const { pharmacyId, warehouseId, skuId, threshold } = level;
    const id = newId('alt');
    await tx.manager.insert(StockAlert, {
      id,
      pharmacyId,
      seq: await nextSeq(tx, pharmacyId),
      kind: StockAlertKind.LOW_STOCK,
      warehouseId,
      skuId,
      available,
      threshold,
      raisedAt: this.#now(),
    });
    await this.#outbox.add(tx, {
      type: 'stock.low',
      aggregateType: 'stock_alert',
      aggregateId: id,
      aggregateVersion: 1,
      payload: { alertId: id, pharmacyId, warehouseId, skuId, available, threshold },
    });
    tx.afterCommit(() => this.#wake.call(topicOf(pharmacyId)));
  }
}

/** The row stays locked until the commit, so numbers become visible in their order and a rollback leaves no gap. */
async function nextSeq({ manager }: Tx, pharmacyId: string): Promise<number> {
  await manager.query(
    `INSERT INTO stock_alert_counter (pharmacy_id, last_seq) VALUES (?, 1)
     ON DUPLICATE KEY UPDATE last_seq = last_seq + 1`,
    [pharmacyId],
  );
  const [row] = await manager.query<{ last_seq: number }[]>(
    'SELECT last_seq FROM stock_alert_counter WHERE pharmacy_id = ?',
    [pharmacyId],
  );
  return row?.last_seq ?? 1;
}

function topicOf(pharmacyId: string): string {
  return `stock-alert:${pharmacyId}`;
}
