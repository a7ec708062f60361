import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';

/** Room for the encrypted texts of messages, and for the keys of files; what is there stays until it is encrypted. */
export class EncryptedConsultations1767200000000 implements MigrationInterface {
  readonly name = 'EncryptedConsultations1767200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE chat_message
        MODIFY COLUMN body TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL,
        ADD COLUMN is_encrypted TINYINT(1) NOT NULL DEFAULT 0,
        ADD KEY chat_message_in_clear (is_encrypted, id)`);
    await runner.query(`
      ALTER TABLE attachment
        ADD COLUMN stored_as VARCHAR(64) ${BIN} NULL,
        ADD COLUMN file_key VARCHAR(512) ${BIN} NULL`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
