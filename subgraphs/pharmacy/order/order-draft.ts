import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { lineTotalFen } from '../../../shared/money/money.ts';
import type { Sku } from '../catalogue/sku.entity.ts';
import type { SkuStore } from '../catalogue/sku.store.ts';
import type { OrderablePrescription } from '../review/prescription.store.ts';
import { OrderLine } from './order.entity.ts';
import type { OrderLineInput, PlaceOrderInput } from './order.inputs.ts';

const MOST_LINES = 20;
const MOST_PACKS = 20;

export interface Draft {
  readonly lines: OrderLine[];
  readonly totalFen: number;
  /** What of it is on the prescription, and so a matter of the insurer. */
  readonly prescribedFen: number;
}

/**
 * The lines of an order at the prices of now: what remains of the prescription, and what needs none. Each line is rounded
 * by itself; the total is the sum of the lines.
 * @throws AppError VALIDATION_FAILED, BAD_ID, NOT_FOUND, SKU_NOT_SOLD_ONLINE, SKU_NEEDS_PRESCRIPTION, PRESCRIPTION_USED
 */
export async function draftOrder(
  skus: SkuStore,
  orderId: string,
  input: PlaceOrderInput,
  prescription: OrderablePrescription | undefined,
): Promise<Draft> {
  const free = checkFree(input.lines ?? []);
  const prescribed = (prescription?.lines ?? []).filter((line) => line.remaining > 0);
  if (prescription !== undefined && prescribed.length === 0) throw new AppError('PRESCRIPTION_USED');
  const wanted = [
    ...prescribed.map((line) => ({ skuId: line.skuId, quantity: line.remaining, lineId: line.lineId })),
    ...free.map(({ skuId, quantity }) => ({ skuId, quantity, lineId: null })),
  ];
  if (wanted.length === 0) {
    throw new AppError('VALIDATION_FAILED', { field: 'lines', reason: `1 – ${MOST_LINES}` });
  }
  const known = await skus.byId.read(wanted.map(({ skuId }) => skuId));
  const lines = wanted.map(({ skuId, quantity, lineId }, position) => {
    const sku = sellable(known[position] ?? null, lineId === null);
    return Object.assign(new OrderLine(), {
      orderId,
      position,
      skuId,
      prescriptionLineId: lineId,
      quantity,
      unitPrice: sku.unitPrice,
      totalFen: lineTotalFen(sku.unitPrice, quantity),
    });
  });
  const sum = (some: OrderLine[]) => some.reduce((total, line) => total + line.totalFen, 0);
  return {
    lines,
    totalFen: sum(lines),
    prescribedFen: sum(lines.filter((line) => line.prescriptionLineId !== null)),
  };
}

function checkFree(lines: readonly OrderLineInput[]): OrderLineInput[] {
  if (lines.length > MOST_LINES) {
    throw new AppError('VALIDATION_FAILED', { field: 'lines', reason: `1 – ${MOST_LINES}` });
  }
  for (const { skuId, quantity } of lines) {
    parseId('sku', skuId);
    if (quantity < 1 || quantity > MOST_PACKS) {
      throw new AppError('VALIDATION_FAILED', { field: 'quantity', reason: `1 – ${MOST_PACKS}` });
    }
  }
  if (new Set(lines.map(({ skuId }) => skuId)).size < lines.length) {
    throw new AppError('VALIDATION_FAILED', { field: 'lines', reason: 'skuId ×2' });
  }
  return [...lines];
}

/** 药品网络销售监督管理办法: some medicines are not sold online at all, and prescription medicines on prescription only. */
function sellable(sku: Sku | null, isFree: boolean): Sku {
  if (sku === null) throw new AppError('NOT_FOUND', { what: 'Sku' });
  if (sku.isOnlineForbidden) throw new AppError('SKU_NOT_SOLD_ONLINE', { sku: sku.id });
  if (isFree && sku.isPrescription) throw new AppError('SKU_NEEDS_PRESCRIPTION', { sku: sku.id });
  return sku;
}
