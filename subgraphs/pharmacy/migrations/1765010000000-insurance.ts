import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Insurance1765010000000 implements MigrationInterface {
  readonly name = 'Insurance1765010000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE insurance_settlement (
        id ${ID} PRIMARY KEY,
        order_id ${ID},
        account_id ${ID},
        pharmacy_id ${ID},
        status VARCHAR(16) ${BIN} NOT NULL,
        person_no VARCHAR(255) ${BIN} NULL,
        message_id VARCHAR(40) ${BIN} NULL,
        settlement_no VARCHAR(40) ${BIN} NULL,
        total_fen BIGINT NOT NULL,
        fund_fen BIGINT NOT NULL,
        personal_fen BIGINT NOT NULL,
        reason VARCHAR(200) NULL,
        attempts INT NOT NULL DEFAULT 0,
        touched_at DATETIME(3) NOT NULL,
        next_try_at DATETIME(3) NOT NULL,
        settled_at DATETIME(3) NULL,
        UNIQUE KEY insurance_settlement_order (order_id),
        UNIQUE KEY insurance_settlement_message (message_id),
        KEY insurance_settlement_due (status, next_try_at),
        KEY insurance_settlement_stale (status, touched_at),
        CONSTRAINT insurance_settlement_adds_up
          CHECK (fund_fen >= 0 AND personal_fen >= 0 AND fund_fen + personal_fen = total_fen)
      ) ${TABLE}`);
    await runner.query(
      `CREATE TABLE insurance_counter (id TINYINT PRIMARY KEY, last_no INT NOT NULL) ${TABLE}`,
    );
    await runner.query('INSERT INTO insurance_counter (id, last_no) VALUES (1, 0)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
