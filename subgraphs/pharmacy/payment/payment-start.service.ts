import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import type { Payable, PayableOwners } from './payable-owner.ts';
import { Payment, PaymentStatus } from './payment.entity.ts';
import type { StartPaymentInput } from './payment.inputs.ts';
import type { PaymentJournal } from './payment.journal.ts';
import type { PayableStateStore } from './payable-state.store.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { liveKeyOf, type PaymentStore } from './payment.store.ts';

/** How soon a missing callback makes us ask the provider, ms; twice as late each time after it. */
export const FIRST_CHECK_MS = 5000;

export class PaymentStartService {
  readonly #db: Db;
  readonly #payments: PaymentStore;
  readonly #payables: PayableStateStore;
  readonly #owners: PayableOwners;
  readonly #journal: PaymentJournal;
  readonly #provider: PaymentProvider;
  readonly #now: () => Date;

  constructor(
    { db, now }: { readonly db: Db; readonly now: () => Date },
    payments: PaymentStore,
    payables: PayableStateStore,
    owners: PayableOwners,
    journal: PaymentJournal,
    provider: PaymentProvider,
  ) {
    this.#db = db;
    this.#now = now;
    this.#payments = payments;
    this.#payables = payables;
    this.#owners = owners;
    this.#journal = journal;
    this.#provider = provider;
  }

  /**
   * Begins the payment of something, or answers with the one that is under way or made: there is one charge, however
   * often and from wherever it is begun.
   * @throws AppError BAD_ID, NOT_PAYABLE (also for what is not the caller's), PAYMENT_UNAVAILABLE, UNAVAILABLE,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async start(actor: Actor, input: StartPaymentInput): Promise<Payment> {
    const { type, id } = input.payable;
    const owner = this.#owners[type];
    const payable = await owner.find(parseId(owner.idType, id));
    const paymentId = await this.#db.transaction((tx) =>
      once(
        tx,
        { actor, operation: 'startPayment', key: input.idempotencyKey, body: input, now: this.#now() },
        () => this.#begin(tx, actor, input, payable),
      ),
    );
    const payment = await this.#payments.current(paymentId);
    if (!payment) throw new AppError('NOT_FOUND', { what: 'Payment' });
    return payment.status === PaymentStatus.PENDING && payment.payUrl === null
      ? this.#openOrder(payment)
      : payment;
  }

  async #begin(tx: Tx, actor: Actor, input: StartPaymentInput, payable: Payable | null): Promise<string> {
    const now = this.#now();
    const payer = actorId(actor);
    const isOpen = payable !== null && payable.amountFen > 0 && payable.expiresAt > now;
    if (!isOpen || payable.payerAccountId !== payer) throw new AppError('NOT_PAYABLE');
    const { type, id } = input.payable;
    // Its owner may have ended it since it was asked.
    if ((await this.#payables.lock(tx, type, id)) !== 'OPEN') throw new AppError('NOT_PAYABLE');
    const made = Object.assign(new Payment(), {
      id: newId('pay'),
      payableType: type,
      payableId: id,
      payerAccountId: payer,
      description: payable.description.slice(0, 128),
      amountFen: payable.amountFen,
      refundedFen: 0,
      status: PaymentStatus.PENDING,
      liveKey: liveKeyOf(type, id),
      isDuplicate: false,
      tradeNo: null,
      payUrl: null,
      expiresAt: payable.expiresAt,
      createdAt: now,
      paidAt: null,
      refundedAt: null,
      nextCheckAt: new Date(now.getTime() + FIRST_CHECK_MS),
      checks: 0,
      version: 1,
    });
    const live = await this.#payments.insertUnlessLive(tx, made);
    if (live.id === made.id)
      await this.#journal.note(tx, actor, 'start', made, { amountFen: made.amountFen });
    return live.id;
  }

  /** Outside of any transaction: the provider knows the order by the payment's identifier, so that twice is once. */
  async #openOrder(payment: Payment): Promise<Payment> {
    const { id, amountFen, description, expiresAt } = payment;
    const { tradeNo, payUrl } = await this.#provider.createOrder({
      paymentId: id,
      amountFen,
      description,
      expiresAt,
    });
    await this.#db.transaction(async ({ manager }) => {
      await manager.update(Payment, { id }, { tradeNo, payUrl });
    });
    return (await this.#payments.current(id)) ?? payment;
  }
}
