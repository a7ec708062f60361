import type { Tx } from '../../../shared/db/db.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { PayableOwners } from './payable-owner.ts';
import { type Payment, PaymentStatus } from './payment.entity.ts';
import { type PaymentJournal, PROVIDER } from './payment.journal.ts';
import type { PayableStateStore } from './payable-state.store.ts';
import type { ProviderReport } from './payment-provider.ts';
import { liveKeyOf, type PaymentStore } from './payment.store.ts';
import type { RefundService } from './refund.service.ts';

const { PENDING, SUCCEEDED, DECLINED, CLOSED } = PaymentStatus;

/**
 * What a report of the provider may still change. Money that came counts, whatever was said before it: a refusal may
 * arrive after the success of a later try, and a success after the end of the time.
 */
const MAY_SUCCEED: readonly PaymentStatus[] = [PENDING, DECLINED, CLOSED];
const MAY_BE_DECLINED: readonly PaymentStatus[] = [PENDING];
const MAY_CLOSE: readonly PaymentStatus[] = [PENDING];

export type Outcome = 'SUCCEEDED' | 'REFUNDING' | 'DECLINED' | 'CLOSED' | 'MISMATCH' | 'UNCHANGED';

/** Applies what the provider reports, from a callback or from a question, to a payment and to what it pays for. */
export class PaymentOutcomeService {
  readonly #payments: PaymentStore;
  readonly #payables: PayableStateStore;
  readonly #refunds: RefundService;
  readonly #owners: PayableOwners;
  readonly #journal: PaymentJournal;
  readonly #now: () => Date;

  constructor(
    payments: PaymentStore,
    payables: PayableStateStore,
    refunds: RefundService,
    owners: PayableOwners,
    journal: PaymentJournal,
    now: () => Date,
  ) {
    this.#payments = payments;
    this.#payables = payables;
    this.#refunds = refunds;
    this.#owners = owners;
    this.#journal = journal;
    this.#now = now;
  }

  /** Applies a report; the same one again changes nothing. @throws AppError NOT_FOUND */
  async apply(tx: Tx, paymentId: string, report: ProviderReport): Promise<Outcome> {
    const { payment, others } = await this.#payments.lockWithSiblings(tx, paymentId);
    if (report.state === 'PAID') return this.#succeed(tx, payment, others, report);
    if (report.state === 'DECLINED' && MAY_BE_DECLINED.includes(payment.status)) {
      // It may be tried again at the provider until its time is over, so it is asked about once more then.
      const { expiresAt } = payment;
      await this.#payments.change(tx, payment, { status: DECLINED, liveKey: null, nextCheckAt: expiresAt });
      await this.#journal.note(tx, PROVIDER, 'decline', payment);
      return 'DECLINED';
    }
    if (report.state !== 'CLOSED' || payment.nextCheckAt === null) return 'UNCHANGED';
    return this.#close(tx, payment);
  }

  async #close(tx: Tx, payment: Payment): Promise<Outcome> {
    if (!MAY_CLOSE.includes(payment.status)) {
      await this.#payments.change(tx, payment, { nextCheckAt: null });
      return 'UNCHANGED';
    }
    await this.#payments.change(tx, payment, { status: CLOSED, liveKey: null, nextCheckAt: null });
    await this.#journal.note(tx, PROVIDER, 'close', payment);
    return 'CLOSED';
  }

  async #succeed(tx: Tx, payment: Payment, others: Payment[], report: ProviderReport): Promise<Outcome> {
    if (!MAY_SUCCEED.includes(payment.status)) return 'UNCHANGED';
    if (report.amountFen !== payment.amountFen) {
      // Nobody but a person can tell what this money is: it stays as it is, and is asked about no more.
      logger().error({ payment: payment.id }, 'the provider reports another amount than was asked for');
      await this.#payments.change(tx, payment, { nextCheckAt: null });
      await this.#journal.note(tx, PROVIDER, 'mismatch', payment, { reportedFen: report.amountFen });
      return 'MISMATCH';
    }
    const isDuplicate = others.some((each) => each.status === SUCCEEDED);
    const paidAt = report.paidAt ?? this.#now();
    for (const rival of isDuplicate ? [] : others.filter((each) => each.status === PENDING)) {
      await this.#payments.change(tx, rival, { status: CLOSED, liveKey: null, nextCheckAt: this.#now() });
    }
    await this.#payments.change(tx, payment, {
      status: SUCCEEDED,
      liveKey: isDuplicate ? null : liveKeyOf(payment.payableType, payment.payableId),
      isDuplicate,
      paidAt,
      nextCheckAt: null,
    });
    const { payableType, payableId } = payment;
    const isClosed = (await this.#payables.current(tx, payableType, payableId)) === 'CLOSED';
    await this.#journal.succeeded(tx, payment, paidAt, !isDuplicate && !isClosed);
    const refusal = isDuplicate
      ? 'DUPLICATE'
      : isClosed
        ? 'PAYABLE_CLOSED'
        : await this.#owners[payableType].accept(tx, payment);
    if (refusal === undefined) return 'SUCCEEDED';
    await this.#refunds.request(tx, PROVIDER, payment, refusal);
    return 'REFUNDING';
  }
}
