import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const DAY = `CHAR(10) ${BIN}`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ENTRY = `
  id ${ID} PRIMARY KEY,
  patient_id ${ID},
  name VARCHAR(128) NOT NULL,
  recorded_version INT NOT NULL,
  ended_version INT NULL,
  recorded_by ${ID},
  recorded_at DATETIME(3) NOT NULL`;

export class Patients1764510000000 implements MigrationInterface {
  readonly name = 'Patients1764510000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE patient (
        id ${ID} PRIMARY KEY,
        account_id ${ID},
        self_of VARCHAR(40) ${BIN} NULL,
        relation ${WORD},
        name VARCHAR(512) ${BIN} NOT NULL,
        sex ${WORD},
        birth_date ${DAY} NOT NULL,
        identity_number VARCHAR(255) ${BIN} NULL,
        identity_index CHAR(64) ${BIN} NULL,
        phone VARCHAR(255) ${BIN} NULL,
        archive_version INT NOT NULL,
        created_at DATETIME(3) NOT NULL,
        UNIQUE KEY patient_self_once (self_of),
        UNIQUE KEY patient_once (account_id, identity_index),
        CONSTRAINT patient_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE health_archive (
        patient_id ${ID},
        version INT NOT NULL,
        pregnancy ${WORD},
        pregnancy_counted_from ${DAY} NULL,
        is_lactating TINYINT(1) NULL,
        egfr DECIMAL(5,1) NULL,
        child_pugh CHAR(1) ${BIN} NULL,
        weight_kg DECIMAL(5,2) NULL,
        height_cm DECIMAL(5,1) NULL,
        updated_at DATETIME(3) NOT NULL,
        PRIMARY KEY (patient_id, version),
        CONSTRAINT archive_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE allergy (${ENTRY},
        substance ${WORD},
        reaction VARCHAR(2048) ${BIN} NULL,
        severity ${WORD},
        KEY allergy_of (patient_id, id),
        CONSTRAINT allergy_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE medical_condition (${ENTRY},
        code ${WORD},
        since ${DAY} NULL,
        KEY medical_condition_of (patient_id, id),
        CONSTRAINT condition_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE current_medication (${ENTRY},
        substance ${WORD},
        since ${DAY} NULL,
        KEY current_medication_of (patient_id, id),
        CONSTRAINT medication_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
