import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the consultations that are open still, of which there are few among all that ever were. */
export class OverdueConsultations1767300000000 implements MigrationInterface {
  readonly name = 'OverdueConsultations1767300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE consultation ADD KEY consultation_status (status, started_at)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
