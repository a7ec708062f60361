import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FIRST_DOCUMENTS } from './consent-documents-v1.ts';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const ID_OR_NONE = `VARCHAR(40) ${BIN} NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const SEALED = `VARCHAR(255) ${BIN} NOT NULL`;
const HASH = `CHAR(64) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
/** What an invitation to the owner of a phone number holds, whether there is an account of that number or not. */
const INVITATION = `
  id ${ID} PRIMARY KEY,
  patient_id ${ID},
  from_account_id ${ID},
  to_index ${HASH},
  to_phone ${SEALED},
  to_account_id ${ID_OR_NONE},
  status ${WORD},
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL`;

export class PatientsSharedAndConsents1766500000000 implements MigrationInterface {
  readonly name = 'PatientsSharedAndConsents1766500000000';

  async up(runner: QueryRunner): Promise<void> {
    await changePatients(runner);
    await createInvitations(runner);
    await createConsents(runner);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

async function changePatients(runner: QueryRunner): Promise<void> {
  await runner.query(`
    ALTER TABLE patient
      ADD COLUMN status VARCHAR(16) ${BIN} NOT NULL DEFAULT 'ACTIVE',
      ADD COLUMN version INT NOT NULL DEFAULT 1,
      ADD KEY patient_of (account_id, status, id),
      ADD KEY patient_person (identity_index)`);
  await runner.query(`
    CREATE TABLE patient_version (
      id ${ID} PRIMARY KEY,
      patient_id ${ID},
      version INT NOT NULL,
      data VARCHAR(2048) ${BIN} NOT NULL,
      changed_by ${ID},
      changed_at DATETIME(3) NOT NULL,
      UNIQUE KEY patient_version_number (patient_id, version),
      CONSTRAINT version_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
    ) ${TABLE}`);
}

async function createInvitations(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE patient_share (${INVITATION},
      level ${WORD},
      until DATETIME(3) NULL,
      KEY patient_share_of (patient_id, status, to_account_id),
      KEY patient_share_with (to_account_id, status, id),
      KEY patient_share_offered (to_index, status, id),
      CONSTRAINT share_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE patient_transfer (${INVITATION},
      KEY patient_transfer_of (patient_id, status),
      KEY patient_transfer_from (from_account_id, status, id),
      KEY patient_transfer_offered (to_index, status, id),
      CONSTRAINT transfer_of_a_patient FOREIGN KEY (patient_id) REFERENCES patient (id)
    ) ${TABLE}`);
}

async function createConsents(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE consent_document (
      purpose ${WORD},
      version INT NOT NULL,
      title_zh VARCHAR(128) NOT NULL,
      title_en VARCHAR(128) NOT NULL,
      text_zh TEXT NOT NULL,
      text_en TEXT NOT NULL,
      effective_from DATETIME(3) NOT NULL,
      published_by ${ID},
      published_at DATETIME(3) NOT NULL,
      PRIMARY KEY (purpose, version)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE consent (
      id ${ID} PRIMARY KEY,
      account_id ${ID},
      purpose ${WORD},
      document_version INT NOT NULL,
      patient_id VARCHAR(40) ${BIN} NOT NULL DEFAULT '',
      given_at DATETIME(3) NOT NULL,
      withdrawn_at DATETIME(3) NULL,
      terminal ${WORD},
      KEY consent_of (account_id, purpose, patient_id),
      KEY consent_list (account_id, id),
      CONSTRAINT consent_of_an_account FOREIGN KEY (account_id) REFERENCES account (id),
      CONSTRAINT consent_to_a_document FOREIGN KEY (purpose, document_version)
        REFERENCES consent_document (purpose, version)
    ) ${TABLE}`);
  const from = '2025-01-01 00:00:00.000';
  const rows = FIRST_DOCUMENTS.map((document) => [...document, from, 'service:migration', from]);
  await runner.query(
    `INSERT INTO consent_document
     (purpose, version, title_zh, title_en, text_zh, text_en, effective_from, published_by, published_at)
     VALUES ${rows.map(() => '(?, 1, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    rows.flat(),
  );
  await runner.query("INSERT INTO role_permission (role, permission) VALUES ('ADMIN', 'consent.publish')");
}
