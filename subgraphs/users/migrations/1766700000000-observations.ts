import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const MAYBE_ID = `VARCHAR(40) ${BIN} NULL`;
const WORD = `VARCHAR(24) ${BIN} NOT NULL`;
const MAYBE_WORD = `VARCHAR(24) ${BIN} NULL`;
const DAY = `CHAR(10) ${BIN}`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Observations1766700000000 implements MigrationInterface {
  readonly name = 'Observations1766700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE observation (
        id ${ID} PRIMARY KEY,
        patient_id ${ID},
        kind ${WORD},
        taken_at DATETIME(3) NOT NULL,
        value VARCHAR(255) ${BIN} NOT NULL,
        as_entered VARCHAR(255) ${BIN} NULL,
        context ${MAYBE_WORD},
        note VARCHAR(1024) ${BIN} NULL,
        device_id VARCHAR(64) ${BIN} NULL,
        client_key CHAR(64) ${BIN} NOT NULL,
        status ${WORD},
        void_reason ${MAYBE_WORD},
        voided_at DATETIME(3) NULL,
        recorded_by ${ID},
        recorded_at DATETIME(3) NOT NULL,
        UNIQUE KEY observation_once (patient_id, client_key),
        KEY observation_of_kind (patient_id, kind, status, taken_at, id),
        KEY observation_of (patient_id, taken_at, id),
        CONSTRAINT observation_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE observation_upload (
        id ${ID} PRIMARY KEY,
        patient_id ${ID},
        outcomes MEDIUMTEXT NOT NULL,
        uploaded_at DATETIME(3) NOT NULL,
        KEY observation_upload_of (patient_id),
        CONSTRAINT observation_upload_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE reminder (
        id ${ID} PRIMARY KEY,
        patient_id ${ID},
        kind ${WORD},
        observation_kind ${MAYBE_WORD},
        title VARCHAR(1024) ${BIN} NOT NULL,
        note VARCHAR(1024) ${BIN} NULL,
        times TEXT NOT NULL,
        days_of_week TEXT NOT NULL,
        every_days INT NOT NULL,
        from_day ${DAY} NOT NULL,
        until_day ${DAY} NULL,
        status ${WORD},
        next_due_at DATETIME(3) NULL,
        version INT NOT NULL,
        created_by ${ID},
        created_at DATETIME(3) NOT NULL,
        KEY reminder_of (patient_id, id),
        KEY reminder_due (status, next_due_at),
        CONSTRAINT reminder_for_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE reminder_occurrence (
        id ${ID} PRIMARY KEY,
        reminder_id ${ID},
        patient_id ${ID},
        account_id ${ID},
        seq INT NOT NULL,
        due_at DATETIME(3) NOT NULL,
        status ${WORD},
        changes_at DATETIME(3) NULL,
        completed_at DATETIME(3) NULL,
        completed_by ${MAYBE_ID},
        UNIQUE KEY reminder_occurrence_once (reminder_id, due_at),
        KEY reminder_occurrence_waiting (account_id, status, due_at, id),
        KEY reminder_occurrence_after (account_id, seq),
        KEY reminder_occurrence_changing (changes_at),
        CONSTRAINT occurrence_of_a_reminder FOREIGN KEY (reminder_id) REFERENCES reminder (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE reminder_counter (
        account_id ${ID} PRIMARY KEY,
        last_seq INT NOT NULL
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE follow_up_plan (
        id ${ID} PRIMARY KEY,
        patient_id ${ID},
        title VARCHAR(2048) ${BIN} NOT NULL,
        status ${WORD},
        version INT NOT NULL,
        created_by ${ID},
        created_at DATETIME(3) NOT NULL,
        KEY follow_up_plan_of (patient_id, id),
        CONSTRAINT follow_up_plan_for_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE follow_up_item (
        id ${ID} PRIMARY KEY,
        plan_id ${ID},
        patient_id ${ID},
        created_by ${ID},
        kind ${WORD},
        observation_kind ${MAYBE_WORD},
        text VARCHAR(2048) ${BIN} NOT NULL,
        due_from ${DAY} NOT NULL,
        due_on ${DAY} NOT NULL,
        status ${WORD},
        observation_id ${MAYBE_ID},
        reminder_id ${MAYBE_ID},
        completed_at DATETIME(3) NULL,
        completed_by ${MAYBE_ID},
        version INT NOT NULL,
        KEY follow_up_item_of (plan_id, due_on),
        KEY follow_up_item_to_measure (patient_id, status, observation_kind),
        KEY follow_up_item_fulfilled (patient_id, observation_id),
        KEY follow_up_item_made (created_by, due_on, id),
        KEY follow_up_item_waiting (created_by, status, due_on, id),
        CONSTRAINT follow_up_item_of_a_plan FOREIGN KEY (plan_id) REFERENCES follow_up_plan (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
