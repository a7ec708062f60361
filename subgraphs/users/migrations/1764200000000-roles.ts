import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const NAME = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Roles1764200000000 implements MigrationInterface {
  readonly name = 'Roles1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE role (name ${NAME} PRIMARY KEY) ${TABLE}`);
    await runner.query(`
      CREATE TABLE role_permission (
        role ${NAME},
        permission ${NAME},
        PRIMARY KEY (role, permission),
        CONSTRAINT permission_of_a_role FOREIGN KEY (role) REFERENCES role (name)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE role_grant (
        id ${ID} PRIMARY KEY,
        account_id ${ID},
        role ${NAME},
        scope ${NAME},
        scope_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
        granted_by ${ID},
        granted_at DATETIME(3) NOT NULL,
        UNIQUE KEY role_grant_once (account_id, role, scope, scope_id),
        CONSTRAINT grant_to_an_account FOREIGN KEY (account_id) REFERENCES account (id),
        CONSTRAINT grant_of_a_role FOREIGN KEY (role) REFERENCES role (name)
      ) ${TABLE}`);
    await runner.query(
      "INSERT INTO role (name) VALUES ('PATIENT'), ('DOCTOR'), ('PHARMACIST'), ('ADMIN'), ('ANALYST')",
    );
    await runner.query(
      "INSERT INTO role_permission (role, permission) VALUES ('ADMIN', 'account.read'), ('ADMIN', 'role.manage')",
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
