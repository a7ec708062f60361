import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_ACCOUNT_LOCK } from '../../../shared/db/account-lock.ts';

/** What the limits of unpaid orders are counted by. */
export class OrderLimits1767100000000 implements MigrationInterface {
  readonly name = 'OrderLimits1767100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_ACCOUNT_LOCK);
    await runner.query('ALTER TABLE medicine_order ADD KEY medicine_order_unpaid (account_id, status)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
