import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class Catalogue1764800000000 implements MigrationInterface {
  readonly name = 'Catalogue1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE spu (
        id ${ID} PRIMARY KEY,
        name VARCHAR(128) NOT NULL,
        name_en VARCHAR(128) NOT NULL,
        atc VARCHAR(8) ${BIN} NULL,
        form VARCHAR(32) NOT NULL,
        form_en VARCHAR(64) NOT NULL,
        is_traditional TINYINT(1) NOT NULL,
        is_antimicrobial TINYINT(1) NOT NULL,
        needs_skin_test TINYINT(1) NOT NULL,
        is_cold_chain TINYINT(1) NOT NULL,
        is_high_alert TINYINT(1) NOT NULL
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE sku (
        id ${ID} PRIMARY KEY,
        code VARCHAR(32) ${BIN} NOT NULL,
        spu_id ${ID},
        name VARCHAR(128) NOT NULL,
        name_en VARCHAR(128) NOT NULL,
        strength VARCHAR(64) NOT NULL,
        pack VARCHAR(64) NOT NULL,
        unit VARCHAR(16) NOT NULL,
        units_per_pack INT NOT NULL,
        unit_price DECIMAL(16,6) NOT NULL,
        is_prescription TINYINT(1) NOT NULL,
        controlled_class VARCHAR(32) NULL,
        is_online_forbidden TINYINT(1) NOT NULL,
        UNIQUE KEY sku_code (code),
        KEY sku_spu (spu_id),
        CONSTRAINT sku_price_is_not_negative CHECK (unit_price >= 0),
        CONSTRAINT sku_of_a_spu FOREIGN KEY (spu_id) REFERENCES spu (id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE ingredient (
        sku_id ${ID},
        position INT NOT NULL,
        atc VARCHAR(8) ${BIN} NULL,
        name VARCHAR(128) NOT NULL,
        name_en VARCHAR(128) NOT NULL,
        milligrams DECIMAL(12,4) NULL,
        PRIMARY KEY (sku_id, position),
        KEY ingredient_atc (atc),
        CONSTRAINT ingredient_of_a_sku FOREIGN KEY (sku_id) REFERENCES sku (id)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
