import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import { managesStockOf } from '../pharmacy/pharmacy.rules.ts';
import { Warehouse } from '../pharmacy/warehouse.entity.ts';
import type { SetStockThresholdInput } from './stock.inputs.ts';
import { StockLevel } from './stock-level.entity.ts';
import type { StockLevelStore } from './stock-level.store.ts';
import type { StockWatch } from './stock-watch.ts';

const MOST = 1_000_000;

/** From when on staff want to be told that stock is low. */
export class StockThresholdService {
  readonly #db: Db;
  readonly #levels: StockLevelStore;
  readonly #watch: StockWatch;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, levels: StockLevelStore, watch: StockWatch, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#levels = levels;
    this.#watch = watch;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Sets the threshold of a medicine in a warehouse; stock that is below it at once raises an alert.
   * @throws AppError BAD_ID, VALIDATION_FAILED, VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED; NOT_FOUND, also for a
   *   pharmacy of others
   */
  async set(actor: Actor, input: SetStockThresholdInput): Promise<StockLevel> {
    const pharmacyId = parseId('pha', input.pharmacyId);
    const skuId = parseId('sku', input.skuId);
    const { threshold, expectedVersion } = input;
    if (threshold < 0 || threshold > MOST) {
      throw new AppError('VALIDATION_FAILED', { field: 'threshold', reason: `0 – ${MOST}` });
    }
    if (!managesStockOf(actor, pharmacyId)) throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
    return this.#db.transaction(async (tx) => {
      const warehouseId = await warehouseOf(tx, pharmacyId, input.warehouseId);
      const call = { actor, operation: 'setStockThreshold', key: input.idempotencyKey, body: input };
      await once(tx, { ...call, now: this.#now() }, async () => {
        if (!(await tx.manager.existsBy(Sku, { id: skuId })))
          throw new AppError('NOT_FOUND', { what: 'Sku' });
        await this.#levels.ensure(tx, { warehouseId, skuId, pharmacyId, threshold });
        const [level] = await this.#levels.lock(tx, warehouseId, [skuId]);
        if (!level || (typeof expectedVersion === 'number' && level.version !== expectedVersion)) {
          throw new AppError('VERSION_CONFLICT');
        }
        const version = level.version + 1;
        await tx.manager.update(StockLevel, { warehouseId, skuId }, { threshold, version });
        await this.#watch.look(tx, [{ warehouseId, skuId }]);
        const subject = { subjectType: 'stock_level', subjectId: warehouseId };
        const detail = { skuId, threshold };
        await this.#audit.record(tx, { actor, action: 'stock.set_threshold', ...subject, detail });
        return warehouseId;
      });
      return tx.manager.findOneByOrFail(StockLevel, { warehouseId, skuId });
    });
  }
}

/** @throws AppError NOT_FOUND; VALIDATION_FAILED where the pharmacy has several and none is named */
async function warehouseOf(
  { manager }: Tx,
  pharmacyId: string,
  named: string | null | undefined,
): Promise<string> {
  const warehouses = await manager.findBy(Warehouse, { pharmacyId });
  if (typeof named === 'string') {
    const id = parseId('whs', named);
    if (warehouses.some((each) => each.id === id)) return id;
    throw new AppError('NOT_FOUND', { what: 'Warehouse' });
  }
  const [only, ...more] = warehouses;
  if (only === undefined) throw new AppError('NOT_FOUND', { what: 'Warehouse' });
  if (more.length > 0) throw new AppError('VALIDATION_FAILED', { field: 'warehouseId', reason: '?' });
  return only.id;
}
