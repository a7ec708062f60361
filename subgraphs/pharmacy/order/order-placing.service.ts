import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type IdempotentCall, once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import type { SkuStore } from '../catalogue/sku.store.ts';
import type { InsuranceService } from '../insurance/insurance.service.ts';
import type { OrderablePrescription, PrescriptionStore } from '../review/prescription.store.ts';
import type { StockGate } from '../stock/stock-gate.ts';
import type { StockService } from '../stock/stock.service.ts';
import { Order, OrderStatus } from './order.entity.ts';
import { type Draft, draftOrder } from './order-draft.ts';
import type { PlaceOrderInput } from './order.inputs.ts';
import type { OrderLimits } from './order-limits.ts';
import type { OrderStore } from './order.store.ts';

/** How long medicine is held for somebody who has not paid, ms. */
const HOLD_MS = 15 * 60_000;

/** There is nothing under this key yet: thrown to look without leaving a trace. */
class NotThere extends Error {}

export interface OrderPlacingParts {
  readonly db: Db;
  readonly orders: OrderStore;
  readonly skus: SkuStore;
  readonly prescriptions: PrescriptionStore;
  readonly stock: StockService;
  readonly gate: StockGate;
  readonly insurance: InsuranceService;
  readonly limits: OrderLimits;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** Makes orders: the medicine is held and the prescription is taken in one transaction, or neither is. */
export class OrderPlacingService {
  readonly #parts: OrderPlacingParts;

  constructor(parts: OrderPlacingParts) {
    this.#parts = parts;
  }

  /**
   * Places an order; placed again with its key it is the same one.
   * @returns its id; the insurer, if it takes part, is still to be asked
   * @throws AppError BAD_ID, NOT_FOUND (also for a prescription of others), VALIDATION_FAILED, OUT_OF_STOCK,
   *   SKU_NOT_SOLD_ONLINE, SKU_NEEDS_PRESCRIPTION, PRESCRIPTION_NOT_APPROVED, PRESCRIPTION_EXPIRED, PRESCRIPTION_USED,
   *   TOO_MANY_UNPAID_ORDERS, TOO_MANY_HELD_PACKS, IDEMPOTENCY_KEY_REUSED
   */
  async place(actor: Actor, input: PlaceOrderInput): Promise<string> {
    const { db, prescriptions, skus, gate, now } = this.#parts;
    const pharmacyId = parseId('pha', input.pharmacyId);
    const call = { actor, operation: 'placeOrder', key: input.idempotencyKey, body: input, now: now() };
    const earlier = await this.#earlier(call);
    if (earlier !== undefined) return earlier;
    const { prescriptionId = null } = input;
    const prescription =
      prescriptionId === null
        ? undefined
        : await prescriptions.getForOrder(parseId('rxn', prescriptionId), actorId(actor));
    if (prescription === undefined && input.useInsurance) {
      throw new AppError('VALIDATION_FAILED', { field: 'useInsurance', reason: 'prescriptionId' });
    }
    const orderId = newId('ord');
    const draft = await draftOrder(skus, orderId, input, prescription);
    return gate.guarded(`${actorId(actor)}:${input.idempotencyKey}`, pharmacyId, draft.lines, () =>
      db.transaction((tx) =>
        once(tx, call, () => this.#insert(tx, actor, { orderId, pharmacyId, input, prescription, draft })),
      ),
    );
  }

  /** What an earlier call with this key made. @throws AppError IDEMPOTENCY_KEY_REUSED */
  async #earlier(call: IdempotentCall): Promise<string | undefined> {
    return this.#parts.db
      .transaction((tx) => once(tx, call, () => Promise.reject(new NotThere())))
      .catch((error: unknown) => {
        if (error instanceof NotThere) return undefined;
        throw error;
      });
  }

  async #insert(
    tx: Tx,
    actor: Actor,
    made: {
      orderId: string;
      pharmacyId: string;
      input: PlaceOrderInput;
      prescription: OrderablePrescription | undefined;
      draft: Draft;
    },
  ): Promise<string> {
    const { orders, prescriptions, stock, insurance, limits, audit, now } = this.#parts;
    const { orderId, pharmacyId, input, prescription, draft } = made;
    const prescriptionId = prescription?.prescriptionId ?? null;
    const packs = draft.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    await limits.assertMayHold(tx, actorId(actor), packs);
    if (prescription !== undefined) {
      const current = await prescriptions.lockDispensable(tx, prescription.prescriptionId);
      if (!isSame(prescription, current)) throw new AppError('CONFLICT_RETRY');
    }
    const placedAt = now();
    const payBy = new Date(placedAt.getTime() + HOLD_MS);
    const order = Object.assign(new Order(), {
      id: orderId,
      accountId: actorId(actor),
      patientId: prescription?.snapshot.patientId ?? null,
      pharmacyId,
      prescriptionId,
      status: OrderStatus.PENDING_PAYMENT,
      totalFen: draft.totalFen,
      insuranceFen: 0,
      patientFen: draft.totalFen,
      useInsurance: input.useInsurance,
      payBy,
      placedAt,
      paidAt: null,
      endedAt: null,
      endReason: null,
      version: 1,
    });
    await orders.insert(tx, order, draft.lines);
    if (prescriptionId !== null) await prescriptions.markOrdered(tx, prescriptionId, orderId);
    await stock.hold(tx, { orderId, pharmacyId, lines: draft.lines, expiresAt: payBy });
    if (input.useInsurance) {
      const { accountId } = order;
      await insurance.open(tx, { orderId, accountId, pharmacyId, totalFen: draft.prescribedFen });
    }
    await audit.record(tx, {
      actor,
      action: 'order.place',
      subjectType: 'Order',
      subjectId: orderId,
      detail: { pharmacyId, prescriptionId, totalFen: draft.totalFen },
    });
    return orderId;
  }
}

/** Whether as much remains as when the order was drafted. */
function isSame(drafted: OrderablePrescription, current: OrderablePrescription): boolean {
  return current.lines.every((line, index) => drafted.lines[index]?.remaining === line.remaining);
}
