import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';

/** What can be paid for, once somebody has begun to pay it or its owner has closed it. */
export class PayableClosures1767110000000 implements MigrationInterface {
  readonly name = 'PayableClosures1767110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payable (
        payable_type VARCHAR(16) ${BIN} NOT NULL,
        payable_id VARCHAR(40) ${BIN} NOT NULL,
        state VARCHAR(16) ${BIN} NOT NULL DEFAULT 'OPEN',
        changed_at DATETIME(3) NOT NULL,
        PRIMARY KEY (payable_type, payable_id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
