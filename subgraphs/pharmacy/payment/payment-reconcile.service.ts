import type { Db } from '../../../shared/db/db.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { Payment, PaymentStatus } from './payment.entity.ts';
import type { PaymentOutcomeService } from './payment-outcome.service.ts';
import type { PaymentProvider, ProviderReport } from './payment-provider.ts';
import { FIRST_CHECK_MS } from './payment-start.service.ts';
import type { PaymentStore } from './payment.store.ts';

const BATCH = 50;
const LONGEST_PAUSE_MS = 300_000;

/** Asks the provider about payments that no callback has told the end of, and closes those whose time is over. */
export class PaymentReconcileService {
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

  /** @returns how many were asked about */
  async run(): Promise<number> {
    const due = await this.#payments.due(this.#now(), BATCH);
    for (const payment of due) {
      await this.#ask(payment).catch((error: unknown) =>
        logger().warn({ err: error, payment: payment.id }, 'a payment will be asked about again'),
      );
    }
    return due.length;
  }

  async #ask(payment: Payment): Promise<void> {
    // Put off before it is asked about: one that fails must not stand in the way of the others.
    await this.#putOff(payment);
    const report = await this.#provider.query(payment.id);
    const isOver = payment.status !== PaymentStatus.PENDING || payment.expiresAt <= this.#now();
    if (report?.state === 'PAID' || (report?.state === 'DECLINED' && !isOver))
      return this.#apply(payment, report);
    if (!isOver) return;
    // What is closed at the provider cannot be paid late; what was paid just before comes back as paid.
    const last = await this.#provider.close(payment.id);
    const nothing = { state: 'CLOSED', amountFen: payment.amountFen, paidAt: null } as const;
    return this.#apply(payment, last?.state === 'PAID' ? last : nothing);
  }

  async #apply(payment: Payment, report: ProviderReport): Promise<void> {
    await this.#db.transaction((tx) => this.#outcomes.apply(tx, payment.id, report));
  }

  async #putOff({ id, checks, expiresAt, nextCheckAt }: Payment): Promise<void> {
    const now = this.#now().getTime();
    const usual = now + Math.min(FIRST_CHECK_MS * 2 ** (checks + 1), LONGEST_PAUSE_MS);
    // The end of its time is not to be missed by minutes.
    const next = expiresAt.getTime() > now ? Math.min(usual, expiresAt.getTime()) : usual;
    await this.#db.transaction(async ({ manager }) => {
      const mine = { id, nextCheckAt: nextCheckAt ?? new Date(now) };
      await manager.update(Payment, mine, { nextCheckAt: new Date(next), checks: checks + 1 });
    });
  }
}
