import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import type { Payment } from './payment.entity.ts';

/** Who acts where no person does. */
export const PROVIDER: Actor = { kind: 'service', name: 'payment-provider' };

type Verb = 'start' | 'succeed' | 'decline' | 'close' | 'mismatch' | 'refund_request' | 'refund';

/** Tells of what becomes of payments: to the audit always, to other subgraphs where it concerns them. */
export class PaymentJournal {
  readonly #audit: Audit;
  readonly #outbox: Outbox;

  constructor(audit: Audit, outbox: Outbox) {
    this.#audit = audit;
    this.#outbox = outbox;
  }

  async note(
    tx: Tx,
    actor: Actor,
    verb: Verb,
    { id, payableType, payableId }: Payment,
    detail: Record<string, string | number> = {},
  ): Promise<void> {
    await this.#audit.record(tx, {
      actor,
      action: `payment.${verb}`,
      subjectType: 'Payment',
      subjectId: id,
      detail: { payableType, payableId, ...detail },
    });
  }

  /** @param isTold whether the owner of what was paid hears of it: not of money that goes back at once. */
  async succeeded(tx: Tx, payment: Payment, paidAt: Date, isTold: boolean): Promise<void> {
    const { id, payableType, payableId, payerAccountId, amountFen, version } = payment;
    await this.note(tx, PROVIDER, 'succeed', payment, { amountFen });
    if (!isTold) return;
    await this.#outbox.add(tx, {
      type: 'payment.succeeded',
      aggregateType: 'Payment',
      aggregateId: id,
      aggregateVersion: version,
      payload: {
        paymentId: id,
        payableType,
        payableId,
        payerAccountId,
        amountFen,
        paidAt: paidAt.toISOString(),
      },
    });
  }

  async refunded(tx: Tx, payment: Payment, amountFen: number, refundedAt: Date): Promise<void> {
    const { id, payableType, payableId, version } = payment;
    await this.note(tx, PROVIDER, 'refund', payment, { amountFen });
    // Nobody was told of the second payment of a thing; to hear of its refund would be to lose the first one.
    if (payment.isDuplicate) return;
    await this.#outbox.add(tx, {
      type: 'payment.refunded',
      aggregateType: 'Payment',
      aggregateId: id,
      aggregateVersion: version,
      payload: { paymentId: id, payableType, payableId, amountFen, refundedAt: refundedAt.toISOString() },
    });
  }
}
