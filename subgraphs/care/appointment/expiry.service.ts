import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { PayableClosing, PayableClosings } from '../external/pharmacy.client.ts';
import type { OverdueHold, AppointmentStore } from './appointment.store.ts';
import type { EndingService } from './ending.service.ts';
import type { PaymentEvents } from './payment-events.ts';

const PAGE = 200;
/** How many are asked about at once. */
const AT_ONCE = 8;
/** How long a hold is asked about at least, ms, also where its slot has begun: one answer that is lost is no verdict. */
const PATIENCE_MS = 5 * 60_000;
/** After so many failures in a row a run asks only about holds that can't wait. */
const MAX_FAILURES = 5;

type Paid = Extract<PayableClosing, { outcome: 'PAID' }>;

interface Settled {
  readonly isEnded: boolean;
  /** Whether pharmacy could not be asked. */
  readonly isUnanswered: boolean;
}

/**
 * Ends holds that nobody paid in time. Pharmacy decides between the end and the payment, since care may not have heard
 * of the money yet. While it can't be asked, the hold lives on until its slot begins, or for five minutes where it has
 * begun, and never beyond its end. No hold ends without being asked about in the same run: what befell the question
 * about another one says nothing of its money.
 */
export class ExpiryService {
  readonly #ground: Pick<Foundation, 'db' | 'now'>;
  readonly #appointments: AppointmentStore;
  readonly #endings: EndingService;
  readonly #payments: PaymentEvents;
  readonly #payableClosings: PayableClosings;

  constructor(
    ground: Pick<Foundation, 'db' | 'now'>,
    appointments: AppointmentStore,
    endings: EndingService,
    payments: PaymentEvents,
    payableClosings: PayableClosings,
  ) {
    this.#ground = ground;
    this.#appointments = appointments;
    this.#endings = endings;
    this.#payments = payments;
    this.#payableClosings = payableClosings;
  }

  /** Looks at every hold whose time is over. @returns how many it ended */
  async run(): Promise<number> {
    const now = this.#ground.now();
    let failures = 0;
    let ended = 0;
    let last: OverdueHold | undefined;
    for (;;) {
      const page = await this.#appointments.overdue(now, PAGE, last);
      last = page.at(-1);
      if (last === undefined) return ended;
      for (let from = 0; from < page.length; from += AT_ONCE) {
        const some = page.slice(from, from + AT_ONCE);
        // Those whose last moment has come are asked about all the same, or one that waits would let them outlive it.
        const asked = failures < MAX_FAILURES ? some : some.filter((hold) => isDue(hold, now));
        for (const { isEnded, isUnanswered } of await Promise.all(asked.map((hold) => this.#safely(hold)))) {
          if (isEnded) ended += 1;
          failures = isUnanswered ? failures + 1 : 0;
        }
      }
    }
  }

  /** One that cannot be ended must not keep the others from it. */
  async #safely(hold: OverdueHold): Promise<Settled> {
    try {
      return await this.#settle(hold);
    } catch (error) {
      logger().warn({ err: error, appointment: hold.id }, 'a hold was not ended, and will be tried again');
      return { isEnded: false, isUnanswered: false };
    }
  }

  async #settle(hold: OverdueHold): Promise<Settled> {
    const closing = await this.#close(hold.id);
    const isUnanswered = closing === undefined;
    if (closing?.outcome === 'PAID' && (await this.#confirm(hold.id, closing.payment))) {
      return { isEnded: false, isUnanswered };
    }
    const isUndecided = isUnanswered || closing.outcome === 'UNDECIDED';
    if (isUndecided && !isDue(hold, this.#ground.now())) return { isEnded: false, isUnanswered };
    // Money that did not confirm it goes back, and there is no other.
    return { isEnded: await this.#endings.expire(hold.id), isUnanswered };
  }

  /** @returns whether the payment confirms the appointment */
  async #confirm(id: string, payment: Paid['payment']): Promise<boolean> {
    return this.#ground.db.transaction((tx) =>
      this.#payments.settle(tx, {
        ...payment,
        paidAt: payment.paidAt.toISOString(),
        payableType: 'APPOINTMENT',
        payableId: id,
      }),
    );
  }

  /** @returns undefined when pharmacy can't be asked */
  async #close(id: string): Promise<PayableClosing | undefined> {
    try {
      return await this.#payableClosings.closePayable(id);
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }
}

/** Whether a hold ends even though nobody can tell whether it was paid. */
function isDue({ payBy, startsAt, endsAt }: OverdueHold, now: Date): boolean {
  const last = Math.max(startsAt.getTime(), payBy.getTime() + PATIENCE_MS);
  return Math.min(last, endsAt.getTime()) <= now.getTime();
}
