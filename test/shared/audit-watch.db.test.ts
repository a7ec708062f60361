import type { EntityManager } from 'typeorm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../shared/audit/audit-verifier.ts';
import { AuditWatch, MAX_UNCHAINED_MS } from '../../shared/audit/audit-watch.ts';
import type { Db } from '../../shared/db/db.ts';
import { until } from '../testkit/platform.ts';
import { type AuditChain, actor, openAuditChain } from '../testkit/audit-chain.ts';

let chain: AuditChain;
let watch: AuditWatch;
let now: number;

beforeEach(async () => {
  chain = await openAuditChain();
  now = 0;
  watch = new AuditWatch(chain.scratch.db, chain.scratch.place, () => now);
});
afterEach(() => chain.close());

/** Lets a minute go by with a look every five seconds. */
async function aMinute(): Promise<void> {
  for (let passed = 0; passed < MAX_UNCHAINED_MS; passed += 5000) {
    now += 5000;
    await watch.look();
  }
}

test('an entry that waits for a minute is told, and no longer once it is chained', async () => {
  await chain.seal(2);
  await watch.look();
  await aMinute();
  expect(watch.problem()).toBeUndefined();
  await chain.write(1);
  await watch.look();
  expect(watch.problem()).toBeUndefined();
  await aMinute();
  expect(watch.problem()).toMatch(/^entry number 3 has not been chained for 6\d s$/);
  await chain.sealer.run();
  await watch.look();
  expect(watch.problem()).toBeUndefined();
});

test.each([3_600_000, -3_600_000])('entries by a clock that is %i ms off wait no longer', async (offset) => {
  await watch.look();
  chain.step(offset);
  await chain.write(1);
  await watch.look();
  expect(watch.problem()).toBeUndefined();
  await aMinute();
  expect(watch.problem()).toContain('entry number 1');
});

test('an entry that the sealer passed over is told', async () => {
  await chain.seal(1);
  await chain.write(1);
  await chain.asAdmin('UPDATE MAIN.audit_head SET scanned = 2');
  await chain.seal(3);
  await watch.look();
  await aMinute();
  expect(watch.problem()).toContain('entry number 2');
});

test('an entry that the sealer passed over is told however many have come after it', async () => {
  await chain.seal(1);
  await watch.look();
  await chain.write(1);
  await chain.asAdmin('UPDATE MAIN.audit_head SET scanned = 2');
  const successors = Array.from({ length: 2500 }, (_, index) => `thg_${index}`);
  await chain.audit.read(actor, 'thing.read', 'thing', successors);
  expect(await chain.sealer.run()).toBe(2500);
  const begunLater = new AuditWatch(chain.scratch.db, chain.scratch.place, () => now);
  for (const each of [watch, begunLater]) await each.look();
  now += MAX_UNCHAINED_MS;
  for (const each of [watch, begunLater]) {
    await each.look();
    expect(each.problem()).toContain('entry number 2');
  }
});

test('a watch that begins sees all entries, in steps', async () => {
  const entries = Array.from({ length: 12_000 }, (_, index) => `thg_${index}`);
  await chain.audit.read(actor, 'thing.read', 'thing', entries);
  await chain.sealer.run();
  await chain.asAdmin('DELETE FROM AUDIT.audit_seal WHERE seq = 5500');
  for (let passed = 0; passed <= MAX_UNCHAINED_MS; passed += 5000) {
    await watch.look();
    now += 5000;
  }
  expect(watch.problem()).toContain('entry number 5500');
});

test('verify-audit fails for an entry that waits longer than a minute, or is from the future', async () => {
  await chain.seal(1);
  await chain.write(1);
  expect(await chain.verify()).toEqual({ sealed: 1, unsealed: 1, problems: [] });
  chain.step(-61_000);
  await chain.write(1);
  chain.step(3_600_000);
  await chain.write(1);
  const { problems, unsealed } = await chain.verify();
  expect(unsealed).toBe(3);
  expect(problems).toHaveLength(2);
  for (const problem of problems) expect(problem).toMatch(/^entry aud_\w+ has not been chained for more/);
  await chain.sealer.run();
  expect(await chain.verify()).toEqual({ sealed: 4, unsealed: 0, problems: [] });
});

test('verify-audit looks twice at an entry that is about to be chained', async () => {
  chain.step(-61_000);
  await chain.write(1);
  const verifying = chain.verify();
  await chain.sealer.run();
  expect((await verifying).problems).toEqual([]);
});

test('an entry that verify-audit sees at its second look alone may still be chained', async () => {
  const { scratch } = chain;
  let looks = 0;
  const countLooks = (manager: EntityManager) =>
    new Proxy(manager, {
      get: (target, name) =>
        name !== 'query'
          ? (Reflect.get(target, name) as unknown)
          : async (sql: string, values?: unknown[]): Promise<unknown> => {
              const found: unknown = await target.query(sql, values);
              if (sql.includes('TIMESTAMPDIFF')) looks += 1;
              return found;
            },
    });
  const db = {
    readPrimary: <T>(work: (manager: EntityManager) => Promise<T>) =>
      scratch.db.readPrimary((manager) => work(countLooks(manager))),
  } as Db;
  chain.step(-61_000);
  await chain.write(1);
  const verifying = verifyAudit(db, scratch.redis, scratch.place);
  await until(() => looks === 1);
  await chain.sealer.run();
  await chain.write(1);
  expect((await verifying).problems).toEqual([]);
  expect(looks).toBe(2);
});
