import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const NO_ID = `VARCHAR(40) ${BIN} NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Orders1765020000000 implements MigrationInterface {
  readonly name = 'Orders1765020000000';

  async up(runner: QueryRunner): Promise<void> {
    await createOrders(runner);
    await createDispensations(runner);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

async function createOrders(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE medicine_order (
      id ${ID} PRIMARY KEY,
      account_id ${ID},
      patient_id ${NO_ID},
      pharmacy_id ${ID},
      prescription_id ${NO_ID},
      status ${WORD},
      total_fen BIGINT NOT NULL,
      insurance_fen BIGINT NOT NULL DEFAULT 0,
      patient_fen BIGINT NOT NULL,
      use_insurance TINYINT(1) NOT NULL,
      pay_by DATETIME(3) NOT NULL,
      placed_at DATETIME(3) NOT NULL,
      paid_at DATETIME(3) NULL,
      ended_at DATETIME(3) NULL,
      end_reason VARCHAR(64) ${BIN} NULL,
      version INT NOT NULL,
      KEY medicine_order_account (account_id, id),
      KEY medicine_order_patient (patient_id, account_id, id),
      KEY medicine_order_pharmacy (pharmacy_id, status, id),
      KEY medicine_order_prescription (prescription_id),
      KEY medicine_order_due (status, pay_by),
      CONSTRAINT medicine_order_adds_up
        CHECK (insurance_fen >= 0 AND patient_fen >= 0 AND insurance_fen + patient_fen = total_fen)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE order_line (
      order_id ${ID},
      position INT NOT NULL,
      sku_id ${ID},
      prescription_line_id ${NO_ID},
      quantity INT NOT NULL,
      unit_price DECIMAL(16,6) NOT NULL,
      total_fen BIGINT NOT NULL,
      PRIMARY KEY (order_id, position),
      CONSTRAINT order_line_counts CHECK (quantity > 0 AND total_fen >= 0),
      CONSTRAINT order_line_of_order FOREIGN KEY (order_id) REFERENCES medicine_order (id)
    ) ${TABLE}`);
}

async function createDispensations(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE dispensation (
      id ${ID} PRIMARY KEY,
      order_id ${ID},
      prescription_id ${NO_ID},
      pharmacy_id ${ID},
      account_id ${ID},
      pharmacist_account_id ${ID},
      checks TEXT NOT NULL,
      dispensed_at DATETIME(3) NOT NULL,
      UNIQUE KEY dispensation_order (order_id),
      KEY dispensation_prescription (prescription_id),
      CONSTRAINT dispensation_not_to_oneself CHECK (account_id <> pharmacist_account_id),
      CONSTRAINT dispensation_of_order FOREIGN KEY (order_id) REFERENCES medicine_order (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE dispensation_line (
      dispensation_id ${ID},
      batch_id ${ID},
      sku_id ${ID},
      quantity INT NOT NULL,
      PRIMARY KEY (dispensation_id, batch_id),
      KEY dispensation_line_batch (batch_id),
      CONSTRAINT dispensation_line_counts CHECK (quantity > 0),
      CONSTRAINT dispensation_line_of_dispensation FOREIGN KEY (dispensation_id) REFERENCES dispensation (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE trace_code (
      code CHAR(20) ${BIN} NOT NULL PRIMARY KEY,
      dispensation_id ${ID},
      batch_id ${ID},
      KEY trace_code_dispensation (dispensation_id),
      KEY trace_code_batch (batch_id)
    ) ${TABLE}`);
}
