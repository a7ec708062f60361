import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const HASH = `CHAR(64) ${BIN} NULL`;

export class Search1766900000000 implements MigrationInterface {
  readonly name = 'Search1766900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN city CHAR(6) ${BIN} NULL,
        ADD COLUMN version INT NOT NULL DEFAULT 1,
        ADD KEY account_registered (created_at, id),
        ADD KEY account_logged_in (last_login_at, id),
        ADD KEY account_status_registered (status, created_at, id),
        ADD KEY account_status_logged_in (status, last_login_at, id),
        ADD KEY account_name (display_name),
        ADD KEY account_city (city)`);
    await runner.query('ALTER TABLE role_grant ADD KEY role_grant_role (role, account_id)');
    await runner.query(`
      ALTER TABLE staff_licence
        ADD KEY staff_licence_department (department_id, account_id),
        ADD KEY staff_licence_title (title, account_id)`);
    await runner.query(`
      ALTER TABLE patient
        ADD COLUMN name_index ${HASH},
        ADD COLUMN phone_index ${HASH},
        ADD KEY patient_name (name_index),
        ADD KEY patient_phone (phone_index),
        ADD KEY patient_added (created_at, id),
        ADD KEY patient_born (birth_date, id),
        ADD KEY patient_status_added (status, created_at, id),
        ADD KEY patient_status_born (status, birth_date, id)`);
    await runner.query(
      "INSERT INTO role (name, label, is_built_in) VALUES ('PII_READER', '敏感信息查阅员', 1)",
    );
    await runner.query(
      `INSERT INTO role_permission (role, permission) VALUES ('ADMIN', 'patient.search'), ('PII_READER', 'pii.read')
       ON DUPLICATE KEY UPDATE permission = VALUES(permission)`,
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
