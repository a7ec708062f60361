import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const SEALED = `VARCHAR(255) ${BIN} NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class DevicesAndSecondFactor1766300000000 implements MigrationInterface {
  readonly name = 'DevicesAndSecondFactor1766300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN last_login_at DATETIME(3) NULL');
    await runner.query(`
      ALTER TABLE session
        ADD COLUMN terminal VARCHAR(16) ${BIN} NOT NULL DEFAULT 'OTHER',
        ADD COLUMN device_name VARCHAR(64) NOT NULL DEFAULT '',
        ADD COLUMN ip ${SEALED},
        ADD COLUMN last_seen_at DATETIME(3) NULL,
        ADD COLUMN is_demo TINYINT(1) NOT NULL DEFAULT 0,
        ADD COLUMN end_reason VARCHAR(32) ${BIN} NULL,
        ADD COLUMN second_factor_at DATETIME(3) NULL,
        ADD KEY session_expiry (expires_at),
        ADD KEY session_revocation (revoked_at)`);
    await runner.query(`
      CREATE TABLE second_factor (
        account_id ${ID} PRIMARY KEY,
        secret ${SEALED},
        pending_secret ${SEALED},
        enrolled_at DATETIME(3) NULL,
        last_step BIGINT NULL,
        wrong_tries INT NOT NULL DEFAULT 0,
        locked_until DATETIME(3) NULL,
        CONSTRAINT second_factor_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE recovery_code (
        code_hash CHAR(64) ${BIN} NOT NULL PRIMARY KEY,
        account_id ${ID},
        used_at DATETIME(3) NULL,
        KEY recovery_code_account (account_id),
        CONSTRAINT recovery_code_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
    await runner.query(
      `INSERT INTO role_permission (role, permission) VALUES ('ADMIN', 'session.revoke'), ('ADMIN', 'second_factor.reset')
       ON DUPLICATE KEY UPDATE permission = VALUES(permission)`,
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
