import { AppError } from '../../../shared/errors/app-error.ts';
import type { Batch } from './batch.entity.ts';
import type { StockLine } from './stock-gate.ts';

export interface Allocation {
  readonly batch: Batch;
  readonly quantity: number;
}

/**
 * Which batches to take: those that expire first go out first (FEFO, 近效期先出), an expired one never does.
 * @param day the business day, `2026-11-24`; a batch may still go out on its last day
 * @throws AppError OUT_OF_STOCK with the SKU of which there is not enough
 */
export function allocate(batches: readonly Batch[], lines: readonly StockLine[], day: string): Allocation[] {
  return lines.flatMap(({ skuId, quantity }) => {
    const usable = batches
      .filter((batch) => batch.skuId === skuId && batch.available > 0 && batch.expiresOn >= day)
      .sort((a, b) => (`${a.expiresOn}${a.id}` < `${b.expiresOn}${b.id}` ? -1 : 1));
    const allocations: Allocation[] = [];
    let missing = quantity;
    for (const batch of usable) {
      if (missing === 0) break;
      const taken = Math.min(missing, batch.available);
      allocations.push({ batch, quantity: taken });
      missing -= taken;
    }
    if (missing > 0) throw new AppError('OUT_OF_STOCK', { sku: skuId });
    return allocations;
  });
}
