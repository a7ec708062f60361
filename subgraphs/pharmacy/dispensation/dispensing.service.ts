import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId, holds } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import { type Order, type OrderLine, OrderStatus } from '../order/order.entity.ts';
import type { OrderStore } from '../order/order.store.ts';
import type { PrescriptionStore } from '../review/prescription.store.ts';
import { assertAllPassed, assertComplete } from '../review/review-items.ts';
import type { StockService } from '../stock/stock.service.ts';
import { Dispensation } from './dispensation.entity.ts';
import type { DispenseInput } from './dispensation.inputs.ts';
import type { DispensationStore } from './dispensation.store.ts';
import { checkCodes, type Packs, packsOf } from './packs.ts';

export interface DispensingParts {
  readonly db: Db;
  readonly orders: OrderStore;
  readonly prescriptions: PrescriptionStore;
  readonly stock: StockService;
  readonly dispensations: DispensationStore;
  readonly audit: Audit;
  readonly outbox: Outbox;
  readonly now: () => Date;
}

/** Hands medicine out: 处方管理办法 articles 18, 37 and 40, 药品管理法 article 73. */
export class DispensingService {
  readonly #parts: DispensingParts;

  constructor(parts: DispensingParts) {
    this.#parts = parts;
  }

  /**
   * Hands out all of a paid order, once. With a prescription: it is approved and valid still, and neither its author nor
   * the one it is for hands out.
   * @returns the id of the dispensation
   * @throws AppError BAD_ID, NOT_FOUND, ORDER_NOT_DISPENSABLE, REVIEW_CHECKLIST_INCOMPLETE, REVIEW_ITEM_FAILED,
   *   DISPENSE_OWN, PRESCRIPTION_NOT_APPROVED, PRESCRIPTION_EXPIRED, PRESCRIPTION_USED, OUT_OF_STOCK (what was held has expired),
   *   DISPENSE_LINES_DIFFER, TRACE_CODE_INVALID, TRACE_CODE_SOLD, IDEMPOTENCY_KEY_REUSED
   */
  async dispense(actor: Actor, input: DispenseInput): Promise<string> {
    const { db, orders, now } = this.#parts;
    const orderId = parseId('ord', input.orderId);
    checkCodes(input.lines);
    const call = { actor, operation: 'dispense', key: input.idempotencyKey, body: input, now: now() };
    return db.transaction((tx) =>
      once(tx, call, async () => {
        const order = await orders.lock(tx, orderId);
        if (order === null || !mayHandOut(actor, order)) {
          throw new AppError('NOT_FOUND', { what: 'Order' });
        }
        if (order.status !== OrderStatus.PAID) {
          throw new AppError('ORDER_NOT_DISPENSABLE', { status: order.status });
        }
        if (order.accountId === actorId(actor)) throw new AppError('DISPENSE_OWN');
        await this.#checkPrescription(tx, actor, order, input);
        return this.#handOut(tx, actor, order, input);
      }),
    );
  }

  async #checkPrescription(tx: Tx, actor: Actor, order: Order, { checks }: DispenseInput): Promise<void> {
    if (order.prescriptionId === null) return;
    assertComplete(checks);
    assertAllPassed(checks);
    const { prescriptions } = this.#parts;
    const { snapshot } = await prescriptions.lockDispensable(tx, order.prescriptionId, order.id);
    if ([snapshot.doctorAccountId, snapshot.patientAccountId].includes(actorId(actor))) {
      throw new AppError('DISPENSE_OWN');
    }
  }

  async #handOut(tx: Tx, actor: Actor, order: Order, input: DispenseInput): Promise<string> {
    const { orders, prescriptions, stock, dispensations, audit, now } = this.#parts;
    const { id: orderId, prescriptionId, pharmacyId, accountId } = order;
    const leaving = await stock.sell(tx, orderId);
    const packs = packsOf(input.lines, leaving);
    const dispensation = Object.assign(new Dispensation(), {
      id: newId('dsp'),
      orderId,
      prescriptionId,
      pharmacyId,
      accountId,
      pharmacistAccountId: actorId(actor),
      checks: JSON.stringify(
        prescriptionId === null ? [] : input.checks.map(({ item, passed }) => ({ item, passed })),
      ),
      dispensedAt: now(),
    });
    await dispensations.insert(tx, dispensation, packs);
    if (prescriptionId !== null) {
      await prescriptions.markDispensed(tx, prescriptionId, prescribed(await orders.linesIn(tx, orderId)));
    }
    await orders.change(tx, order, { status: OrderStatus.DISPENSED });
    await audit.record(tx, {
      actor,
      action: 'order.dispense',
      subjectType: 'Order',
      subjectId: orderId,
      detail: { dispensationId: dispensation.id, prescriptionId },
    });
    await this.#tell(tx, dispensation, packs);
    return dispensation.id;
  }

  /** Other subgraphs hear of what left on a prescription; of the rest they heard when it was paid. */
  async #tell(tx: Tx, dispensation: Dispensation, packs: readonly Packs[]): Promise<void> {
    const { id, orderId, prescriptionId, dispensedAt } = dispensation;
    if (prescriptionId === null) return;
    await this.#parts.outbox.add(tx, {
      type: 'prescription.dispensed',
      aggregateType: 'Dispensation',
      aggregateId: id,
      aggregateVersion: 1,
      payload: {
        dispensationId: id,
        orderId,
        prescriptionId,
        lines: packs.map(({ skuId, batchId, quantity }) => ({ skuId, batchId, quantity })),
        dispensedAt: dispensedAt.toISOString(),
      },
    });
  }
}

/** Who hands out sees the order and the batches in the answer, so who may not is refused before. */
function mayHandOut(actor: Actor, { pharmacyId }: Order): boolean {
  return ['prescription.dispense', 'order.read', 'stock.read'].every((each) =>
    holds(actor, each, { pharmacyId }),
  );
}

function prescribed(lines: readonly OrderLine[]): { lineId: string; quantity: number }[] {
  return lines.flatMap(({ prescriptionLineId, quantity }) =>
    prescriptionLineId === null ? [] : [{ lineId: prescriptionLineId, quantity }],
  );
}
