import type { MigrationInterface, QueryRunner } from 'typeorm';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${ASCII} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Attachments1765200000000 implements MigrationInterface {
  readonly name = 'Attachments1765200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE attachment (
        id ${ID} PRIMARY KEY,
        consultation_id ${ID},
        account_id ${ID},
        uploaded_by VARCHAR(16) ${ASCII} NOT NULL,
        purpose VARCHAR(32) ${ASCII} NOT NULL,
        status VARCHAR(16) ${ASCII} NOT NULL,
        file_name VARCHAR(1024) ${ASCII} NOT NULL,
        content_type VARCHAR(64) ${ASCII} NOT NULL,
        size INT NOT NULL,
        sha256 CHAR(64) ${ASCII} NULL,
        requested_at DATETIME(3) NOT NULL,
        uploaded_at DATETIME(3) NULL,
        KEY attachment_of_consultation (consultation_id, status, id),
        CONSTRAINT attachment_in_consultation FOREIGN KEY (consultation_id) REFERENCES consultation (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
