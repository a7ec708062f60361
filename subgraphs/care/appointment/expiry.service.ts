import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { PayableClosing, PayableDesk } from '../external/pharmacy.client.ts';
import type { OverdueHold, AppointmentStore } from './appointment.store.ts';
import type { EndingService } from './ending.service.ts';
import type { PaymentEvents } from './payment-events.ts';

const PAGE = 200;
/** How many are asked about at once. */
const AT_ONCE = 8;

/**
 * Ends holds that nobody paid in time. Pharmacy decides between the end and the payment, since care may not have heard
 * of the money yet. While it can't be asked, the hold lives on until its slot begins.
 */
export class ExpiryService {
  readonly #ground: Pick<Foundation, 'db' | 'now'>;
  readonly #appointments: AppointmentStore;
  readonly #endings: EndingService;
  readonly #payments: PaymentEvents;
  readonly #desk: PayableDesk;

  constructor(
    ground: Pick<Foundation, 'db' | 'now'>,
    appointments: AppointmentStore,
    endings: EndingService,
    payments: PaymentEvents,
    desk: PayableDesk,
  ) {
    this.#ground = ground;
    this.#appointments = appointments;
    this.#endings = endings;
    this.#payments = payments;
    this.#desk = desk;
  }

  /** Looks at every hold whose time is over. @returns how many it ended */
  async run(): Promise<number> {
    const now = this.#ground.now();
    const run = { isReachable: true };
    let ended = 0;
    let last: OverdueHold | undefined;
    for (;;) {
      const page = await this.#appointments.overdue(now, PAGE, last);
      last = page.at(-1);
      if (last === undefined) return ended;
      for (let from = 0; from < page.length; from += AT_ONCE) {
        const some = page.slice(from, from + AT_ONCE);
        const ends = await Promise.all(some.map((hold) => this.#safely(hold, run)));
        ended += ends.filter(Boolean).length;
      }
    }
  }

  /** One that cannot be ended must not keep the others from it. */
  async #safely(hold: OverdueHold, run: { isReachable: boolean }): Promise<boolean> {
    try {
      return await this.#settle(hold, run);
    } catch (error) {
      logger().warn({ err: error, appointment: hold.id }, 'a hold was not ended, and will be tried again');
      return false;
    }
  }

  /** @returns whether it was ended */
  async #settle({ id, startsAt }: OverdueHold, run: { isReachable: boolean }): Promise<boolean> {
    const closing = await this.#close(id, run);
    if (closing.outcome === 'PAID') {
      const { payment } = closing;
      const isConfirmed = await this.#ground.db.transaction((tx) =>
        this.#payments.settle(tx, {
          ...payment,
          paidAt: payment.paidAt.toISOString(),
          payableType: 'APPOINTMENT',
          payableId: id,
        }),
      );
      // Money that does not confirm it goes back, and there is no other.
      return isConfirmed ? false : this.#endings.expire(id);
    }
    if (closing.outcome === 'UNDECIDED' && startsAt > this.#ground.now()) return false;
    return this.#endings.expire(id);
  }

  async #close(id: string, run: { isReachable: boolean }): Promise<PayableClosing> {
    if (!run.isReachable) return { outcome: 'UNDECIDED' };
    try {
      return await this.#desk.closePayable(id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The rest of this run need not wait for it as well.
      run.isReachable = false;
      return { outcome: 'UNDECIDED' };
    }
  }
}
