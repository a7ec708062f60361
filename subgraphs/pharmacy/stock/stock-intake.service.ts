import { addDays, businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { yuanOf } from '../../../shared/money/money.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import { managesStockOf } from '../pharmacy/pharmacy.rules.ts';
import { Warehouse } from '../pharmacy/warehouse.entity.ts';
import { PurchaseOrder } from '../supply/purchase-order.entity.ts';
import { Supplier } from '../supply/supplier.entity.ts';
import { Batch } from './batch.entity.ts';
import type { BatchStore } from './batch.store.ts';
import type { ReceiveStockInput, WriteOffStockInput } from './stock.inputs.ts';
import type { StockLedger } from './stock-ledger.ts';
import type { StockLevelStore } from './stock-level.store.ts';
import { StockMovementKind } from './stock-movement.entity.ts';

/** With fewer packs than this a medicine is low where nobody has said otherwise. */
export const USUAL_THRESHOLD = 20;
const MOST = 1_000_000;
/** No medicine is good for longer than that. */
const LONGEST_DAYS = 20 * 366;

/** What staff do to stock: receive it and write it off. */
export class StockIntakeService {
  readonly #db: Db;
  readonly #stores: { readonly batches: BatchStore; readonly levels: StockLevelStore };
  readonly #ledger: StockLedger;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(
    db: Db,
    stores: { batches: BatchStore; levels: StockLevelStore },
    ledger: StockLedger,
    audit: Audit,
    now: () => Date,
  ) {
    this.#db = db;
    this.#stores = stores;
    this.#ledger = ledger;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Takes in a lot as a batch of its own, under its purchase order.
   * @throws AppError BAD_ID, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED; NOT_FOUND, also for a warehouse of others
   */
  async receive(actor: Actor, input: ReceiveStockInput): Promise<Batch> {
    const warehouseId = parseId('whs', input.warehouseId);
    const skuId = parseId('sku', input.skuId);
    const supplierId = parseId('sup', input.supplierId);
    const lot = textOf('lot', input.lot, 1, 64);
    const quantity = quantityOf(input.quantity);
    const today = businessDay(this.#now());
    if (input.expiresOn < today || input.expiresOn > addDays(today, LONGEST_DAYS)) {
      throw new AppError('VALIDATION_FAILED', { field: 'expiresOn', reason: `≥ ${today}` });
    }
    if (input.unitCost < 0) throw new AppError('VALIDATION_FAILED', { field: 'unitCost', reason: '≥ 0' });
    return this.#db.transaction(async (tx) => {
      const warehouse = await tx.manager.findOneBy(Warehouse, { id: warehouseId });
      if (!warehouse || !managesStockOf(actor, warehouse.pharmacyId)) throw missing('Warehouse');
      const id = await once(tx, this.#call(actor, 'receiveStock', input), async () => {
        if (!(await tx.manager.existsBy(Sku, { id: skuId }))) throw missing('Sku');
        if (!(await tx.manager.existsBy(Supplier, { id: supplierId }))) throw missing('Supplier');
        const { pharmacyId } = warehouse;
        const order = { pharmacyId, supplierId, number: input.purchaseOrderNumber };
        const batch = Object.assign(new Batch(), {
          id: newId('bat'),
          pharmacyId,
          warehouseId,
          skuId,
          supplierId,
          purchaseOrderId: await this.#purchaseOrder(tx, order, today),
          lot,
          expiresOn: input.expiresOn,
          unitCost: yuanOf(input.unitCost),
          received: 0,
          available: 0,
          held: 0,
          sold: 0,
          writtenOff: 0,
          receivedAt: this.#now(),
        });
        await tx.manager.insert(Batch, batch);
        const level = { warehouseId, skuId, pharmacyId, threshold: USUAL_THRESHOLD };
        await this.#stores.levels.ensure(tx, level);
        await this.#ledger.apply(tx, [{ batch, kind: StockMovementKind.RECEIVE, quantity }]);
        await this.#record(tx, actor, 'stock.receive', batch.id, { skuId, quantity });
        return batch.id;
      });
      return tx.manager.findOneByOrFail(Batch, { id });
    });
  }

  /**
   * Takes packs out of the stock that will not be sold; what is held for orders stays.
   * @throws AppError BAD_ID, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED; OUT_OF_STOCK when fewer are available;
   *   NOT_FOUND, also for a batch of others
   */
  async writeOff(actor: Actor, input: WriteOffStockInput): Promise<Batch> {
    const batchId = parseId('bat', input.batchId);
    const quantity = quantityOf(input.quantity);
    const note = textOf('note', input.note ?? '', 0, 200);
    return this.#db.transaction(async (tx) => {
      const found = await tx.manager.findOneBy(Batch, { id: batchId });
      if (!found || !managesStockOf(actor, found.pharmacyId)) throw missing('Batch');
      await once(tx, this.#call(actor, 'writeOffStock', input), async () => {
        const [batch] = await this.#stores.batches.lock(tx, [batchId]);
        if (!batch) throw missing('Batch');
        const reason = note === '' ? input.reason : `${input.reason}: ${note}`;
        await this.#ledger.apply(tx, [{ batch, kind: StockMovementKind.WRITE_OFF, quantity, reason }]);
        await this.#record(tx, actor, 'stock.write_off', batchId, { quantity, reason: input.reason });
        return batchId;
      });
      return tx.manager.findOneByOrFail(Batch, { id: batchId });
    });
  }

  /** The identifier of a purchase order by its number; it is made where it is not known yet. */
  async #purchaseOrder(
    { manager }: Tx,
    order: { pharmacyId: string; supplierId: string; number: string | null | undefined },
    today: string,
  ): Promise<string> {
    const id = newId('pur');
    const { pharmacyId, supplierId } = order;
    const given = textOf('purchaseOrderNumber', order.number ?? '', 0, 64);
    const number = given || `CG${today.replaceAll('-', '')}-${id.slice(-8)}`;
    await manager.query(
      `INSERT INTO purchase_order (id, pharmacy_id, supplier_id, number, recorded_at) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE number = VALUES(number)`,
      [id, pharmacyId, supplierId, number, this.#now()],
    );
    const known = await manager.findOneByOrFail(PurchaseOrder, { pharmacyId, number });
    if (known.supplierId !== supplierId) {
      throw new AppError('VALIDATION_FAILED', { field: 'purchaseOrderNumber', reason: 'supplierId' });
    }
    return known.id;
  }

  #call(actor: Actor, operation: string, input: ReceiveStockInput | WriteOffStockInput) {
    return { actor, operation, key: input.idempotencyKey, body: input, now: this.#now() };
  }

  async #record(
    tx: Tx,
    actor: Actor,
    action: string,
    subjectId: string,
    detail: Record<string, string | number>,
  ): Promise<void> {
    await this.#audit.record(tx, { actor, action, subjectType: 'batch', subjectId, detail });
  }
}

const missing = (what: string) => new AppError('NOT_FOUND', { what });

function quantityOf(quantity: number): number {
  if (quantity >= 1 && quantity <= MOST) return quantity;
  throw new AppError('VALIDATION_FAILED', { field: 'quantity', reason: `1 – ${MOST}` });
}

function textOf(field: string, text: string, least: number, most: number): string {
  const trimmed = text.trim();
  if (trimmed.length >= least && trimmed.length <= most) return trimmed;
  throw new AppError('VALIDATION_FAILED', { field, reason: `${least} – ${most}` });
}
