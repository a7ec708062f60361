import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tx } from '../../shared/db/db.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { until } from '../testkit/platform.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchSubgraph();
  await scratch.admin.query(`CREATE TABLE ${scratch.schema}.paper (id INT PRIMARY KEY) ENGINE=InnoDB`);
});
afterAll(() => scratch.close());

const write = ({ manager }: Tx, id: number) => manager.query('INSERT INTO paper VALUES (?)', [id]);
const connectionOf = async ({ manager }: Pick<Tx, 'manager'>) => {
  const [row] = await manager.query<{ id: string }[]>('SELECT CONNECTION_ID() AS id');
  return Number(row?.id);
};
const numbers = async (sql: string) =>
  (await scratch.admin.query<RowDataPacket[]>(sql))[0].map(({ id }) => Number(id));
/** What another connection than the one that wrote sees. */
const papers = () => numbers(`SELECT id FROM ${scratch.schema}.paper ORDER BY id`);
/** The connections that are in a transaction. */
const open = () => numbers('SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx');

test('a connection goes on to the next without a transaction, after a commit and after a rollback', async () => {
  const used = new Set<number>();
  await scratch.db.transaction(async (tx) => {
    used.add(await connectionOf(tx));
    await write(tx, 1);
  });
  const refusal = scratch.db.transaction(async (tx) => {
    used.add(await connectionOf(tx));
    await write(tx, 2);
    throw new AppError('NOT_FOUND', { what: 'Paper' });
  });
  await expect(refusal).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(used.size).toBe(1);
  await scratch.db.append('INSERT INTO paper VALUES (?)', [3]);
  expect(await scratch.db.readPrimary((manager) => connectionOf({ manager }))).toBe([...used][0]);
  expect(await papers()).toEqual([1, 3]);
});

test.each(['ROLLBACK', 'COMMIT'])(
  'nobody gets a connection whose %s was not answered, and nothing of it stays open',
  async (word) => {
    let lost = 0;
    const attempt = scratch.db.transaction(async (tx) => {
      lost = await connectionOf(tx);
      await write(tx, 10);
      const runner = tx.manager.queryRunner;
      if (!runner) throw new Error('a transaction has a runner');
      const query = runner.query.bind(runner);
      runner.query = async (sql: string, values?: unknown[]) => {
        if (sql === 'COMMIT' || sql === 'ROLLBACK') throw new Error('no answer');
        return query(sql, values);
      };
      if (word === 'ROLLBACK') throw new AppError('NOT_FOUND', { what: 'Paper' });
    });
    await expect(attempt).rejects.toThrow(word === 'ROLLBACK' ? 'NOT_FOUND' : 'no answer');
    const next = await Promise.all(
      Array.from({ length: 5 }, () => scratch.db.transaction((tx) => connectionOf(tx))),
    );
    expect(next).not.toContain(lost);
    await until(async () => !(await open()).includes(lost));
    expect(await papers()).not.toContain(10);
  },
);
