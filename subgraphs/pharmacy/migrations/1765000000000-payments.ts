import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Payments1765000000000 implements MigrationInterface {
  readonly name = 'Payments1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payment (
        id ${ID} PRIMARY KEY,
        payable_type ${WORD},
        payable_id ${ID},
        payer_account_id ${ID},
        description VARCHAR(128) NOT NULL,
        amount_fen BIGINT NOT NULL,
        refunded_fen BIGINT NOT NULL DEFAULT 0,
        status ${WORD},
        live_key VARCHAR(64) ${BIN} NULL,
        is_duplicate TINYINT NOT NULL DEFAULT 0,
        trade_no VARCHAR(64) ${BIN} NULL,
        pay_url VARCHAR(512) ${BIN} NULL,
        expires_at DATETIME(3) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        paid_at DATETIME(3) NULL,
        refunded_at DATETIME(3) NULL,
        next_check_at DATETIME(3) NULL,
        checks INT NOT NULL DEFAULT 0,
        version INT NOT NULL,
        UNIQUE KEY payment_live (live_key),
        KEY payment_payable (payable_type, payable_id),
        KEY payment_payer (payer_account_id, id),
        KEY payment_check (next_check_at),
        CONSTRAINT payment_amount CHECK (amount_fen > 0),
        CONSTRAINT payment_refunds_within CHECK (refunded_fen >= 0 AND refunded_fen <= amount_fen)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE refund (
        id ${ID} PRIMARY KEY,
        payment_id ${ID},
        amount_fen BIGINT NOT NULL,
        reason VARCHAR(64) NOT NULL,
        status ${WORD},
        attempts INT NOT NULL DEFAULT 0,
        next_try_at DATETIME(3) NOT NULL,
        requested_at DATETIME(3) NOT NULL,
        KEY refund_payment (payment_id),
        KEY refund_due (status, next_try_at),
        CONSTRAINT refund_amount CHECK (amount_fen > 0),
        CONSTRAINT refund_of_payment FOREIGN KEY (payment_id) REFERENCES payment (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE payment_callback (
        notification_id VARCHAR(64) ${BIN} NOT NULL PRIMARY KEY,
        payment_id ${ID},
        state ${WORD},
        outcome ${WORD} DEFAULT '',
        received_at DATETIME(3) NOT NULL,
        KEY payment_callback_payment (payment_id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
