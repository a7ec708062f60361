import { z } from 'zod';
import { businessDay, instantOf } from '../../../shared/clock/business-day.ts';
import { lockAccount } from '../../../shared/db/account-lock.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { AppointmentStore } from './appointment.store.ts';

const count = (usual: number) => z.coerce.number().int().min(1).max(100_000).default(usual);

/** How much one account may take of what is scarce; a family stays far below. */
export const bookingLimitVariables = {
  BOOKING_MAX_UNPAID_PER_ACCOUNT: count(10),
  BOOKING_MAX_UNPAID_PER_PATIENT: count(3),
  BOOKING_MAX_PER_DAY: count(30),
  BOOKING_MAX_CANCELLATIONS_PER_MONTH: count(20),
};

export type BookingLimitValues = z.infer<z.ZodObject<typeof bookingLimitVariables>>;

/**
 * Holds each account to its limits: unpaid places, bookings of a day and cancellations of a month, both by the calendar
 * of Shanghai. Counted in the transaction that adds to them, under the lock of the account.
 */
export class BookingLimits {
  readonly #values: BookingLimitValues;
  readonly #appointments: AppointmentStore;

  constructor(values: BookingLimitValues, appointments: AppointmentStore) {
    this.#values = values;
    this.#appointments = appointments;
  }

  /**
   * Holds the account until the end of the transaction.
   * @throws AppError TOO_MANY_UNPAID_BOOKINGS, TOO_MANY_UNPAID_BOOKINGS_OF_PATIENT, TOO_MANY_BOOKINGS with `limit`
   */
  async assertMayBook(
    tx: Tx,
    { accountId, patientId }: { readonly accountId: string; readonly patientId: string },
    now: Date,
  ): Promise<void> {
    await lockAccount(tx, accountId);
    const today = instantOf(businessDay(now), '00:00');
    const taken = await this.#appointments.countTaken(tx, { accountId, patientId }, today);
    const values = this.#values;
    assertBelow(taken.unpaid, values.BOOKING_MAX_UNPAID_PER_ACCOUNT, 'TOO_MANY_UNPAID_BOOKINGS');
    assertBelow(
      taken.unpaidOfPatient,
      values.BOOKING_MAX_UNPAID_PER_PATIENT,
      'TOO_MANY_UNPAID_BOOKINGS_OF_PATIENT',
    );
    assertBelow(taken.today, values.BOOKING_MAX_PER_DAY, 'TOO_MANY_BOOKINGS');
  }

  /** Under the lock of the account. @throws AppError TOO_MANY_CANCELLATIONS with `limit` */
  async assertMayCancel(tx: Tx, accountId: string, now: Date): Promise<void> {
    const month = instantOf(`${businessDay(now).slice(0, 8)}01`, '00:00');
    const cancelled = await this.#appointments.countCancelled(tx, accountId, month);
    assertBelow(cancelled, this.#values.BOOKING_MAX_CANCELLATIONS_PER_MONTH, 'TOO_MANY_CANCELLATIONS');
  }
}

function assertBelow(
  taken: number,
  limit: number,
  code:
    | 'TOO_MANY_UNPAID_BOOKINGS'
    | 'TOO_MANY_UNPAID_BOOKINGS_OF_PATIENT'
    | 'TOO_MANY_BOOKINGS'
    | 'TOO_MANY_CANCELLATIONS',
): void {
  if (taken >= limit) throw new AppError(code, { limit });
}
