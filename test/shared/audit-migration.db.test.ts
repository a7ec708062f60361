import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDataSource } from '../../shared/db/data-source.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { type AuditChain, openAuditChain } from '../testkit/audit-chain.ts';

const HOUR = 3_600_000;
const NAME = 'AuditSequence1767110000000';
const DIGITS = `(${Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} d`).join(' UNION ')})`;
let chain: AuditChain;

beforeEach(async () => {
  chain = await openAuditChain();
});
afterEach(() => chain.close());

/** Takes the tables back to what they were before entries had numbers. */
async function takeBack(): Promise<void> {
  await chain.asAdmin('ALTER TABLE AUDIT.audit_entry DROP COLUMN n');
  await chain.asAdmin('ALTER TABLE MAIN.audit_head DROP COLUMN scanned');
  await chain.asAdmin('DROP TABLE MAIN.audit_gap');
  await chain.asAdmin('DELETE FROM MAIN.schema_migration WHERE name = ?', [NAME]);
}

async function migrateAgain(): Promise<string[]> {
  const { config, schema } = chain.scratch;
  const parts = { entities: [], migrations: [] };
  const ddl = createDataSource(config.database, config.database.primaryUrl, 'ddl', parts);
  await ddl.initialize();
  try {
    return await migrate(ddl, schema);
  } finally {
    await ddl.destroy();
  }
}

/** Entries as the release before writes them. */
async function writeAt(atMs: number, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await chain.asAdmin(
      `INSERT INTO AUDIT.audit_entry (id, at, actor, action, subject_type, subject_id, request_id, detail)
       VALUES (?, ?, 'service:test', 'thing.change', 'thing', 'thg_1', '', '{}')`,
      [`aud_${ulid(atMs)}`, new Date(atMs)],
    );
  }
}

test('a chain goes on, and what a future identifier hid from the sealer is chained', async () => {
  await chain.seal(5);
  await takeBack();
  await writeAt(Date.now() - HOUR, 7);
  await writeAt(Date.now() + HOUR, 1);
  expect(await migrateAgain()).toEqual([NAME]);
  expect(await chain.sealer.run()).toBe(8);
  expect(await chain.verify()).toEqual({ sealed: 13, unsealed: 0, problems: [] });
  await writeAt(Date.now(), 1);
  expect(await chain.sealer.run()).toBe(1);
  expect(await chain.verify()).toEqual({ sealed: 14, unsealed: 0, problems: [] });
});

test('of a long chain only the end and what is not chained is gone through', async () => {
  await chain.asAdmin(`INSERT INTO AUDIT.audit_entry
      (id, at, actor, action, subject_type, subject_id, request_id, detail)
    SELECT CONCAT('aud_', LPAD(10 + a.d * 10000 + b.d * 1000 + c.d * 100 + d.d * 10 + e.d, 26, '0')),
      UTC_TIMESTAMP(3), 'x', 'x', 'x', 'x', '', '{}'
    FROM (SELECT 0 d UNION SELECT 1) a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} d, ${DIGITS} e`);
  expect(await chain.sealer.run()).toBe(20_000);
  await takeBack();
  await chain.asAdmin(`INSERT INTO AUDIT.audit_entry
      (id, at, actor, action, subject_type, subject_id, request_id, detail)
    VALUES (CONCAT('aud_', LPAD(5, 26, '0')), UTC_TIMESTAMP(3), 'x', 'x', 'x', 'x', '', '{}')`);
  await migrateAgain();
  const [[head]] = await chain.asAdmin(
    'SELECT (SELECT MAX(n) FROM AUDIT.audit_entry) - scanned AS again FROM MAIN.audit_head',
  );
  expect(Number(head?.again)).toBe(10_000);
  const [gaps] = await chain.asAdmin('SELECT first_n, last_n FROM MAIN.audit_gap');
  expect(gaps).toHaveLength(1);
  expect(await chain.sealer.run()).toBe(1);
  expect(await chain.verify()).toEqual({ sealed: 20_001, unsealed: 0, problems: [] });
});
