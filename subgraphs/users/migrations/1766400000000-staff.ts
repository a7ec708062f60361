import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

const BUILT_IN = [
  ['PATIENT', '患者'],
  ['DOCTOR', '医生'],
  ['PHARMACIST', '药师'],
  ['ADMIN', '管理员'],
  ['AUDITOR', '审计员'],
] as const;

export class Staff1766400000000 implements MigrationInterface {
  readonly name = 'Staff1766400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN status ${WORD} DEFAULT 'ACTIVE',
        ADD COLUMN status_reason VARCHAR(2560) ${BIN} NULL`);
    await changeRoles(runner);
    await createLicences(runner);
    await runner.query(`
      CREATE TABLE pharmacist (
        id ${ID} PRIMARY KEY,
        account_id ${ID},
        name VARCHAR(64) NOT NULL,
        title VARCHAR(32) ${BIN} NOT NULL,
        UNIQUE KEY pharmacist_account (account_id),
        CONSTRAINT pharmacist_is_an_account FOREIGN KEY (account_id) REFERENCES account (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

async function changeRoles(runner: QueryRunner): Promise<void> {
  await runner.query(`
    ALTER TABLE role
      ADD COLUMN label VARCHAR(64) NOT NULL DEFAULT '',
      ADD COLUMN is_built_in TINYINT(1) NOT NULL DEFAULT 0,
      ADD COLUMN version INT NOT NULL DEFAULT 1`);
  await runner.query(`
    ALTER TABLE role_grant
      ADD COLUMN expires_at DATETIME(3) NULL,
      ADD KEY role_grant_scope (scope, scope_id, id)`);
  for (const [name, label] of BUILT_IN) {
    await runner.query(
      `INSERT INTO role (name, label, is_built_in) VALUES (?, ?, 1)
       ON DUPLICATE KEY UPDATE label = VALUES(label), is_built_in = 1`,
      [name, label],
    );
  }
  await runner.query("UPDATE role SET label = '分析师' WHERE name = 'ANALYST'");
  // Who administers does not read what is kept about administrators.
  await runner.query("DELETE FROM role_permission WHERE role = 'ADMIN' AND permission = 'audit.read'");
  await runner.query(
    `INSERT INTO role_permission (role, permission)
     VALUES ('AUDITOR', 'audit.read'), ('ADMIN', 'account.suspend'), ('ADMIN', 'auditor.appoint')
     ON DUPLICATE KEY UPDATE permission = VALUES(permission)`,
  );
}

async function createLicences(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE staff_licence (
      id ${ID} PRIMARY KEY,
      account_id ${ID},
      kind ${WORD},
      status ${WORD},
      version INT NOT NULL,
      name VARCHAR(512) ${BIN} NOT NULL,
      licence_number VARCHAR(255) ${BIN} NOT NULL,
      licence_index CHAR(64) ${BIN} NULL,
      qualification_number VARCHAR(255) ${BIN} NOT NULL,
      title VARCHAR(32) ${BIN} NOT NULL,
      institution_id ${ID},
      department_id VARCHAR(40) ${BIN} NULL,
      specialties VARCHAR(500) NOT NULL,
      valid_until CHAR(10) ${BIN} NULL,
      reason VARCHAR(2560) ${BIN} NULL,
      submitted_at DATETIME(3) NOT NULL,
      reviewed_at DATETIME(3) NULL,
      reviewed_by VARCHAR(40) ${BIN} NULL,
      UNIQUE KEY staff_licence_of (account_id, kind),
      UNIQUE KEY staff_licence_once (kind, licence_index),
      KEY staff_licence_due (status, valid_until),
      KEY staff_licence_at (institution_id, id),
      CONSTRAINT licence_of_an_account FOREIGN KEY (account_id) REFERENCES account (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE licence_document (
      id ${ID} PRIMARY KEY,
      account_id ${ID},
      licence_id VARCHAR(40) ${BIN} NULL,
      status ${WORD},
      file_name VARCHAR(1024) ${BIN} NOT NULL,
      content_type VARCHAR(64) ${BIN} NOT NULL,
      size INT NOT NULL,
      sha256 CHAR(64) ${BIN} NULL,
      requested_at DATETIME(3) NOT NULL,
      uploaded_at DATETIME(3) NULL,
      KEY licence_document_of (licence_id, id),
      KEY licence_document_by (account_id, id),
      CONSTRAINT document_of_an_account FOREIGN KEY (account_id) REFERENCES account (id),
      CONSTRAINT document_of_a_licence FOREIGN KEY (licence_id) REFERENCES staff_licence (id)
    ) ${TABLE}`);
}
