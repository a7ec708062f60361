import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { inject } from 'vitest';
import { addDays, businessDay } from '../../shared/clock/business-day.ts';
import { loadConfig } from '../../shared/config/config.ts';
import type { Actor } from '../../shared/context/actor.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { database } from '../../subgraphs/pharmacy/datasource.ts';
import { Pharmacy } from '../../subgraphs/pharmacy/pharmacy/pharmacy.entity.ts';
import { Warehouse } from '../../subgraphs/pharmacy/pharmacy/warehouse.entity.ts';
import type { Batch } from '../../subgraphs/pharmacy/stock/batch.entity.ts';
import type { StockLine } from '../../subgraphs/pharmacy/stock/stock-gate.ts';
import { wireStock } from '../../subgraphs/pharmacy/stock/stock.wiring.ts';
import { benchEnvironment } from '../testkit/platform.ts';

const DAY = 24 * 3_600_000;

export const sku = (code: string) => stableId('sku', code);
export const supplierId = stableId('sup', 'demo-supplier-01');

/** A pharmacy of the test's own, with one warehouse and somebody who manages its stock. */
export interface Place {
  readonly pharmacyId: string;
  readonly warehouseId: string;
  readonly staff: Actor;
}

/** Stock's own services on the databases of the common platform, with a clock that a test may set. */
export async function openStock(redis?: Redis) {
  const { foundation, close } = await layFoundation(
    loadConfig('pharmacy', benchEnvironment(inject('platformDir'))),
    database,
  );
  const clock = { ahead: 0 };
  const now = () => new Date(Date.now() + clock.ahead);
  const services = wireStock({ ...foundation, now, redis: redis ?? foundation.redis });
  const { db } = foundation;
  const { stock, stockGate, stockIntake } = services;
  const rows = <T>(sql: string, values: unknown[] = []) =>
    db.readPrimary<T[]>((manager) => manager.query(sql, values));

  const newPlace = async (): Promise<Place> => {
    const pharmacyId = newId('pha');
    const warehouseId = newId('whs');
    await db.transaction(async ({ manager }) => {
      await manager.insert(Pharmacy, {
        id: pharmacyId,
        name: '测试药房',
        city: '北京市',
        address: '某街1号',
      });
      await manager.insert(Warehouse, { id: warehouseId, pharmacyId, name: '药库' });
    });
    const permissions = ['stock.manage', 'stock.read'];
    const grant = { role: 'PHARMACIST', permissions, scope: 'PHARMACY', scopeId: pharmacyId } as const;
    const staff: Actor = { kind: 'account', accountId: newId('acc'), sessionId: '', grants: [grant] };
    return { pharmacyId, warehouseId, staff };
  };

  /** @param days until it expires */
  const receive = (
    { warehouseId, staff }: Place,
    code: string,
    quantity: number,
    days = 300,
  ): Promise<Batch> =>
    stockIntake.receive(staff, {
      warehouseId,
      skuId: sku(code),
      supplierId,
      lot: `L${days}`,
      expiresOn: addDays(businessDay(now()), days),
      quantity,
      unitCost: 1250,
      idempotencyKey: randomUUID(),
    });

  const hold = ({ pharmacyId }: Place, orderId: string, lines: readonly StockLine[]) =>
    db.transaction((tx) =>
      stock.hold(tx, { orderId, pharmacyId, lines, expiresAt: new Date(now().getTime() + DAY / 96) }),
    );
  /** As an order does it: past the gate, then in a transaction. */
  const order = (place: Place, lines: readonly StockLine[], orderId = newId('ord')) =>
    stockGate.guarded(orderId, place.pharmacyId, lines, () => hold(place, orderId, lines));
  const release = (orderId: string) => db.transaction((tx) => stock.release(tx, orderId));
  const sell = (orderId: string) => db.transaction((tx) => stock.sell(tx, orderId));

  return { ...services, db, clock, rows, newPlace, receive, hold, order, release, sell, close };
}

export type StockBench = Awaited<ReturnType<typeof openStock>>;

/** One order line. */
export const line = (code: string, quantity = 1): StockLine => ({ skuId: sku(code), quantity });

export interface Levels {
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly received: number;
  readonly written_off: number;
}

/** The levels of a place as the batches have them, by SKU. */
export async function levelsOf({ rows }: StockBench, { pharmacyId }: Place): Promise<Record<string, Levels>> {
  const found = await rows<Record<keyof Levels, string> & { sku_id: string }>(
    `SELECT sku_id, SUM(available) available, SUM(held) held, SUM(sold) sold, SUM(received) received,
       SUM(written_off) written_off FROM batch WHERE pharmacy_id = ? GROUP BY sku_id`,
    [pharmacyId],
  );
  return Object.fromEntries(
    found.map(({ sku_id, available, held, sold, received, written_off }) => [
      sku_id,
      {
        available: Number(available),
        held: Number(held),
        sold: Number(sold),
        received: Number(received),
        written_off: Number(written_off),
      },
    ]),
  );
}

/**
 * What breaks the second invariant in a place: by batch, by SKU and by warehouse, from the levels, from the ledger alone
 * and from what orders hold.
 */
export async function brokenStock({ rows }: StockBench, { pharmacyId }: Place): Promise<unknown[]> {
  const sum = (kind: string) => `SUM(CASE WHEN m.kind = '${kind}' THEN m.quantity ELSE 0 END)`;
  const ledger = `SELECT m.batch_id, ${sum('RECEIVE')} received, ${sum('WRITE_OFF')} written_off,
      ${sum('SELL')} sold, ${sum('HOLD')} - ${sum('RELEASE')} - ${sum('SELL')} held,
      ${sum('RECEIVE')} + ${sum('RELEASE')} - ${sum('HOLD')} - ${sum('WRITE_OFF')} available
    FROM stock_movement m WHERE m.pharmacy_id = ? GROUP BY m.batch_id`;
  const claims = `SELECT batch_id, SUM(CASE WHEN state = 'HELD' THEN quantity ELSE 0 END) held,
      SUM(CASE WHEN state = 'SOLD' THEN quantity ELSE 0 END) sold
    FROM stock_hold WHERE pharmacy_id = ? GROUP BY batch_id`;
  const groups = ['id', 'sku_id', 'warehouse_id'].map(
    (column) => `SELECT '${column}' why, ${column} what FROM batch WHERE pharmacy_id = ? GROUP BY ${column}
      HAVING SUM(available) + SUM(held) + SUM(sold) <> SUM(received) - SUM(written_off)
        OR MIN(available) < 0 OR MIN(held) < 0 OR MIN(sold) < 0`,
  );
  const broken = await Promise.all([
    ...groups.map((sql) => rows<unknown>(sql, [pharmacyId])),
    rows<unknown>(
      `SELECT 'ledger' why, b.id what FROM batch b LEFT JOIN (${ledger}) l ON l.batch_id = b.id
       WHERE b.pharmacy_id = ? AND (l.batch_id IS NULL OR l.received <> b.received OR l.sold <> b.sold
         OR l.written_off <> b.written_off OR l.held <> b.held OR l.available <> b.available)`,
      [pharmacyId, pharmacyId],
    ),
    rows<unknown>(
      `SELECT 'holds' why, b.id what FROM batch b LEFT JOIN (${claims}) h ON h.batch_id = b.id
       WHERE b.pharmacy_id = ? AND (COALESCE(h.held, 0) <> b.held OR COALESCE(h.sold, 0) <> b.sold)`,
      [pharmacyId, pharmacyId],
    ),
  ]);
  return broken.flat();
}

/** The error codes of those that failed. */
export const codesOf = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.flatMap((each) => (each.status === 'rejected' ? [(each.reason as Error).message] : []));
