import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Which pharmacy reviews the prescriptions of which hospital. Until now each reviewed all of them, so those that are
 * there go on for every hospital (an empty one) that names none of its own; new ones review for nobody until they are
 * named. Reviews of before learn their hospital from the sealed sheet, by a job.
 */
export class ReviewingPharmacies1767200000000 implements MigrationInterface {
  readonly name = 'ReviewingPharmacies1767200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE prescription_review ADD COLUMN hospital_id ${ID} NULL,
       ADD INDEX prescription_review_hospital (hospital_id, status, id)`,
    );
    await runner.query(`
      CREATE TABLE reviewing_pharmacy (
        hospital_id ${ID} NOT NULL,
        pharmacy_id ${ID} NOT NULL,
        PRIMARY KEY (hospital_id, pharmacy_id),
        INDEX reviewing_pharmacy_by_pharmacy (pharmacy_id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
    await runner.query(
      "INSERT INTO reviewing_pharmacy (hospital_id, pharmacy_id) SELECT '', id FROM pharmacy",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reviewing_pharmacy');
    await runner.query(
      'ALTER TABLE prescription_review DROP INDEX prescription_review_hospital, DROP COLUMN hospital_id',
    );
  }
}
