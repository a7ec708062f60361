import { afterEach, beforeEach, expect, test } from 'vitest';
import { ulid } from 'ulid';
import { AuditSealer, SEAL_GATHER_MS } from '../../shared/audit/audit-sealer.ts';
import { sealTopic } from '../../shared/audit/audit-place.ts';
import { keepDoing } from '../../shared/jobs/loop.ts';
import { type AuditChain, change, openAuditChain } from '../testkit/audit-chain.ts';
import { until } from '../testkit/platform.ts';

let chain: AuditChain;

beforeEach(async () => {
  chain = await openAuditChain();
});
afterEach(() => chain.close());

/** What a subgraph does in the background; only entries call the sealer here. */
function keepSealing(work: () => Promise<unknown>): () => Promise<void> {
  const { onlyCalled, name } = chain.scratch;
  return keepDoing('test', onlyCalled, sealTopic(name), work, SEAL_GATHER_MS);
}

test('an entry calls the sealer, which gathers for less than a second', async () => {
  expect(SEAL_GATHER_MS).toBeLessThan(1000);
  let runs = 0;
  const stop = keepSealing(async () => {
    await chain.sealer.run();
    runs += 1;
  });
  try {
    // The loop looks once when it begins; only the call of the entry brings it back.
    await until(() => runs === 1);
    await chain.scratch.db.transaction((tx) => chain.audit.record(tx, change));
    await until(async () => (await chain.verify()).sealed === 1);
  } finally {
    await stop();
  }
  expect(await chain.verify()).toEqual({ sealed: 1, unsealed: 0, problems: [] });
});

test('entries of a quarter of a second are chained together', async () => {
  let runs = 0;
  const begun = Date.now();
  const work = async () => {
    runs += 1;
    return chain.sealer.run();
  };
  const stop = keepSealing(work);
  try {
    await chain.write(60);
    await until(async () => (await chain.verify()).sealed === 60);
  } finally {
    await stop();
  }
  // The first run gathers nothing, and the last one only what there is when it is told to stop.
  expect(runs).toBeLessThanOrEqual(2 + (Date.now() - begun) / SEAL_GATHER_MS);
});

test('many writers and two sealers make one chain', async () => {
  const { open, redis, place } = chain.scratch;
  const two = new AuditSealer(await open(), redis, place, () => new Date());
  const state = { isWriting: true };
  const sealing = [chain.sealer, two].map(async (each) => {
    while (state.isWriting) await each.run();
  });
  await Promise.all(Array.from({ length: 10 }, () => chain.write(10)));
  state.isWriting = false;
  await Promise.all(sealing);
  await chain.sealer.run();
  expect(await chain.verify()).toEqual({ sealed: 100, unsealed: 0, problems: [] });
});

test('an entry that is committed late is chained too', async () => {
  let commit = (): void => undefined;
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const late = chain.scratch.db.transaction(async (tx) => {
    await chain.audit.record(tx, { ...change, action: 'thing.late' });
    begun();
    await mayCommit;
  });
  await hasBegun;
  await chain.seal(2);
  commit();
  await late;
  await chain.sealer.run();
  expect(await chain.verify()).toEqual({ sealed: 3, unsealed: 0, problems: [] });
});

/** Entries as processes of an earlier release, or with whatever clock, leave them: by an identifier of that moment. */
async function writeAt(atMs: number, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await chain.asAdmin(
      `INSERT INTO AUDIT.audit_entry (id, at, actor, action, subject_type, subject_id, request_id, detail)
       VALUES (?, ?, 'service:test', 'thing.change', 'thing', 'thg_1', '', '{}')`,
      [`aud_${ulid(atMs)}`, new Date(atMs)],
    );
  }
}

test.each([5 * 60_000, 3_600_000, 24 * 3_600_000])(
  'an entry whose identifier is %i ms older than the last one is chained at once',
  async (age) => {
    await chain.seal(2);
    await writeAt(Date.now() - age, 3);
    expect(await chain.sealer.run()).toBe(3);
    expect(await chain.verify()).toEqual({ sealed: 5, unsealed: 0, problems: [] });
  },
);

test('entries by a clock that was an hour ahead for a while hide none of the others', async () => {
  await chain.seal(3);
  await writeAt(Date.now() + 3_600_000, 5);
  await chain.sealer.run();
  await writeAt(Date.now(), 765);
  await chain.sealer.run();
  expect(await chain.verify()).toEqual({ sealed: 773, unsealed: 0, problems: [] });
  await chain.asAdmin('UPDATE AUDIT.audit_entry SET detail = \'{"n":1}\' ORDER BY n DESC LIMIT 1');
  expect((await chain.verify()).problems.join('; ')).toContain('was changed');
});

test('entries are chained in the order of their numbers, whatever their identifiers say', async () => {
  await writeAt(Date.now() + 3_600_000, 2);
  await chain.write(2);
  await writeAt(Date.now() - 3_600_000, 2);
  await chain.sealer.run();
  const [rows] = await chain.asAdmin(
    'SELECT e.n FROM AUDIT.audit_seal s JOIN AUDIT.audit_entry e ON e.id = s.entry_id ORDER BY s.seq',
  );
  expect(rows.map((row) => Number(row.n))).toEqual([1, 2, 3, 4, 5, 6]);
});
