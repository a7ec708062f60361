import { LessThanOrEqual } from 'typeorm';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { Payment, PaymentStatus, Refund } from './payment.entity.ts';
import type { PaymentJournal } from './payment.journal.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { PaymentStore } from './payment.store.ts';

const BATCH = 50;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Gives money back. What is to go back is written down first, in the transaction that decides it, and carried out by a
 * job afterwards: whatever dies in between, the refund's own number makes the provider do it once.
 */
export class RefundService {
  readonly #db: Db;
  readonly #payments: PaymentStore;
  readonly #journal: PaymentJournal;
  readonly #provider: PaymentProvider;
  readonly #now: () => Date;

  constructor(
    db: Db,
    payments: PaymentStore,
    journal: PaymentJournal,
    provider: PaymentProvider,
    now: () => Date,
  ) {
    this.#db = db;
    this.#payments = payments;
    this.#journal = journal;
    this.#provider = provider;
    this.#now = now;
  }

  /**
   * Decides that all of a payment that succeeded goes back; deciding it twice is deciding it once.
   * @param payment held by the transaction. @param reason a code, at most 64 characters
   */
  async request(tx: Tx, actor: Actor, payment: Payment, reason: string): Promise<void> {
    if (payment.status !== PaymentStatus.SUCCEEDED) return;
    const now = this.#now();
    const amountFen = payment.amountFen - payment.refundedFen;
    await tx.manager.insert(Refund, {
      id: newId('rfd'),
      paymentId: payment.id,
      amountFen,
      reason: reason.slice(0, 64),
      status: 'REQUESTED',
      attempts: 0,
      nextTryAt: now,
      requestedAt: now,
    });
    await this.#payments.change(tx, payment, {
      status: PaymentStatus.REFUNDING,
      refundedFen: payment.refundedFen + amountFen,
      liveKey: null,
      nextCheckAt: null,
    });
    await this.#journal.note(tx, actor, 'refund_request', payment, {
      amountFen,
      reason: reason.slice(0, 64),
    });
  }

  /** Carries out what is due. @returns how many went back */
  async run(): Promise<number> {
    const due = await this.#db.readPrimary((manager) =>
      manager.find(Refund, {
        where: { status: 'REQUESTED', nextTryAt: LessThanOrEqual(this.#now()) },
        order: { nextTryAt: 'ASC' },
        take: BATCH,
      }),
    );
    let done = 0;
    for (const refund of due) if (await this.#carryOut(refund)) done += 1;
    return done;
  }

  async #carryOut(refund: Refund): Promise<boolean> {
    const { id, paymentId, amountFen, reason } = refund;
    try {
      await this.#provider.refund({ refundId: id, paymentId, amountFen, reason });
    } catch (error) {
      logger().warn({ err: error, refund: id }, 'a refund will be tried again');
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** refund.attempts, LONGEST_PAUSE_MS);
      const nextTryAt = new Date(this.#now().getTime() + pause);
      await this.#db.transaction(async ({ manager }) => {
        await manager.update(
          Refund,
          { id, status: 'REQUESTED' },
          { attempts: refund.attempts + 1, nextTryAt },
        );
      });
      return false;
    }
    return this.#db.transaction((tx) => this.#finish(tx, refund));
  }

  async #finish(tx: Tx, { id, paymentId, amountFen }: Refund): Promise<boolean> {
    const { payment } = await this.#payments.lockWithSiblings(tx, paymentId);
    const { affected } = await tx.manager.update(Refund, { id, status: 'REQUESTED' }, { status: 'DONE' });
    if (affected !== 1) return false;
    const refundedAt = this.#now();
    await this.#payments.change(tx, payment, { status: PaymentStatus.REFUNDED, refundedAt });
    await this.#journal.refunded(tx, payment, amountFen, refundedAt);
    return true;
  }
}
