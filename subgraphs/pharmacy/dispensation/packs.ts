import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { StockAllocation } from '../stock/stock.service.ts';
import type { DispenseLineInput } from './dispensation.inputs.ts';

/** The packs of one batch, each with its code. */
export interface Packs extends StockAllocation {
  readonly traceCodes: readonly string[];
}

/** @throws AppError BAD_ID, TRACE_CODE_INVALID for what is not 20 digits or stands there twice */
export function checkCodes(lines: readonly DispenseLineInput[]): void {
  const seen = new Set<string>();
  for (const { skuId, batchId, traceCodes } of lines) {
    parseId('sku', skuId);
    if (batchId != null) parseId('bat', batchId);
    for (const code of traceCodes) {
      if (!/^\d{20}$/.test(code) || seen.has(code)) {
        throw new AppError('TRACE_CODE_INVALID', { code: code.slice(0, 40) });
      }
      seen.add(code);
    }
  }
}

/**
 * Gives each batch that leaves its codes: what is handed out is what was ordered, no pack more, no pack less.
 * @throws AppError DISPENSE_LINES_DIFFER naming the medicine
 */
export function packsOf(lines: readonly DispenseLineInput[], leaving: readonly StockAllocation[]): Packs[] {
  const given = new Map<string, string[]>();
  for (const { skuId, batchId, traceCodes } of lines) {
    const batches = leaving.filter((each) => each.skuId === skuId);
    const [only] = batches;
    const batch =
      batchId == null
        ? batches.length === 1
          ? only
          : undefined
        : batches.find((each) => each.batchId === batchId);
    if (batch === undefined) throw new AppError('DISPENSE_LINES_DIFFER', { sku: skuId });
    given.set(batch.batchId, [...(given.get(batch.batchId) ?? []), ...traceCodes]);
  }
  return leaving.map((each) => {
    const traceCodes = given.get(each.batchId) ?? [];
    if (traceCodes.length !== each.quantity) throw new AppError('DISPENSE_LINES_DIFFER', { sku: each.skuId });
    return { ...each, traceCodes };
  });
}
