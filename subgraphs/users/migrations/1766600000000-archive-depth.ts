import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const SOURCE = `VARCHAR(16) ${BIN} NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/** Adds to archives what is kept of them beside allergies, conditions and medicines, and columns to seal all of it in. */
export class ArchiveDepth1766600000000 implements MigrationInterface {
  readonly name = 'ArchiveDepth1766600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE health_archive
        ADD COLUMN id VARCHAR(40) ${BIN} NULL,
        ADD COLUMN content TEXT ${BIN} NULL,
        ADD COLUMN changed_by VARCHAR(40) ${BIN} NULL,
        ADD COLUMN source ${SOURCE},
        ADD UNIQUE KEY health_archive_id (id)`);
    for (const table of ['allergy', 'medical_condition', 'current_medication']) {
      await runner.query(`
        ALTER TABLE ${table}
          ADD COLUMN content TEXT ${BIN} NULL,
          ADD COLUMN source ${SOURCE},
          ADD COLUMN end_reason VARCHAR(24) ${BIN} NULL`);
      // Until now nobody but the guardian and doctors could write into an archive.
      await runner.query(`
        UPDATE ${table} entry JOIN patient ON patient.id = entry.patient_id
        SET entry.source = CASE WHEN entry.recorded_by = patient.account_id THEN 'PATIENT'
          WHEN entry.recorded_by LIKE 'service:%' THEN 'IMPORT' ELSE 'DOCTOR' END`);
    }
    for (const table of ['surgery', 'family_history', 'immunisation']) {
      await runner.query(`
        CREATE TABLE ${table} (
          id ${ID} PRIMARY KEY,
          patient_id ${ID},
          content TEXT ${BIN} NOT NULL,
          source ${SOURCE},
          recorded_version INT NOT NULL,
          ended_version INT NULL,
          end_reason VARCHAR(24) ${BIN} NULL,
          recorded_by ${ID},
          recorded_at DATETIME(3) NOT NULL,
          KEY ${table}_of (patient_id, id),
          CONSTRAINT ${table}_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
        ) ${TABLE}`);
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
