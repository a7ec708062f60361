import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AccountsAndDoctors1764000000000 implements MigrationInterface {
  readonly name = 'AccountsAndDoctors1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        display_name VARCHAR(64) NOT NULL,
        created_at DATETIME(3) NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
    await runner.query(`
      CREATE TABLE doctor (
        id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        account_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name VARCHAR(64) NOT NULL,
        title VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        specialties VARCHAR(500) NOT NULL,
        UNIQUE KEY doctor_account (account_id),
        CONSTRAINT doctor_is_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
