import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const ID = `VARCHAR(40) ${BIN}`;
const PSEUDONYM = `CHAR(64) ${BIN}`;
const DAY = `CHAR(10) ${BIN}`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Facts1765100000000 implements MigrationInterface {
  readonly name = 'Facts1765100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE visit_fact (
        id ${PSEUDONYM} PRIMARY KEY,
        patient ${PSEUDONYM},
        hospital_id ${ID},
        day ${DAY},
        north_micro INT UNSIGNED NOT NULL,
        east_micro INT UNSIGNED NOT NULL,
        KEY visit_fact_day (day, north_micro, east_micro, patient),
        KEY visit_fact_hospital (hospital_id, day)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE encounter_fact (
        id ${PSEUDONYM} PRIMARY KEY,
        doctor_id ${ID},
        day ${DAY},
        waited_seconds INT NULL,
        lasted_seconds INT NULL,
        KEY encounter_fact_day (day, doctor_id, waited_seconds, lasted_seconds),
        KEY encounter_fact_doctor (doctor_id, day, waited_seconds, lasted_seconds)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE sale_fact (
        order_ref ${PSEUDONYM},
        line_no SMALLINT NOT NULL,
        sku_id ${ID},
        day ${DAY},
        quantity INT NOT NULL,
        amount_fen BIGINT NOT NULL,
        PRIMARY KEY (order_ref, line_no),
        KEY sale_fact_day (day, sku_id, quantity, amount_fen)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
