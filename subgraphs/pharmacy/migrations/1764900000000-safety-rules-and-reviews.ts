import type { MigrationInterface, QueryRunner } from 'typeorm';
import { safetyRules } from '../seed/safety-rules.ts';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const NO_ID = `VARCHAR(40) ${BIN} NULL`;
const CODE = `VARCHAR(16) ${BIN}`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export class SafetyRulesAndReviews1764900000000 implements MigrationInterface {
  readonly name = 'SafetyRulesAndReviews1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE safety_rule (
        id ${ID} PRIMARY KEY,
        kind ${CODE} NOT NULL,
        severity ${CODE} NOT NULL,
        definition TEXT NOT NULL,
        effect_zh VARCHAR(500) NOT NULL,
        effect_en VARCHAR(500) NOT NULL,
        source VARCHAR(500) NOT NULL,
        source_url VARCHAR(500) NULL,
        note VARCHAR(500) NULL,
        is_verified TINYINT(1) NOT NULL
      ) ${TABLE}`);
    await fillInRules(runner);
    await runner.query(`
      CREATE TABLE prescription_snapshot (
        id ${ID} PRIMARY KEY,
        prescription_id ${ID},
        event_id ${ID},
        refusal ${CODE} NULL,
        hash CHAR(64) ${BIN} NOT NULL,
        payload MEDIUMTEXT NOT NULL,
        received_at DATETIME(3) NOT NULL,
        UNIQUE KEY prescription_snapshot_event (event_id),
        KEY prescription_snapshot_prescription (prescription_id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE prescription_review (
        id ${ID} PRIMARY KEY,
        prescription_id ${ID},
        snapshot_id ${ID},
        status ${CODE} NOT NULL,
        version INT NOT NULL,
        patient_account_id ${ID},
        doctor_account_id ${ID},
        valid_until DATETIME(3) NOT NULL,
        received_at DATETIME(3) NOT NULL,
        pharmacist_account_id ${NO_ID},
        reviewed_at DATETIME(3) NULL,
        checks TEXT NULL,
        second_look TINYINT(1) NOT NULL,
        reason TEXT NULL,
        findings MEDIUMTEXT NULL,
        order_id ${NO_ID},
        UNIQUE KEY prescription_review_prescription (prescription_id),
        KEY prescription_review_status (status, id),
        CONSTRAINT prescription_review_snapshot FOREIGN KEY (snapshot_id) REFERENCES prescription_snapshot (id),
        CONSTRAINT prescription_review_not_by_author
          CHECK (pharmacist_account_id IS NULL OR pharmacist_account_id <> doctor_account_id)
      ) ${TABLE}`);
    await runner.query(`
      CREATE TABLE prescription_line (
        prescription_id ${ID},
        line_id ${ID},
        quantity INT NOT NULL,
        dispensed INT NOT NULL DEFAULT 0,
        PRIMARY KEY (prescription_id, line_id),
        CONSTRAINT prescription_line_never_too_much CHECK (dispensed >= 0 AND dispensed <= quantity)
      ) ${TABLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** Rules belong to the product, not to its demo data: without them nothing could be prescribed. */
async function fillInRules(runner: QueryRunner): Promise<void> {
  const rows = safetyRules().map((rule) => [
    rule.id,
    rule.kind,
    rule.severity,
    rule.definition,
    rule.effectZh,
    rule.effectEn,
    rule.source,
    rule.sourceUrl,
    rule.note,
    rule.isVerified,
  ]);
  await runner.query(
    `INSERT INTO safety_rule
       (id, kind, severity, definition, effect_zh, effect_en, source, source_url, note, is_verified)
     VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    rows.flat(),
  );
}
