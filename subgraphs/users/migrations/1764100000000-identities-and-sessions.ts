import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin';
const HASH = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class IdentitiesAndSessions1764100000000 implements MigrationInterface {
  readonly name = 'IdentitiesAndSessions1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identity (
        id ${ID} NOT NULL PRIMARY KEY,
        account_id ${ID} NOT NULL,
        kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        subject_index ${HASH},
        subject VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at DATETIME(3) NOT NULL,
        UNIQUE KEY identity_subject (kind, subject_index),
        KEY identity_account (account_id),
        CONSTRAINT identity_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE login_code (
        phone_index ${HASH} PRIMARY KEY,
        code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
        wrong_tries INT NOT NULL DEFAULT 0,
        sent_at DATETIME(3) NULL,
        hour_began_at DATETIME(3) NULL,
        sent_in_hour INT NOT NULL DEFAULT 0,
        day_began_at DATETIME(3) NULL,
        sent_in_day INT NOT NULL DEFAULT 0
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE session (
        id ${ID} NOT NULL PRIMARY KEY,
        account_id ${ID} NOT NULL,
        created_at DATETIME(3) NOT NULL,
        expires_at DATETIME(3) NOT NULL,
        revoked_at DATETIME(3) NULL,
        KEY session_account (account_id, id),
        CONSTRAINT session_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE refresh_token (
        token_hash ${HASH} PRIMARY KEY,
        session_id ${ID} NOT NULL,
        created_at DATETIME(3) NOT NULL,
        used_at DATETIME(3) NULL,
        KEY refresh_token_session (session_id),
        CONSTRAINT refresh_token_of_a_session FOREIGN KEY (session_id) REFERENCES session (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
