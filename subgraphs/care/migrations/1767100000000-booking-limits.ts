import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_ACCOUNT_LOCK } from '../../../shared/db/account-lock.ts';

/** What the limits of bookings and cancellations are counted by. */
export class BookingLimits1767100000000 implements MigrationInterface {
  readonly name = 'BookingLimits1767100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_ACCOUNT_LOCK);
    await runner.query(`
      ALTER TABLE appointment
        ADD COLUMN cancelled_at DATETIME(3) NULL,
        ADD KEY appointment_account (account_id, booked_at),
        ADD KEY appointment_unpaid (account_id, status),
        ADD KEY appointment_cancelled (account_id, cancelled_at)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
