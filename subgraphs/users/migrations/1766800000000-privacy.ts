import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Privacy1766800000000 implements MigrationInterface {
  readonly name = 'Privacy1766800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN erased_at DATETIME(3) NULL');
    await runner.query(`
      CREATE TABLE data_export (
        id ${ID} PRIMARY KEY,
        account_id ${ID},
        status ${WORD},
        document_key VARCHAR(255) ${BIN} NULL,
        attempts INT NOT NULL DEFAULT 0,
        requested_at DATETIME(3) NOT NULL,
        ready_at DATETIME(3) NULL,
        expires_at DATETIME(3) NULL,
        KEY data_export_of (account_id, requested_at),
        KEY data_export_due (status, expires_at),
        CONSTRAINT export_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE erasure_request (
        id ${ID} PRIMARY KEY,
        account_id ${ID},
        open_for VARCHAR(40) ${BIN} NULL,
        status ${WORD},
        requested_at DATETIME(3) NOT NULL,
        due_at DATETIME(3) NOT NULL,
        ended_at DATETIME(3) NULL,
        UNIQUE KEY erasure_request_once (open_for),
        KEY erasure_request_of (account_id, id),
        KEY erasure_request_due (status, due_at),
        CONSTRAINT erasure_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
