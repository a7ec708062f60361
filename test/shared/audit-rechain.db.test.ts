import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditRechainer, type MissedEntry } from '../../shared/audit/audit-rechainer.ts';
import { type AuditChain, actor, openAuditChain } from '../testkit/audit-chain.ts';

let chain: AuditChain;
let rechainer: AuditRechainer;

beforeEach(async () => {
  chain = await openAuditChain();
  rechainer = new AuditRechainer(chain.scratch.db, chain.scratch.place, chain.audit);
});
afterEach(() => chain.close());

/** Those that a run queues. */
async function run(): Promise<MissedEntry[]> {
  const all: MissedEntry[] = [];
  for await (const some of rechainer.run()) all.push(...some);
  return all;
}

/** Entries that the sealer has passed over, and so many chained ones after them. */
async function passOver(count: number, successors: number): Promise<void> {
  const subjects = (name: string, size: number) => Array.from({ length: size }, (_, at) => `${name}_${at}`);
  await chain.audit.read(actor, 'thing.missed', 'thing', subjects('missed', count));
  await chain.asAdmin('UPDATE MAIN.audit_head SET scanned = (SELECT MAX(n) FROM AUDIT.audit_entry)');
  await chain.audit.read(actor, 'thing.read', 'thing', subjects('next', successors));
  await chain.sealer.run();
}

async function rechained() {
  const [rows] = await chain.asAdmin(
    "SELECT actor, subject_id, detail FROM AUDIT.audit_entry WHERE action = 'audit.rechain' ORDER BY n",
  );
  return rows;
}

test('entries that the sealer has passed over are chained after all, and the audit names each', async () => {
  await chain.seal(1);
  await passOver(2, 3);
  expect(await chain.verify()).toMatchObject({ sealed: 4, unsealed: 2 });
  const missed = await run();
  expect(missed.map(({ n, action }) => [n, action])).toEqual([
    [2, 'thing.missed'],
    [3, 'thing.missed'],
  ]);
  expect(await chain.sealer.run()).toBe(4);
  expect(await chain.verify()).toEqual({ sealed: 8, unsealed: 0, problems: [] });
  expect(await rechained()).toEqual(
    missed.map(({ n, id }) => ({
      actor: 'service:rechain-audit',
      subject_id: id,
      detail: JSON.stringify({ n, action: 'thing.missed' }),
    })),
  );
  expect(await run()).toEqual([]);
  expect(await rechained()).toHaveLength(2);
});

test('hundreds of them are queued, each once', async () => {
  await chain.seal(1);
  await passOver(1200, 10);
  expect(new Set((await run()).map(({ id }) => id)).size).toBe(1200);
  await chain.sealer.run();
  expect(await chain.verify()).toEqual({ sealed: 2411, unsealed: 0, problems: [] });
});

test('what the sealer comes to by itself is left to it', async () => {
  await chain.seal(2);
  await chain.write(1);
  expect(await run()).toEqual([]);
  // One that was committed late stands in a gap.
  await chain.asAdmin('INSERT INTO MAIN.audit_gap (first_n, last_n) VALUES (3, 3)');
  await chain.asAdmin('UPDATE MAIN.audit_head SET scanned = 3');
  expect(await run()).toEqual([]);
  expect(await chain.sealer.run()).toBe(1);
});
