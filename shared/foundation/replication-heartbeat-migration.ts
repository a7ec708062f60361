import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A number that goes up at the primary all the time: how much of it a replica has tells how far it is behind. */
export class ReplicationHeartbeat1767200000000 implements MigrationInterface {
  readonly name = 'ReplicationHeartbeat1767200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE replication_heartbeat (
        id TINYINT PRIMARY KEY,
        beat BIGINT NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
    await runner.query('INSERT INTO replication_heartbeat (id, beat) VALUES (1, 0)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
