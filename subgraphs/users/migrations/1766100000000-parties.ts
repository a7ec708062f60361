import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN}`;
const HASH = `CHAR(64) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/** Logins by WeChat and by providers of OAuth 2.0. */
export class Parties1766100000000 implements MigrationInterface {
  readonly name = 'Parties1766100000000';

  async up(runner: QueryRunner): Promise<void> {
    // A provider with its name of a person is longer than a phone.
    await runner.query(`ALTER TABLE identity MODIFY subject VARCHAR(1024) ${BIN} NOT NULL`);
    await runner.query(`
      CREATE TABLE wechat_openid (
        id ${ID} NOT NULL PRIMARY KEY,
        identity_id ${ID} NOT NULL,
        openid_index ${HASH},
        openid VARCHAR(512) ${BIN} NOT NULL,
        created_at DATETIME(3) NOT NULL,
        UNIQUE KEY wechat_openid_once (openid_index),
        KEY wechat_openid_identity (identity_id),
        CONSTRAINT openid_of_an_identity FOREIGN KEY (identity_id) REFERENCES identity (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE login_state (
        id ${ID} NOT NULL PRIMARY KEY,
        state_hash ${HASH},
        verifier_hash ${HASH},
        party VARCHAR(64) ${BIN} NOT NULL,
        account_id ${ID} NULL,
        secrets TEXT ${BIN} NOT NULL,
        expires_at DATETIME(3) NOT NULL,
        used_at DATETIME(3) NULL,
        UNIQUE KEY login_state_once (state_hash),
        KEY login_state_expiry (expires_at)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
