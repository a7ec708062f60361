import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { EntityNotFoundError, QueryFailedError } from 'typeorm';
import { inRequest } from '../../shared/context/request-context.ts';
import { safeError } from '../../shared/logging/safe-error.ts';
import { SqlLog, withoutValues } from '../../shared/logging/sql-log.ts';
import { until } from '../testkit/platform.ts';

const dir = mkdtempSync(`${tmpdir()}/yey-sql-`);
// The log is opened at its first line.
Object.assign(process.env, { SQL_LOG_LEVEL: 'info', SQL_LOG_DIR: dir, YEY_SERVICE: 'test' });
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const PHONE = '13800000001';

test('a statement is logged with its actor and request, and without a value', async () => {
  const request = {
    requestId: 'req-1',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    locale: 'en',
    actorId: 'acc_1',
    needsLatest: false,
  };
  inRequest(request, () =>
    new SqlLog().logQuery(`SELECT * FROM account WHERE phone = ? AND name = '${PHONE}'`, [PHONE]),
  );
  new SqlLog().logQuery('SELECT 1');
  const read = () => readFileSync(`${dir}/sql-test.log`, 'utf8').trim().split('\n');
  await until(() => read().length === 2);
  const [first = '', second = ''] = read();
  expect(JSON.parse(first)).toMatchObject({
    service: 'test',
    requestId: 'req-1',
    traceparent: request.traceparent,
    actor: 'acc_1',
    sql: 'SELECT * FROM account WHERE phone = ? AND name = ?',
    parameters: 1,
  });
  expect(first).not.toContain(PHONE);
  expect(JSON.parse(second)).not.toHaveProperty('requestId');
});

test.each([
  ["SELECT * FROM t WHERE a = 'it''s' AND b = 1", 'SELECT * FROM t WHERE a = ? AND b = ?'],
  ["SELECT 'a\\'b', 'c'", 'SELECT ?, ?'],
  ['SELECT * FROM t WHERE a = "13800000001"', 'SELECT * FROM t WHERE a = ?'],
  ['SELECT * FROM t WHERE a = 13800000001 AND b = -1.5e3', 'SELECT * FROM t WHERE a = ? AND b = -?'],
  ["SELECT * FROM t WHERE a IN ('x', 'y',\n 'z')", 'SELECT * FROM t WHERE a IN (?, ?, ?)'],
  ["SELECT X'313338', 0x313338", 'SELECT ?, ?'],
  ['SELECT `t0`.`id_1` FROM `t` `t0` LIMIT 20', 'SELECT `t0`.`id_1` FROM `t` `t0` LIMIT ?'],
  ["INSERT INTO t VALUES ('", 'INSERT INTO t VALUES (?'],
  ["SELECT 1 /* 13800000001 */ -- 'x'\n", 'SELECT ?'],
])('%s has no value left', (sql, left) => {
  expect(withoutValues(sql)).toBe(left);
});

test('what a database driver says is not logged, only its code and place', () => {
  const driver = Object.assign(new Error(`Duplicate entry '${PHONE}' for key 'phone'`), {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    sqlState: '23000',
    sql: `INSERT INTO account VALUES ('${PHONE}')`,
  });
  const wrapped = new QueryFailedError('INSERT INTO account VALUES (?)', [PHONE], driver);
  for (const error of [driver, wrapped, new Error('outer', { cause: wrapped })]) {
    const logged = JSON.stringify(safeError(error));
    expect(logged).not.toContain(PHONE);
    expect(logged).toContain('ER_DUP_ENTRY');
    expect(logged).toContain('logs.test.ts');
  }
});

test('neither are the criteria of a row that is not there, nor a text that is no JSON', () => {
  const missing = new EntityNotFoundError('Account', { phone: PHONE });
  expect(JSON.stringify(safeError(missing))).not.toContain(PHONE);
  let broken: unknown;
  try {
    JSON.parse(`{"phone": ${PHONE}x}`);
  } catch (error) {
    broken = error;
  }
  expect(JSON.stringify(safeError(broken))).not.toContain(PHONE);
});

test('an error of ours keeps its message, and a chain of causes ends', () => {
  expect(safeError(new RangeError('too far'))).toMatchObject({ type: 'RangeError', message: 'too far' });
  const loop = new Error('loop');
  loop.cause = loop;
  expect(JSON.stringify(safeError(loop)).length).toBeLessThan(20_000);
  expect(safeError(PHONE)).toEqual({ type: 'string' });
});
