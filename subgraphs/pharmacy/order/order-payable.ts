import type { Audit } from '../../../shared/audit/audit.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import { SettlementStatus } from '../insurance/insurance-settlement.entity.ts';
import type { InsuranceStore } from '../insurance/insurance.store.ts';
import type { Payable, PayableOwner } from '../payment/payable-owner.ts';
import type { Payment } from '../payment/payment.entity.ts';
import { PROVIDER } from '../payment/payment.journal.ts';
import { type Order, OrderStatus } from './order.entity.ts';
import type { OrderStore } from './order.store.ts';

/** What an order costs, and what its payment means: the medicine stays held, now until it is handed out. */
export class OrderPayable implements PayableOwner {
  readonly idType = 'ord';
  readonly #orders: OrderStore;
  readonly #settlements: InsuranceStore;
  readonly #audit: Audit;
  readonly #outbox: Outbox;

  constructor(orders: OrderStore, settlements: InsuranceStore, audit: Audit, outbox: Outbox) {
    this.#orders = orders;
    this.#settlements = settlements;
    this.#audit = audit;
    this.#outbox = outbox;
  }

  async find(id: string): Promise<Payable | null> {
    const order = await this.#orders.current(id);
    if (order?.status !== OrderStatus.PENDING_PAYMENT) return null;
    if (order.useInsurance) {
      // Nobody pays before it is sure what is left to be paid.
      const settlement = await this.#settlements.current(id);
      if (settlement?.status !== SettlementStatus.SETTLED) return null;
    }
    return {
      amountFen: order.patientFen,
      payerAccountId: order.accountId,
      expiresAt: order.payBy,
      description: `药品订单 ${id.slice(-6)}`,
    };
  }

  async accept(tx: Tx, payment: Payment): Promise<string | undefined> {
    const order = await this.#orders.lock(tx, payment.payableId);
    if (order === null) return 'NOT_FOUND';
    if (order.status !== OrderStatus.PENDING_PAYMENT) return order.status;
    if (order.patientFen !== payment.amountFen) return 'AMOUNT';
    await this.markPaid(tx, order, payment.paidAt ?? new Date(0));
    return undefined;
  }

  /** @param order held by the transaction, waiting to be paid. */
  async markPaid(tx: Tx, order: Order, paidAt: Date): Promise<void> {
    const { id, pharmacyId, totalFen, insuranceFen, patientFen } = order;
    await this.#orders.change(tx, order, { status: OrderStatus.PAID, paidAt });
    await this.#audit.record(tx, {
      actor: PROVIDER,
      action: 'order.pay',
      subjectType: 'Order',
      subjectId: id,
      detail: { totalFen, insuranceFen, patientFen },
    });
    const lines = await this.#orders.linesIn(tx, id);
    await this.#outbox.add(tx, {
      type: 'order.paid',
      aggregateType: 'Order',
      aggregateId: id,
      aggregateVersion: order.version,
      payload: {
        orderId: id,
        pharmacyId,
        totalFen,
        insuranceFen,
        patientFen,
        lines: lines.map((line) => ({ skuId: line.skuId, quantity: line.quantity, totalFen: line.totalFen })),
        paidAt: paidAt.toISOString(),
      },
    });
  }
}
