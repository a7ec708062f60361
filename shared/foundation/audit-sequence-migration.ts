import type { MigrationInterface, QueryRunner } from 'typeorm';

/** So many of the last entries are gone through once more, in case that some of them are not committed yet. */
const LAST_ENTRIES = 10_000;

/**
 * Numbers audit entries by the database, so that the sealer no longer takes the order of identifiers, which are made by
 * wall clocks, for the order of entries. Processes of an earlier release go on writing and chaining beside it. Entries
 * that were never chained are handed to the sealer.
 * @param auditSchema name of the schema of the audit.
 */
export function auditSequenceMigration(auditSchema: string): new () => MigrationInterface {
  const entries = `\`${auditSchema}\`.audit_entry`;
  return class AuditSequence1767110000000 implements MigrationInterface {
    readonly name = 'AuditSequence1767110000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(
        `ALTER TABLE ${entries} ADD COLUMN n BIGINT NOT NULL AUTO_INCREMENT, ADD UNIQUE KEY audit_entry_n (n)`,
      );
      await runner.query('ALTER TABLE audit_head ADD COLUMN scanned BIGINT NOT NULL DEFAULT 0');
      await runner.query(`
        CREATE TABLE audit_gap (
          first_n BIGINT PRIMARY KEY,
          last_n BIGINT NOT NULL
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
      const [last]: { n: string | null }[] = await runner.query(`SELECT MAX(n) AS n FROM ${entries}`);
      const scanned = Math.max(0, Number(last?.n ?? 0) - LAST_ENTRIES);
      await runner.query(
        `INSERT INTO audit_gap (first_n, last_n)
         SELECT e.n, e.n FROM ${entries} e
         LEFT JOIN \`${auditSchema}\`.audit_seal s ON s.entry_id = e.id
         WHERE e.n <= ? AND s.entry_id IS NULL`,
        [scanned],
      );
      await runner.query('UPDATE audit_head SET scanned = ?', [scanned]);
    }

    async down(): Promise<void> {
      throw new Error('migrations go forward only');
    }
  };
}
