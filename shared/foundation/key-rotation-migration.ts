import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';

/** How far the change of keys has come in each encrypted column. */
export class KeyRotation1766800000000 implements MigrationInterface {
  readonly name = 'KeyRotation1766800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE key_rotation (
        place VARCHAR(128) ${BIN} NOT NULL PRIMARY KEY,
        target VARCHAR(64) ${BIN} NOT NULL,
        position VARCHAR(255) ${BIN} NOT NULL,
        rewritten BIGINT NOT NULL,
        moved_at DATETIME(3) NOT NULL,
        finished_at DATETIME(3) NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
