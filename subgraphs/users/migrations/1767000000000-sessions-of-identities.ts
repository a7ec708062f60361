import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SessionsOfIdentities1767000000000 implements MigrationInterface {
  readonly name = 'SessionsOfIdentities1767000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE session ADD COLUMN identity_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session DROP COLUMN identity_id');
  }
}
