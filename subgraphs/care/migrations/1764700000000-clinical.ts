import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const CODE = `VARCHAR(16) ${BIN} NOT NULL`;
const HASH = `CHAR(64) ${BIN} NOT NULL`;
const SEALED = `MEDIUMTEXT ${BIN}`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/**
 * Signing keys, medical records and prescriptions. What is signed stands in the schema in which the application may
 * only insert and read, so that the database itself keeps it from being changed.
 * @param appendOnly name of that schema.
 */
export function clinicalMigration(appendOnly: string): new () => MigrationInterface {
  return class Clinical1764700000000 implements MigrationInterface {
    readonly name = 'Clinical1764700000000';

    async up(runner: QueryRunner): Promise<void> {
      await createKeys(runner);
      await createDrafts(runner);
      await createSigned(runner, appendOnly);
    }

    async down(): Promise<void> {
      throw new Error('migrations go forward only');
    }
  };
}

async function createKeys(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE signing_key (
      id ${ID} PRIMARY KEY,
      account_id ${ID},
      active_for VARCHAR(40) ${BIN} NULL,
      algorithm ${CODE},
      public_key VARCHAR(512) ${BIN} NOT NULL,
      salt CHAR(32) ${BIN} NOT NULL,
      sealed_key VARCHAR(512) ${BIN} NOT NULL,
      wrong_tries INT NOT NULL DEFAULT 0,
      locked_until DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      retired_at DATETIME(3) NULL,
      UNIQUE KEY signing_key_in_use (active_for),
      KEY signing_key_account (account_id)
    ) ${TABLE}`);
}

async function createDrafts(runner: QueryRunner): Promise<void> {
  const parties = `
      doctor_id ${ID},
      doctor_account_id ${ID},
      patient_id ${ID},
      patient_account_id ${ID},
      hospital_id ${ID},`;
  await runner.query(`
    CREATE TABLE medical_record (
      id ${ID} PRIMARY KEY,
      consultation_id ${ID},${parties}
      status ${CODE},
      version INT NOT NULL,
      signed_versions INT NOT NULL DEFAULT 0,
      has_diagnosis TINYINT NOT NULL,
      draft ${SEALED} NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      UNIQUE KEY medical_record_of_a_consultation (consultation_id),
      KEY medical_record_patient (patient_id, id),
      CONSTRAINT medical_record_in_a_consultation FOREIGN KEY (consultation_id) REFERENCES consultation (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE prescription (
      id ${ID} PRIMARY KEY,
      consultation_id ${ID},${parties}
      status ${CODE},
      version INT NOT NULL,
      draft ${SEALED} NULL,
      signed_at DATETIME(3) NULL,
      valid_until DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      KEY prescription_consultation (consultation_id, id),
      KEY prescription_patient (patient_id, id),
      CONSTRAINT prescription_in_a_consultation FOREIGN KEY (consultation_id) REFERENCES consultation (id)
    ) ${TABLE}`);
}

async function createSigned(runner: QueryRunner, schema: string): Promise<void> {
  const signature = `
      hash ${HASH},
      signature_algorithm ${CODE},
      signature_key_id ${ID},
      signature_value VARCHAR(1024) ${BIN} NOT NULL,
      signed_at DATETIME(3) NOT NULL`;
  await runner.query(`
    CREATE TABLE \`${schema}\`.medical_record_version (
      id ${ID} PRIMARY KEY,
      record_id ${ID},
      number INT NOT NULL,
      author_account_id ${ID},
      content ${SEALED} NOT NULL,${signature},
      UNIQUE KEY medical_record_version_number (record_id, number)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE \`${schema}\`.prescription_sheet (
      prescription_id ${ID} PRIMARY KEY,
      content ${SEALED} NOT NULL,${signature}
    ) ${TABLE}`);
}
