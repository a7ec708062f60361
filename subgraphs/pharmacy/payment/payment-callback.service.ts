import type { Db, Tx } from '../../../shared/db/db.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { PaymentOutcomeService } from './payment-outcome.service.ts';
import type { PaymentProvider, ProviderCallback } from './payment-provider.ts';
import type { PaymentStore } from './payment.store.ts';

type Message = Parameters<PaymentProvider['readCallback']>[0];

/** Believes the provider's callbacks when they are signed, and lets each have its effect once. */
export class PaymentCallbackService {
  readonly #db: Db;
  readonly #payments: PaymentStore;
  readonly #outcomes: PaymentOutcomeService;
  readonly #provider: PaymentProvider;
  readonly #now: () => Date;

  constructor(
    db: Db,
    payments: PaymentStore,
    outcomes: PaymentOutcomeService,
    provider: PaymentProvider,
    now: () => Date,
  ) {
    this.#db = db;
    this.#payments = payments;
    this.#outcomes = outcomes;
    this.#provider = provider;
    this.#now = now;
  }

  /** @returns `DONE`, also for one that was handled before; `FORGED`; `UNKNOWN` for a payment that is not ours */
  async handle(message: Message): Promise<'DONE' | 'FORGED' | 'UNKNOWN'> {
    const callback = this.#provider.readCallback(message, this.#now());
    if (callback === undefined) {
      logger().warn('a payment callback that the provider did not sign, or not now');
      return 'FORGED';
    }
    if ((await this.#payments.current(callback.paymentId)) === null) return 'UNKNOWN';
    await this.#db.transaction((tx) => this.#handleOnce(tx, callback));
    return 'DONE';
  }

  async #handleOnce(tx: Tx, callback: ProviderCallback): Promise<void> {
    const { notificationId, paymentId } = callback;
    await tx.manager.query(
      // The same message at the same moment waits here for the end of the first one.
      `INSERT INTO payment_callback (notification_id, payment_id, state, outcome, received_at) VALUES (?, ?, ?, '', ?)
       ON DUPLICATE KEY UPDATE notification_id = VALUES(notification_id)`,
      [notificationId, paymentId, callback.state, this.#now()],
    );
    const [row] = await tx.manager.query<{ outcome: string }[]>(
      'SELECT outcome FROM payment_callback WHERE notification_id = ?',
      [notificationId],
    );
    // A handled one always has an outcome.
    if (row === undefined || row.outcome !== '') return;
    const outcome = await this.#outcomes.apply(tx, paymentId, callback);
    await tx.manager.query('UPDATE payment_callback SET outcome = ? WHERE notification_id = ?', [
      outcome,
      notificationId,
    ]);
  }
}
