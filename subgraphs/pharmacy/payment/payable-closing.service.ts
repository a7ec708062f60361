import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { PayableStateStore } from './payable-state.store.ts';
import { type PayableType, type Payment, PaymentStatus } from './payment.entity.ts';
import type { PaymentOutcomeService } from './payment-outcome.service.ts';
import type { PaymentProvider, ProviderReport } from './payment-provider.ts';
import type { PaymentStore } from './payment.store.ts';
import type { RefundService } from './refund.service.ts';

/** What becomes of a thing that its owner wants to end unpaid. */
export type PayableClosing =
  /** Nobody has paid it, and money that comes from now on goes back. */
  | { readonly outcome: 'CLOSED' }
  /** It was paid, so the owner keeps it. */
  | { readonly outcome: 'PAID'; readonly payment: Payment }
  /** The provider can't be asked whether somebody has just paid: ask again. No new payment begins meanwhile. */
  | { readonly outcome: 'UNDECIDED' };

export interface PayableClosingParts {
  readonly db: Db;
  readonly payments: PaymentStore;
  readonly payables: PayableStateStore;
  readonly outcomes: PaymentOutcomeService;
  readonly refunds: RefundService;
  readonly provider: PaymentProvider;
  readonly now: () => Date;
}

/**
 * Decides between the end of a thing and its payment. Whoever ends something for want of payment asks here first: what
 * it knows itself may be older than the money.
 */
export class PayableClosingService {
  readonly #parts: PayableClosingParts;

  constructor(parts: PayableClosingParts) {
    this.#parts = parts;
  }

  /** Closes a thing unless it was paid; asked again, the answer is the same, until a payment is refunded. */
  async close(type: PayableType, id: string): Promise<PayableClosing> {
    const { db } = this.#parts;
    const open = await db.transaction((tx) => this.#beginClosing(tx, type, id));
    for (const payment of open) {
      const report = await this.#closeAtProvider(payment);
      if (report === undefined) return { outcome: 'UNDECIDED' };
      await db.transaction((tx) => this.#parts.outcomes.apply(tx, payment.id, report));
    }
    return db.transaction((tx) => this.#endClosing(tx, type, id));
  }

  /** What its owner has ended whatever was paid: money that came or comes goes back. In the owner's transaction. */
  async closeAndRefund(tx: Tx, actor: Actor, type: PayableType, id: string, reason: string): Promise<void> {
    const { payables, payments, refunds, now } = this.#parts;
    await payables.lock(tx, type, id);
    await payables.set(tx, type, id, 'CLOSED');
    for (const payment of await payments.lockSiblings(tx, type, id)) {
      await refunds.request(tx, actor, payment, reason);
    }
    await payments.hurry(tx, type, id, now());
  }

  /** @returns the payments that somebody may be making at the provider */
  async #beginClosing(tx: Tx, type: PayableType, id: string): Promise<Payment[]> {
    const { payables, payments } = this.#parts;
    if ((await payables.lock(tx, type, id)) === 'CLOSED') return [];
    await payables.set(tx, type, id, 'CLOSING');
    const all = await payments.lockSiblings(tx, type, id);
    return paidOf(all) === undefined ? all.filter(({ nextCheckAt }) => nextCheckAt !== null) : [];
  }

  async #endClosing(tx: Tx, type: PayableType, id: string): Promise<PayableClosing> {
    const { payables, payments } = this.#parts;
    const state = await payables.lock(tx, type, id);
    const all = await payments.lockSiblings(tx, type, id);
    const payment = paidOf(all);
    if (payment !== undefined && state !== 'CLOSED') return { outcome: 'PAID', payment };
    // One that began in between, by a process of an earlier release.
    if (all.some(({ status, nextCheckAt }) => status === PaymentStatus.PENDING && nextCheckAt !== null)) {
      return { outcome: 'UNDECIDED' };
    }
    await payables.set(tx, type, id, 'CLOSED');
    return { outcome: 'CLOSED' };
  }

  /** @returns undefined when it is not known whether somebody has paid */
  async #closeAtProvider({ id, payUrl, amountFen }: Payment): Promise<ProviderReport | undefined> {
    const nothing = { state: 'CLOSED', amountFen, paidAt: null } as const;
    try {
      const report = await this.#parts.provider.close(id);
      return report?.state === 'PAID' ? report : nothing;
    } catch (error) {
      // Without the address of its page nobody has paid it.
      if (payUrl === null) return nothing;
      logger().warn({ err: error, payment: id }, 'whether a payment was made will be asked again');
      return undefined;
    }
  }
}

/** The payment that counts. */
function paidOf(payments: readonly Payment[]): Payment | undefined {
  return payments.find(({ status, isDuplicate }) => status === PaymentStatus.SUCCEEDED && !isDuplicate);
}
