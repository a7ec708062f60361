import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';

/** The keys of the documents of licences, whose files are encrypted from now on. */
export class EncryptedDocuments1767200000000 implements MigrationInterface {
  readonly name = 'EncryptedDocuments1767200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE licence_document
        ADD COLUMN stored_as VARCHAR(64) ${BIN} NULL,
        ADD COLUMN file_key VARCHAR(512) ${BIN} NULL`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
