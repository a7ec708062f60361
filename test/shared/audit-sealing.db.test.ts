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

/** What a subgraph does in the background. */
function keepSealing(work: () => Promise<unknown>): () => Promise<void> {
  const { wake, name } = chain.scratch;
  return keepDoing('test', wake, sealTopic(name), work, SEAL_GATHER_MS);
}

test('entries are chained within a second', async () => {
  const stop = keepSealing(() => chain.sealer.run());
  try {
    // The loop looks once when it begins; only a wake-up brings it back within the second.
    await until(async () => (await chain.verify()).unsealed === 0);
    await chain.scratch.db.transaction((tx) => chain.audit.record(tx, change));
    await until(async () => (await chain.verify()).sealed === 1, 1000);
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

test('an entry that is committed minutes late is chained within a minute', async () => {
  let now = Date.now();
  const { db, redis, place } = chain.scratch;
  const sealer = new AuditSealer(db, redis, place, () => new Date(now));
  await chain.write(2);
  await sealer.run();
  const minutesAgo = `aud_${ulid(now - 5 * 60_000)}`;
  await chain.asAdmin(`INSERT INTO AUDIT.audit_entry
    (id, at, actor, action, subject_type, subject_id, request_id, detail)
    SELECT '${minutesAgo}', at, actor, action, subject_type, subject_id, request_id, detail
    FROM AUDIT.audit_entry LIMIT 1`);
  now += 60_000;
  expect(await sealer.run()).toBe(1);
  expect(await chain.verify()).toEqual({ sealed: 3, unsealed: 0, problems: [] });
});
