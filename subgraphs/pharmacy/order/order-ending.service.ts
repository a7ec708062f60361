import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId, holds } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import type { InsuranceService } from '../insurance/insurance.service.ts';
import type { PayableClosingService } from '../payment/payable-closing.service.ts';
import { PayableType, type Payment } from '../payment/payment.entity.ts';
import type { PaymentStore } from '../payment/payment.store.ts';
import type { RefundService } from '../payment/refund.service.ts';
import type { PrescriptionStore } from '../review/prescription.store.ts';
import type { StockService } from '../stock/stock.service.ts';
import { type Order, OrderStatus } from './order.entity.ts';
import type { CancelOrderInput } from './order.inputs.ts';
import type { OrderStore, WaitingOrder } from './order.store.ts';

const BATCH = 100;
/** How many are ended at once: a provider that does not answer is waited for by all of them together. */
const AT_ONCE = 8;
/** How long an order outlives its time while nobody can tell whether it was paid, ms; then late money goes back. */
const UNDECIDED_MS = 15 * 60_000;
const CLOCK: Actor = { kind: 'service', name: 'pharmacy' };

export interface OrderEndingParts {
  readonly db: Db;
  readonly orders: OrderStore;
  readonly payments: PaymentStore;
  readonly refunds: RefundService;
  readonly closing: PayableClosingService;
  readonly prescriptions: PrescriptionStore;
  readonly stock: StockService;
  readonly insurance: InsuranceService;
  readonly audit: Audit;
  readonly outbox: Outbox;
  readonly now: () => Date;
}

const { PENDING_PAYMENT, PAID, CANCELLED, EXPIRED } = OrderStatus;

/** From where an order may end without its medicine. */
const FROM = {
  [CANCELLED]: [PENDING_PAYMENT, PAID],
  [EXPIRED]: [PENDING_PAYMENT],
} as const satisfies Partial<Record<OrderStatus, readonly OrderStatus[]>>;

type End = keyof typeof FROM;

/**
 * Ends orders without handing anything out: the medicine is free again, the prescription too, what the insurer settled is
 * taken back, and what was paid goes back. The locks on payment and order decide between the end and the payment.
 */
export class OrderEndingService {
  readonly #parts: OrderEndingParts;

  constructor(parts: OrderEndingParts) {
    this.#parts = parts;
  }

  /**
   * Cancels an order that was not handed out: one of the caller, or one of the pharmacy where the caller hands out.
   * @throws AppError BAD_ID, NOT_FOUND, VERSION_CONFLICT, ORDER_NOT_CANCELLABLE, IDEMPOTENCY_KEY_REUSED
   */
  async cancel(actor: Actor, input: CancelOrderInput): Promise<string> {
    const { db, now } = this.#parts;
    const orderId = parseId('ord', input.orderId);
    const call = { actor, operation: 'cancelOrder', key: input.idempotencyKey, body: input, now: now() };
    return db.transaction((tx) =>
      once(tx, call, async () => {
        const { order, payments } = await this.#lock(tx, orderId);
        const isBuyer = order?.accountId === actorId(actor);
        if (order === null || !(isBuyer || maySeeAndEnd(actor, order))) {
          throw new AppError('NOT_FOUND', { what: 'Order' });
        }
        if (order.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
        if (!isEnd(CANCELLED, order)) throw new AppError('ORDER_NOT_CANCELLABLE', { status: order.status });
        await this.#end(tx, actor, { order, payments }, CANCELLED, isBuyer ? 'PATIENT' : 'PHARMACY');
        return orderId;
      }),
    );
  }

  /** Cancels what cannot go on; changes nothing of an order that does not wait to be paid any more. */
  async abandon(orderId: string, reason: string): Promise<void> {
    await this.#endIfWaiting(orderId, CANCELLED, reason, () => true);
  }

  /** Ends what was not paid in time, and what the insurer does not pay. @returns how many it looked at */
  async run(): Promise<number> {
    const { orders, now } = this.#parts;
    const since = now();
    const overdue = await this.#endEach(
      (after) => orders.overdue(since, BATCH, after),
      ({ id }) => this.#expire(id),
    );
    const uninsured = await this.#endEach(
      (after) => orders.withoutInsurer(BATCH, after),
      ({ id }) => this.abandon(id, 'INSURANCE'),
    );
    return overdue + uninsured;
  }

  /** One that cannot be ended keeps neither those beside it nor those behind it from their end. */
  async #endEach(
    pageAfter: (last?: WaitingOrder) => Promise<WaitingOrder[]>,
    end: (order: WaitingOrder) => Promise<void>,
  ): Promise<number> {
    const safely = (order: WaitingOrder) =>
      end(order).catch((error: unknown) =>
        logger().warn({ err: error, order: order.id }, 'an order was not ended, and will be tried again'),
      );
    let seen = 0;
    let last: WaitingOrder | undefined;
    for (;;) {
      const page = await pageAfter(last);
      last = page.at(-1);
      if (last === undefined) return seen;
      for (let from = 0; from < page.length; from += AT_ONCE) {
        await Promise.all(page.slice(from, from + AT_ONCE).map(safely));
      }
      seen += page.length;
    }
  }

  /**
   * The provider is asked first whether somebody has just paid: then it is a paid order. It is asked about each one,
   * since that it can't tell of one payment says nothing of the next.
   */
  async #expire(orderId: string): Promise<void> {
    const { closing, now } = this.#parts;
    const { outcome } = await closing.close(PayableType.ORDER, orderId);
    if (outcome === 'PAID') return;
    const since = now().getTime() - (outcome === 'CLOSED' ? 0 : UNDECIDED_MS);
    await this.#endIfWaiting(orderId, EXPIRED, 'EXPIRED', ({ payBy }) => payBy.getTime() <= since);
  }

  async #endIfWaiting(
    orderId: string,
    status: End,
    reason: string,
    isDue: (order: Order) => boolean,
  ): Promise<void> {
    await this.#parts.db.transaction(async (tx) => {
      const { order, payments } = await this.#lock(tx, orderId);
      if (order?.status !== PENDING_PAYMENT || !isDue(order)) return;
      await this.#end(tx, CLOCK, { order, payments }, status, reason);
    });
  }

  /** Payments before orders, as where a payment succeeds, so that nobody waits in a circle. */
  async #lock(tx: Tx, orderId: string): Promise<{ order: Order | null; payments: Payment[] }> {
    const payments = await this.#parts.payments.lockSiblings(tx, PayableType.ORDER, orderId);
    return { payments, order: await this.#parts.orders.lock(tx, orderId) };
  }

  async #end(
    tx: Tx,
    actor: Actor,
    { order, payments }: { order: Order; payments: Payment[] },
    status: End,
    reason: string,
  ): Promise<void> {
    const { orders, prescriptions, stock, insurance, refunds, audit, outbox, now } = this.#parts;
    const { id, prescriptionId } = order;
    await orders.change(tx, order, { status, endedAt: now(), endReason: reason });
    if (prescriptionId !== null) await prescriptions.unmarkOrdered(tx, prescriptionId, id);
    await stock.release(tx, id);
    await insurance.giveUp(tx, id);
    for (const payment of payments) await refunds.request(tx, actor, payment, reason);
    await this.#parts.payments.hurry(tx, PayableType.ORDER, id, now());
    const action = status === EXPIRED ? 'order.expire' : 'order.cancel';
    await audit.record(tx, { actor, action, subjectType: 'Order', subjectId: id, detail: { reason } });
    await outbox.add(tx, {
      type: 'order.cancelled',
      aggregateType: 'Order',
      aggregateId: id,
      aggregateVersion: order.version,
      payload: { orderId: id, reason },
    });
  }
}

function isEnd(end: End, { status }: Order): boolean {
  return FROM[end].some((each) => each === status);
}

/** The order is in the answer, so who may not see it is refused before anything is ended. */
function maySeeAndEnd(actor: Actor, { pharmacyId }: Order): boolean {
  return ['prescription.dispense', 'order.read'].every((each) => holds(actor, each, { pharmacyId }));
}
