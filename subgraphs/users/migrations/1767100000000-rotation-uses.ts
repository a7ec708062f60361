import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RotationUses1767100000000 implements MigrationInterface {
  readonly name = 'RotationUses1767100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE refresh_token ADD COLUMN access_used_at DATETIME(3) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE refresh_token DROP COLUMN access_used_at');
  }
}
