import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GapKeeper, gapsIn } from '../../shared/audit/audit-gaps.ts';
import { AuditSealer } from '../../shared/audit/audit-sealer.ts';
import { type AuditChain, change, openAuditChain } from '../testkit/audit-chain.ts';

const LONG_ENOUGH_MS = 11_000;
let chain: AuditChain;
let now: number;
let sealer: AuditSealer;

beforeEach(async () => {
  chain = await openAuditChain();
  now = 0;
  const { db, redis, place } = chain.scratch;
  sealer = new AuditSealer(db, redis, place, () => new Date(), new GapKeeper(db, place, () => now));
});
afterEach(() => chain.close());

const gaps = async () => {
  const [rows] = await chain.asAdmin('SELECT first_n, last_n FROM MAIN.audit_gap ORDER BY first_n');
  return rows.map((row) => [Number(row.first_n), Number(row.last_n)]);
};

/** A transaction with so many entries that is open until it is ended. */
async function openTransaction(count: number) {
  let end = (_commit: boolean): void => undefined;
  const ending = new Promise<boolean>((resolve) => (end = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const done = chain.scratch.db
    .transaction(async (tx) => {
      for (let index = 0; index < count; index += 1) await chain.audit.record(tx, change);
      begun();
      if (!(await ending)) throw new Error('rolled back');
    })
    .catch(() => undefined);
  await hasBegun;
  return async (commit: boolean): Promise<void> => {
    end(commit);
    await done;
  };
}

test('numbers of open transactions are gaps, whose entries are chained at once when they come', async () => {
  const [first, second] = [await openTransaction(2), await openTransaction(3)];
  await chain.write(2);
  await sealer.run();
  expect(await gaps()).toEqual([[1, 5]]);
  await second(true);
  expect(await sealer.run()).toBe(3);
  expect(await gaps()).toEqual([[1, 2]]);
  await first(true);
  expect(await sealer.run()).toBe(2);
  expect(await gaps()).toEqual([]);
  expect(await chain.verify()).toEqual({ sealed: 7, unsealed: 0, problems: [] });
});

test('a gap is kept while a transaction holds a number of it, and given up when that was rolled back', async () => {
  const end = await openTransaction(2);
  await chain.write(1);
  for (let count = 0; count < 5; count += 1) {
    await sealer.run();
    now += LONG_ENOUGH_MS;
  }
  expect(await gaps()).toEqual([[1, 2]]);
  await end(false);
  // The first look sees that it is free, the next one that it still is.
  await sealer.run();
  expect(await gaps()).toEqual([[1, 2]]);
  now += LONG_ENOUGH_MS;
  await sealer.run();
  expect(await gaps()).toEqual([]);
  await chain.write(1);
  await sealer.run();
  expect(await chain.verify()).toEqual({ sealed: 2, unsealed: 0, problems: [] });
});

test('entries that come into a gap in hundreds are chained, each once', async () => {
  const end = await openTransaction(1200);
  await chain.write(1);
  await sealer.run();
  expect(await gaps()).toEqual([[1, 1200]]);
  await end(true);
  expect(await sealer.run()).toBe(1200);
  expect(await gaps()).toEqual([]);
  expect(await chain.verify()).toEqual({ sealed: 1201, unsealed: 0, problems: [] });
});

test('a deleted head makes the sealer go through everything again, and chain nothing twice', async () => {
  const end = await openTransaction(1);
  await chain.write(3);
  await sealer.run();
  await chain.asAdmin('DELETE FROM MAIN.audit_head');
  await chain.write(1);
  expect(await sealer.run()).toBe(1);
  await end(true);
  expect(await sealer.run()).toBe(1);
  expect(await chain.verify()).toEqual({ sealed: 5, unsealed: 0, problems: [] });
});

test('what is missing in a range and what is there make up the range', () => {
  const range = Array.from({ length: 40 }, (_, index) => index + 1);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 })), (numbers) => {
      const present = numbers.toSorted((a, b) => a - b);
      const missing = gapsIn(1, 40, present).flatMap(({ first, last }) => range.slice(first - 1, last));
      expect([...present, ...missing].toSorted((a, b) => a - b)).toEqual(range);
    }),
  );
});
