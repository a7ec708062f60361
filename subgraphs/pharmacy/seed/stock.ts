import { addDays, businessDay } from '../../../shared/clock/business-day.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import { Pharmacy } from '../pharmacy/pharmacy.entity.ts';
import { Warehouse } from '../pharmacy/warehouse.entity.ts';
import { ReviewingPharmacy } from '../review/reviewing-pharmacy.entity.ts';
import { Batch } from '../stock/batch.entity.ts';
import { USUAL_THRESHOLD } from '../stock/stock-intake.service.ts';
import { StockLevel } from '../stock/stock-level.entity.ts';
import { StockMovement, StockMovementKind } from '../stock/stock-movement.entity.ts';
import { PurchaseOrder } from '../supply/purchase-order.entity.ts';
import { Supplier } from '../supply/supplier.entity.ts';

const pharmacyId = stableId('pha', 'demo-pharmacy-01');
const warehouseId = stableId('whs', 'demo-warehouse-01');

/** The hospitals of the demo doctors, by their natural keys: this pharmacy reviews their prescriptions. */
const HOSPITALS = ['H001', 'H002', 'H003'] as const;

const SUPPLIERS = [
  ['demo-supplier-01', '京华医药有限公司', '京AA0100001'],
  ['demo-supplier-02', '云泽医药物流有限公司', '京AA0100002'],
] as const;

/** Key, packs, days until they expire: two lots of each medicine, so that the older one goes out first. */
const LOTS = [
  ['1', 80, 270],
  ['2', 120, 640],
] as const;

/** Amlodipine is right at its threshold: the first sale raises an alert. */
const AT_THRESHOLD = { code: 'D026', threshold: 200 };

/** The demo pharmacy with its warehouse, suppliers, and stock of every medicine in the catalogue. */
export async function seedStock({ manager }: Tx, now: Date): Promise<void> {
  const place = { city: '北京市', address: '东城区东单北大街1号' };
  await manager.upsert(Pharmacy, { id: pharmacyId, name: '云E养大药房（东单店）', ...place }, ['id']);
  await manager.upsert(
    ReviewingPharmacy,
    HOSPITALS.map((key) => ({ hospitalId: stableId('hos', key), pharmacyId })),
    ['hospitalId', 'pharmacyId'],
  );
  await manager.upsert(Warehouse, { id: warehouseId, pharmacyId, name: '东单店药库' }, ['id']);
  await manager.upsert(
    Supplier,
    SUPPLIERS.map(([key, name, licenceNumber]) => ({ id: stableId('sup', key), name, licenceNumber })),
    ['id'],
  );
  const known = await manager.find(Batch, { select: { id: true }, where: { pharmacyId } });
  const ids = new Set(known.map(({ id }) => id));
  const skus = await manager.find(Sku, { order: { code: 'ASC' } });
  const batches = skus
    .flatMap((sku, index) => LOTS.map((lot) => batchOf(sku, index, lot, now)))
    .filter(({ id }) => !ids.has(id));
  if (batches.length === 0) return;
  await manager.upsert(
    PurchaseOrder,
    SUPPLIERS.map(([key]) => purchaseOrderOf(key, now)),
    ['id'],
  );
  await manager.insert(Batch, batches);
  await manager.insert(
    StockMovement,
    batches.map((batch) => ({
      id: stableId('mov', batch.id),
      pharmacyId,
      batchId: batch.id,
      kind: StockMovementKind.RECEIVE,
      quantity: batch.received,
      orderId: null,
      reason: null,
      actorId: 'service:pharmacy',
      at: now,
    })),
  );
  await manager.upsert(
    StockLevel,
    [...new Set(batches.map(({ skuId }) => skuId))].map((skuId) => ({
      warehouseId,
      skuId,
      pharmacyId,
      threshold: skuId === stableId('sku', AT_THRESHOLD.code) ? AT_THRESHOLD.threshold : USUAL_THRESHOLD,
      isLow: false,
      version: 1,
    })),
    ['warehouseId', 'skuId'],
  );
}

function batchOf(
  { id: skuId, code, unitPrice }: Sku,
  index: number,
  [key, quantity, days]: (typeof LOTS)[number],
  now: Date,
): Batch {
  const [supplier] = SUPPLIERS[index % SUPPLIERS.length] ?? SUPPLIERS[0];
  const day = businessDay(now);
  return Object.assign(new Batch(), {
    id: stableId('bat', `demo-${code}-${key}`),
    pharmacyId,
    warehouseId,
    skuId,
    supplierId: stableId('sup', supplier),
    purchaseOrderId: stableId('pur', `demo-${supplier}`),
    lot: `${day.slice(2, 7).replace('-', '')}${code.slice(1)}${key}`,
    expiresOn: addDays(day, days + (index % 90)),
    unitCost: (Number(unitPrice) * 0.7).toFixed(6),
    received: quantity,
    available: quantity,
    held: 0,
    sold: 0,
    writtenOff: 0,
    receivedAt: now,
  });
}

function purchaseOrderOf(supplier: string, recordedAt: Date): PurchaseOrder {
  return {
    id: stableId('pur', `demo-${supplier}`),
    pharmacyId,
    supplierId: stableId('sup', supplier),
    number: `CG-DEMO-${supplier.slice(-2)}`,
    recordedAt,
  };
}
