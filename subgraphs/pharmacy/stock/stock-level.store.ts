import type { EntityManager } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { StockLevel } from './stock-level.entity.ts';

/** Packs over all batches of a medicine in a warehouse. */
export interface Sums {
  readonly warehouseId: string;
  readonly skuId: string;
  /** Not expired: may be sold. */
  readonly available: number;
  readonly expired: number;
  readonly held: number;
}

interface SumRow {
  readonly warehouse_id: string;
  readonly sku_id: string;
  readonly available: string;
  readonly expired: string;
  readonly held: string;
}

/** A loader takes one text as key. */
export const pairKey = (place: string, skuId: string) => `${place}:${skuId}`;

const halves = (key: string): [string, string] => {
  const [place = '', skuId = ''] = key.split(':');
  return [place, skuId];
};

export class StockLevelStore {
  readonly #db: Db;
  readonly #now: () => Date;
  /** By `pairKey(warehouseId, skuId)`. */
  readonly sums: BatchRead<string, Sums>;
  /** Packs that may be sold, by `pairKey(pharmacyId, skuId)`; null where it never had any. */
  readonly available: BatchRead<string, number>;

  constructor(db: Db, now: () => Date) {
    this.#db = db;
    this.#now = now;
    this.sums = {
      name: 'stock.sums',
      read: async (keys) => {
        const rows = await db.read((manager) => sumsOf(manager, keys.map(halves), this.#today()));
        return inOrder(keys, rows, ({ warehouseId, skuId }) => pairKey(warehouseId, skuId));
      },
    };
    this.available = {
      name: 'stock.available',
      read: async (keys) => {
        const pairs = keys.map(halves);
        const found = await db.read((manager) => availableOf(manager, pairs, this.#today()));
        return keys.map((key) => found.get(key) ?? null);
      },
    };
  }

  #today(): string {
    return businessDay(this.#now());
  }

  /** Packs of each medicine that the pharmacy may sell now, by SKU; from the primary. */
  async availableNow(pharmacyId: string, skuIds: readonly string[]): Promise<Map<string, number>> {
    const pairs = skuIds.map((skuId): [string, string] => [pharmacyId, skuId]);
    const found = await this.#db.readPrimary((manager) => availableOf(manager, pairs, this.#today()));
    return new Map(skuIds.map((skuId) => [skuId, found.get(pairKey(pharmacyId, skuId)) ?? 0]));
  }

  /** Everything that any pharmacy ever had, in pages: at most `limit` after the last `[pharmacyId, skuId]`. */
  async everyPair(after: readonly [string, string], limit: number): Promise<[string, string][]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.query<{ pharmacy_id: string; sku_id: string }[]>(
        `SELECT DISTINCT pharmacy_id, sku_id FROM stock_level
         WHERE pharmacy_id > ? OR (pharmacy_id = ? AND sku_id > ?)
         ORDER BY pharmacy_id, sku_id LIMIT ?`,
        [after[0], after[0], after[1], limit],
      ),
    );
    return rows.map((row) => [row.pharmacy_id, row.sku_id]);
  }

  /** Levels that have become low or sufficient without a movement: by the expiry of a batch. */
  async changedByTime(limit: number): Promise<StockLevel[]> {
    return this.#db.readPrimary((manager) =>
      manager
        .createQueryBuilder(StockLevel, 'level')
        .where(
          `level.is_low <> (level.threshold > (
             SELECT COALESCE(SUM(b.available), 0) FROM batch b
             WHERE b.warehouse_id = level.warehouse_id AND b.sku_id = level.sku_id AND b.expires_on >= :today))`,
          { today: this.#today() },
        )
        .orderBy('level.warehouse_id')
        .addOrderBy('level.sku_id')
        .limit(limit)
        .getMany(),
    );
  }

  /** At most `limit` levels of a pharmacy in the order of SKU and warehouse, those after the pair `after`. */
  async page(
    filter: { pharmacyId: string; isLow?: true | undefined },
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<StockLevel[]> {
    return this.#db.read((manager) => {
      const query = manager
        .createQueryBuilder(StockLevel, 'level')
        .where('level.pharmacy_id = :pharmacyId', { pharmacyId: filter.pharmacyId })
        .orderBy('level.sku_id')
        .addOrderBy('level.warehouse_id')
        .limit(limit);
      if (filter.isLow) query.andWhere('level.is_low = 1');
      if (after !== undefined) {
        query.andWhere('(level.sku_id > :sku OR (level.sku_id = :sku AND level.warehouse_id > :warehouse))', {
          sku: after[0],
          warehouse: after[1],
        });
      }
      return query.getMany();
    });
  }

  /** The levels of one warehouse, held until the transaction ends, in the order of the SKUs. */
  async lock({ manager }: Tx, warehouseId: string, skuIds: readonly string[]): Promise<StockLevel[]> {
    return manager
      .createQueryBuilder(StockLevel, 'level')
      .setLock('pessimistic_write')
      .where('level.warehouse_id = :warehouseId AND level.sku_id IN (:...skuIds)', { warehouseId, skuIds })
      .orderBy('level.sku_id')
      .getMany();
  }

  /** Makes a row for a medicine that a warehouse has for the first time. @param threshold used only then */
  async ensure({ manager }: Tx, level: Omit<StockLevel, 'isLow' | 'version'>): Promise<void> {
    await manager.query(
      `INSERT INTO stock_level (warehouse_id, sku_id, pharmacy_id, threshold) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE threshold = stock_level.threshold`,
      [level.warehouseId, level.skuId, level.pharmacyId, level.threshold],
    );
  }

  /** What the transaction sees. */
  async sumsIn({ manager }: Tx, warehouseId: string, skuIds: readonly string[]): Promise<Sums[]> {
    const pairs = skuIds.map((skuId): [string, string] => [warehouseId, skuId]);
    return sumsOf(manager, pairs, this.#today());
  }
}

async function sumsOf(
  manager: EntityManager,
  pairs: readonly [string, string][],
  today: string,
): Promise<Sums[]> {
  const rows = await manager.query<SumRow[]>(
    `SELECT warehouse_id, sku_id, SUM(held) AS held,
       SUM(CASE WHEN expires_on >= ? THEN available ELSE 0 END) AS available,
       SUM(CASE WHEN expires_on < ? THEN available ELSE 0 END) AS expired
     FROM batch WHERE (warehouse_id, sku_id) IN (${pairs.map(() => '(?, ?)').join(', ')})
     GROUP BY warehouse_id, sku_id`,
    [today, today, ...pairs.flat()],
  );
  return rows.map((row) => ({
    warehouseId: row.warehouse_id,
    skuId: row.sku_id,
    available: Number(row.available),
    expired: Number(row.expired),
    held: Number(row.held),
  }));
}

async function availableOf(
  manager: EntityManager,
  pairs: readonly [string, string][],
  today: string,
): Promise<Map<string, number>> {
  if (pairs.length === 0) return new Map();
  const rows = await manager.query<{ pharmacy_id: string; sku_id: string; available: string }[]>(
    `SELECT pharmacy_id, sku_id, SUM(CASE WHEN expires_on >= ? THEN available ELSE 0 END) AS available
     FROM batch WHERE (pharmacy_id, sku_id) IN (${pairs.map(() => '(?, ?)').join(', ')})
     GROUP BY pharmacy_id, sku_id`,
    [today, ...pairs.flat()],
  );
  return new Map(rows.map((row) => [pairKey(row.pharmacy_id, row.sku_id), Number(row.available)]));
}
