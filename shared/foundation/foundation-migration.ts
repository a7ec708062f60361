import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const NAME = `VARCHAR(64) ${BIN} NOT NULL`;
const HASH = `CHAR(64) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/**
 * The tables that every subgraph stands on: outbox, cursors, idempotency keys and audit. The audit tables live in a
 * schema of their own, in which the application may only insert and read.
 * @param auditSchema name of that schema.
 */
export function foundationMigration(auditSchema: string): new () => MigrationInterface {
  return class Foundation1764300000000 implements MigrationInterface {
    readonly name = 'Foundation1764300000000';

    async up(runner: QueryRunner): Promise<void> {
      await createOutbox(runner);
      await runner.query(`
        CREATE TABLE idempotency_key (
          actor ${ID},
          operation ${NAME},
          idempotency_key VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          body_hash ${HASH},
          result_id VARCHAR(64) ${BIN} NOT NULL DEFAULT '',
          created_at DATETIME(3) NOT NULL,
          PRIMARY KEY (actor, operation, idempotency_key),
          KEY idempotency_key_age (created_at)
        ) ${TABLE}`);
      await createAudit(runner, auditSchema);
    }

    async down(): Promise<void> {
      throw new Error('migrations go forward only');
    }
  };
}

/** Column names follow Debezium's outbox event router, so that change data capture can take the place of the pull. */
async function createOutbox(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE outbox_event (
      id ${ID} PRIMARY KEY,
      seq BIGINT NULL,
      type ${NAME},
      version SMALLINT NOT NULL,
      aggregatetype ${NAME},
      aggregateid ${ID},
      aggregate_version INT NOT NULL,
      occurred_at DATETIME(3) NOT NULL,
      actor VARCHAR(64) ${BIN} NOT NULL,
      request_id VARCHAR(64) ${BIN} NOT NULL,
      traceparent VARCHAR(64) ${BIN} NOT NULL,
      payload MEDIUMTEXT NOT NULL,
      UNIQUE KEY outbox_event_seq (seq),
      KEY outbox_event_aggregate (aggregatetype, aggregateid)
    ) ${TABLE}`);
  await runner.query(
    `CREATE TABLE outbox_counter (id TINYINT PRIMARY KEY, last_seq BIGINT NOT NULL) ${TABLE}`,
  );
  await runner.query('INSERT INTO outbox_counter (id, last_seq) VALUES (1, 0)');
  await runner.query(`
    CREATE TABLE event_cursor (
      producer ${NAME} PRIMARY KEY,
      seq BIGINT NOT NULL DEFAULT 0
    ) ${TABLE}`);
}

async function createAudit(runner: QueryRunner, schema: string): Promise<void> {
  await runner.query(`
    CREATE TABLE \`${schema}\`.audit_entry (
      id ${ID} PRIMARY KEY,
      at DATETIME(3) NOT NULL,
      actor VARCHAR(64) ${BIN} NOT NULL,
      action ${NAME},
      subject_type ${NAME},
      subject_id ${ID},
      request_id VARCHAR(64) ${BIN} NOT NULL,
      detail TEXT NOT NULL,
      KEY audit_entry_subject (subject_type, subject_id, id),
      KEY audit_entry_actor (actor, id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE \`${schema}\`.audit_seal (
      seq BIGINT PRIMARY KEY,
      entry_id ${ID},
      entry_hash ${HASH},
      chain_hash ${HASH},
      sealed_at DATETIME(3) NOT NULL,
      UNIQUE KEY audit_seal_entry (entry_id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE audit_head (
      id TINYINT PRIMARY KEY,
      seq BIGINT NOT NULL,
      chain_hash ${HASH},
      mac ${HASH}
    ) ${TABLE}`);
}
