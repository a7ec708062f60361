import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Departments are of a national catalogue, so a grant for one names the hospital too. Rows of before keep an empty
 * one, and processes of the release before write it so.
 */
export class GrantsOfDepartments1767110000000 implements MigrationInterface {
  readonly name = 'GrantsOfDepartments1767110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE role_grant
        ADD COLUMN hospital_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
        DROP INDEX role_grant_once,
        ADD UNIQUE KEY role_grant_at_place (account_id, role, scope, scope_id, hospital_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE role_grant
        DROP INDEX role_grant_at_place,
        ADD UNIQUE KEY role_grant_once (account_id, role, scope, scope_id),
        DROP COLUMN hospital_id`);
  }
}
