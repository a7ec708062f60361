import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const WORD = `VARCHAR(16) ${BIN} NOT NULL`;
const TEXT = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL';
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Stock1764810000000 implements MigrationInterface {
  readonly name = 'Stock1764810000000';

  async up(runner: QueryRunner): Promise<void> {
    await createPlaces(runner);
    await createBatches(runner);
    await createAlerts(runner);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

async function createPlaces(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE pharmacy (
      id ${ID} PRIMARY KEY,
      name VARCHAR(128) NOT NULL,
      city VARCHAR(32) NOT NULL,
      address VARCHAR(255) NOT NULL
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE warehouse (
      id ${ID} PRIMARY KEY,
      pharmacy_id ${ID},
      name VARCHAR(128) NOT NULL,
      KEY warehouse_pharmacy (pharmacy_id),
      CONSTRAINT warehouse_of_a_pharmacy FOREIGN KEY (pharmacy_id) REFERENCES pharmacy (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE supplier (
      id ${ID} PRIMARY KEY,
      name VARCHAR(128) NOT NULL,
      licence_number VARCHAR(64) NOT NULL
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE purchase_order (
      id ${ID} PRIMARY KEY,
      pharmacy_id ${ID},
      supplier_id ${ID},
      number VARCHAR(64) ${TEXT},
      recorded_at DATETIME(3) NOT NULL,
      UNIQUE KEY purchase_order_number (pharmacy_id, number),
      KEY purchase_order_supplier (supplier_id),
      CONSTRAINT purchase_order_of_a_pharmacy FOREIGN KEY (pharmacy_id) REFERENCES pharmacy (id),
      CONSTRAINT purchase_order_to_a_supplier FOREIGN KEY (supplier_id) REFERENCES supplier (id)
    ) ${TABLE}`);
}

/** The database itself refuses a level that is negative, and one that does not add up. */
async function createBatches(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE batch (
      id ${ID} PRIMARY KEY,
      pharmacy_id ${ID},
      warehouse_id ${ID},
      sku_id ${ID},
      supplier_id ${ID},
      purchase_order_id ${ID},
      lot VARCHAR(64) ${TEXT},
      expires_on CHAR(10) ${BIN} NOT NULL,
      unit_cost DECIMAL(16,6) NOT NULL,
      received INT NOT NULL DEFAULT 0,
      available INT NOT NULL DEFAULT 0,
      held INT NOT NULL DEFAULT 0,
      sold INT NOT NULL DEFAULT 0,
      written_off INT NOT NULL DEFAULT 0,
      received_at DATETIME(3) NOT NULL,
      KEY batch_of_pharmacy (pharmacy_id, sku_id, expires_on),
      KEY batch_in_warehouse (warehouse_id, sku_id, expires_on),
      KEY batch_lot (pharmacy_id, lot, id),
      KEY batch_sku (sku_id),
      KEY batch_supplier (supplier_id),
      KEY batch_purchase_order (purchase_order_id),
      CONSTRAINT batch_is_never_negative CHECK
        (received >= 0 AND available >= 0 AND held >= 0 AND sold >= 0 AND written_off >= 0),
      CONSTRAINT batch_adds_up CHECK (available + held + sold = received - written_off),
      CONSTRAINT batch_of_a_pharmacy FOREIGN KEY (pharmacy_id) REFERENCES pharmacy (id),
      CONSTRAINT batch_in_a_warehouse FOREIGN KEY (warehouse_id) REFERENCES warehouse (id),
      CONSTRAINT batch_of_a_sku FOREIGN KEY (sku_id) REFERENCES sku (id),
      CONSTRAINT batch_from_a_supplier FOREIGN KEY (supplier_id) REFERENCES supplier (id),
      CONSTRAINT batch_of_a_purchase_order FOREIGN KEY (purchase_order_id) REFERENCES purchase_order (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE stock_movement (
      id ${ID} PRIMARY KEY,
      pharmacy_id ${ID},
      batch_id ${ID},
      kind ${WORD},
      quantity INT NOT NULL,
      order_id VARCHAR(40) ${BIN} NULL,
      reason VARCHAR(255) NULL,
      actor_id VARCHAR(64) ${BIN} NOT NULL,
      at DATETIME(3) NOT NULL,
      KEY stock_movement_batch (batch_id, id),
      KEY stock_movement_order (order_id),
      CONSTRAINT stock_movement_moves CHECK (quantity > 0),
      CONSTRAINT stock_movement_of_a_batch FOREIGN KEY (batch_id) REFERENCES batch (id)
    ) ${TABLE}`);
  // One row for each order that ever held something: what happens to an order happens one after the other.
  await runner.query(`
    CREATE TABLE stock_order (
      order_id ${ID} PRIMARY KEY,
      created_at DATETIME(3) NOT NULL
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE stock_hold (
      order_id ${ID},
      batch_id ${ID},
      pharmacy_id ${ID},
      sku_id ${ID},
      quantity INT NOT NULL,
      state ${WORD},
      expires_at DATETIME(3) NOT NULL,
      changed_at DATETIME(3) NOT NULL,
      PRIMARY KEY (order_id, batch_id),
      KEY stock_hold_batch (batch_id, state),
      CONSTRAINT stock_hold_of_an_order FOREIGN KEY (order_id) REFERENCES stock_order (order_id),
      CONSTRAINT stock_hold_holds CHECK (quantity > 0),
      CONSTRAINT stock_hold_of_a_batch FOREIGN KEY (batch_id) REFERENCES batch (id)
    ) ${TABLE}`);
}

async function createAlerts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE stock_level (
      warehouse_id ${ID},
      sku_id ${ID},
      pharmacy_id ${ID},
      threshold INT NOT NULL,
      is_low TINYINT(1) NOT NULL DEFAULT 0,
      version INT NOT NULL DEFAULT 1,
      PRIMARY KEY (warehouse_id, sku_id),
      KEY stock_level_page (pharmacy_id, sku_id, warehouse_id),
      KEY stock_level_low (pharmacy_id, is_low, sku_id, warehouse_id),
      KEY stock_level_sku (sku_id),
      CONSTRAINT stock_level_threshold CHECK (threshold >= 0),
      CONSTRAINT stock_level_in_a_warehouse FOREIGN KEY (warehouse_id) REFERENCES warehouse (id),
      CONSTRAINT stock_level_of_a_sku FOREIGN KEY (sku_id) REFERENCES sku (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE stock_alert (
      id ${ID} PRIMARY KEY,
      pharmacy_id ${ID},
      seq INT NOT NULL,
      kind ${WORD},
      warehouse_id ${ID},
      sku_id ${ID},
      available INT NOT NULL,
      threshold INT NOT NULL,
      raised_at DATETIME(3) NOT NULL,
      UNIQUE KEY stock_alert_seq (pharmacy_id, seq),
      KEY stock_alert_warehouse (warehouse_id),
      KEY stock_alert_sku (sku_id),
      CONSTRAINT stock_alert_in_a_warehouse FOREIGN KEY (warehouse_id) REFERENCES warehouse (id),
      CONSTRAINT stock_alert_of_a_sku FOREIGN KEY (sku_id) REFERENCES sku (id)
    ) ${TABLE}`);
  // A table of its own: a counter in the row of the pharmacy would meet the shared locks of its foreign keys.
  await runner.query(`
    CREATE TABLE stock_alert_counter (
      pharmacy_id ${ID} PRIMARY KEY,
      last_seq INT NOT NULL
    ) ${TABLE}`);
}
