import type { MigrationInterface, QueryRunner } from 'typeorm';
import { newId } from '../ids/ids.ts';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/**
 * Epochs of a producer's events, what a cursor knows of them, and where events that fail are parked. Cursors from
 * before have no epoch, and take over the one that their producer has when they are read for the first time.
 */
export class EventEpochs1767100000000 implements MigrationInterface {
  readonly name = 'EventEpochs1767100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_epoch (
        n INT AUTO_INCREMENT PRIMARY KEY,
        epoch VARCHAR(40) ${BIN} NOT NULL,
        began_after BIGINT NOT NULL,
        began_at DATETIME(3) NOT NULL,
        UNIQUE KEY outbox_epoch_epoch (epoch)
      ) ${TABLE}`);
    await runner.query(
      'INSERT INTO outbox_epoch (epoch, began_after, began_at) VALUES (?, 0, UTC_TIMESTAMP(3))',
      [newId('epo')],
    );
    await runner.query(`
      ALTER TABLE event_cursor
        ADD COLUMN epoch VARCHAR(40) ${BIN} NULL,
        ADD COLUMN event_id VARCHAR(40) ${BIN} NULL,
        ADD COLUMN event_seq BIGINT NULL,
        ADD COLUMN failed_seq BIGINT NULL,
        ADD COLUMN failures INT NOT NULL DEFAULT 0,
        ADD COLUMN alarm VARCHAR(64) ${BIN} NULL,
        ADD COLUMN alarm_at DATETIME(3) NULL`);
    await runner.query(`
      CREATE TABLE parked_event (
        producer VARCHAR(64) ${BIN} NOT NULL,
        seq BIGINT NOT NULL,
        id VARCHAR(40) ${BIN} NOT NULL,
        type VARCHAR(64) ${BIN} NOT NULL,
        aggregatetype VARCHAR(64) ${BIN} NOT NULL,
        aggregateid VARCHAR(40) ${BIN} NOT NULL,
        reason VARCHAR(64) ${BIN} NULL,
        parked_at DATETIME(3) NOT NULL,
        PRIMARY KEY (producer, seq),
        KEY parked_event_aggregate (producer, aggregatetype, aggregateid, seq)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
