import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class HospitalsAndConsultations1764000000000 implements MigrationInterface {
  readonly name = 'HospitalsAndConsultations1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hospital (
        id ${ID} PRIMARY KEY,
        name VARCHAR(128) NOT NULL,
        level VARCHAR(32) NULL,
        province VARCHAR(32) NOT NULL,
        city VARCHAR(32) NOT NULL,
        address VARCHAR(255) NOT NULL,
        latitude DECIMAL(9,6) NOT NULL,
        longitude DECIMAL(9,6) NOT NULL,
        KEY hospital_city (city, id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE practice (
        doctor_id ${ID} PRIMARY KEY,
        hospital_id ${ID},
        KEY practice_hospital (hospital_id),
        CONSTRAINT practice_is_at_a_hospital FOREIGN KEY (hospital_id) REFERENCES hospital (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE consultation (
        id ${ID} PRIMARY KEY,
        doctor_id ${ID},
        doctor_account_id ${ID},
        patient_account_id ${ID},
        status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        last_seq INT NOT NULL DEFAULT 0,
        opened_at DATETIME(3) NOT NULL,
        KEY consultation_doctor (doctor_account_id, id),
        KEY consultation_patient (patient_account_id, id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE chat_message (
        id ${ID} PRIMARY KEY,
        consultation_id ${ID},
        seq INT NOT NULL,
        sender VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        body VARCHAR(2000) NOT NULL,
        idempotency_key VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        sent_at DATETIME(3) NOT NULL,
        UNIQUE KEY chat_message_seq (consultation_id, seq),
        UNIQUE KEY chat_message_once (consultation_id, sender, idempotency_key),
        CONSTRAINT chat_message_in_consultation FOREIGN KEY (consultation_id) REFERENCES consultation (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
