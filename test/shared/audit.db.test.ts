import type { RowDataPacket } from 'mysql2/promise';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditReport, verifyAudit } from '../../shared/audit/audit-verifier.ts';
import { AuditSealer, SEAL_GATHER_MS } from '../../shared/audit/audit-sealer.ts';
import { headKey, sealTopic } from '../../shared/audit/audit-place.ts';
import { Audit } from '../../shared/audit/audit.ts';
import type { Actor } from '../../shared/context/actor.ts';
import { inRequest } from '../../shared/context/request-context.ts';
import { newId } from '../../shared/ids/ids.ts';
import { keepDoing } from '../../shared/jobs/loop.ts';
import { until } from '../testkit/platform.ts';
import { connectAs, type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

const actor: Actor = { kind: 'account', accountId: newId('acc'), sessionId: 's', grants: [] };
let scratch: Scratch;
let audit: Audit;
let sealer: AuditSealer;

// Each test breaks its chain in a way of its own, so each has one of its own.
beforeEach(async () => {
  scratch = await scratchSubgraph();
  const { db, redis, place, wake } = scratch;
  audit = new Audit(db, place, wake, () => new Date());
  sealer = new AuditSealer(db, redis, place, () => new Date());
});
afterEach(() => scratch.close());

const verify = (): Promise<AuditReport> => verifyAudit(scratch.db, scratch.redis, scratch.place);
const asAdmin = (sql: string, values: unknown[] = []) =>
  scratch.admin.query<RowDataPacket[]>(
    sql.replaceAll('AUDIT.', `\`${scratch.place.schema}\`.`).replaceAll('MAIN.', `\`${scratch.schema}\`.`),
    values,
  );

/** Makes so many changes, each with its entry, and chains them. */
async function seal(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await scratch.db.transaction((tx) =>
      audit.record(tx, { actor, action: 'thing.change', subjectType: 'thing', subjectId: newId('thg') }),
    );
  }
  await sealer.run();
}

test('an entry says who did what in which request', async () => {
  const request = { requestId: 'req-7', traceparent: '', locale: 'en', actorId: 'x', needsLatest: false };
  await inRequest(request, () =>
    scratch.db.transaction((tx) =>
      audit.record(tx, {
        actor,
        action: 'thing.change',
        subjectType: 'thing',
        subjectId: 'thg_1',
        detail: { n: 1 },
      }),
    ),
  );
  const [[entry]] = await asAdmin('SELECT * FROM AUDIT.audit_entry');
  expect(entry).toMatchObject({
    actor: actor.kind === 'account' ? actor.accountId : '',
    action: 'thing.change',
    subject_id: 'thg_1',
    request_id: 'req-7',
    detail: '{"n":1}',
  });
});

test('a change and its entry are there together or not at all', async () => {
  const change = { actor, action: 'thing.change', subjectType: 'thing', subjectId: 'thg_1' };
  const failing = scratch.db.transaction(async (tx) => {
    await tx.manager.query("INSERT INTO event_cursor (producer, seq) VALUES ('changed', 1)");
    await audit.record(tx, change);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await asAdmin('SELECT * FROM AUDIT.audit_entry'))[0]).toEqual([]);
  const unaudited = scratch.db.transaction(async (tx) => {
    await tx.manager.query("INSERT INTO event_cursor (producer, seq) VALUES ('changed', 1)");
    await audit.record(tx, { ...change, subjectId: 'x'.repeat(41) });
  });
  await expect(unaudited).rejects.toThrow();
  expect((await asAdmin('SELECT * FROM MAIN.event_cursor'))[0]).toEqual([]);
});

test('each subject that is read leaves an entry before the answer', async () => {
  await audit.read(actor, 'record.read', 'record', ['rec_1', 'rec_2']);
  await audit.read(actor, 'record.read', 'record', []);
  const [rows] = await asAdmin('SELECT subject_id FROM AUDIT.audit_entry ORDER BY id');
  expect(rows.map((row) => String(row.subject_id))).toEqual(['rec_1', 'rec_2']);
});

test('entries are chained within a second', async () => {
  const stop = keepDoing('test', scratch.wake, sealTopic(scratch.name), () => sealer.run(), SEAL_GATHER_MS);
  try {
    // The loop looks once when it begins; only a wake-up brings it back within the second.
    await until(async () => (await verify()).unsealed === 0);
    await scratch.db.transaction((tx) =>
      audit.record(tx, { actor, action: 'thing.change', subjectType: 'thing', subjectId: 'thg_1' }),
    );
    await until(async () => (await verify()).sealed === 1, 1000);
  } finally {
    await stop();
  }
  expect(await verify()).toEqual({ sealed: 1, unsealed: 0, problems: [] });
});

test('many writers and two sealers make one chain', async () => {
  const two = new AuditSealer(await scratch.open(), scratch.redis, scratch.place, () => new Date());
  const state = { isWriting: true };
  const sealing = [sealer, two].map(async (each) => {
    while (state.isWriting) await each.run();
  });
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let index = 0; index < 10; index += 1) {
        await scratch.db.transaction((tx) =>
          audit.record(tx, { actor, action: 'thing.change', subjectType: 'thing', subjectId: newId('thg') }),
        );
      }
    }),
  );
  state.isWriting = false;
  await Promise.all(sealing);
  await sealer.run();
  expect(await verify()).toEqual({ sealed: 100, unsealed: 0, problems: [] });
});

test('an entry that is committed late is chained too', async () => {
  let commit = (): void => undefined;
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const late = scratch.db.transaction(async (tx) => {
    await audit.record(tx, { actor, action: 'thing.late', subjectType: 'thing', subjectId: 'thg_1' });
    begun();
    await mayCommit;
  });
  await hasBegun;
  await seal(2);
  commit();
  await late;
  await sealer.run();
  expect(await verify()).toEqual({ sealed: 3, unsealed: 0, problems: [] });
});

test('an entry that is committed minutes late is chained within a minute', async () => {
  let now = Date.now();
  const { db, redis, place } = scratch;
  sealer = new AuditSealer(db, redis, place, () => new Date(now));
  await seal(2);
  const minutesAgo = `aud_${ulid(now - 5 * 60_000)}`;
  await asAdmin(`INSERT INTO AUDIT.audit_entry
    (id, at, actor, action, subject_type, subject_id, request_id, detail)
    SELECT '${minutesAgo}', at, actor, action, subject_type, subject_id, request_id, detail
    FROM AUDIT.audit_entry LIMIT 1`);
  now += 60_000;
  expect(await sealer.run()).toBe(1);
  expect(await verify()).toEqual({ sealed: 3, unsealed: 0, problems: [] });
});

test('what is not chained yet is told', async () => {
  await seal(2);
  await audit.read(actor, 'record.read', 'record', ['rec_1', 'rec_2', 'rec_3']);
  expect(await verify()).toEqual({ sealed: 2, unsealed: 3, problems: [] });
});

test.each([
  [
    'an edited entry',
    "UPDATE AUDIT.audit_entry SET detail = '{}', action = 'thing.other' ORDER BY id LIMIT 1",
    'was changed',
  ],
  [
    'another time',
    'UPDATE AUDIT.audit_entry SET at = at + INTERVAL 1 SECOND ORDER BY id LIMIT 1',
    'was changed',
  ],
  ['a deleted entry', 'DELETE FROM AUDIT.audit_entry ORDER BY id LIMIT 1', 'is missing'],
  ['a deleted link', 'DELETE FROM AUDIT.audit_seal WHERE seq = 2', 'link 2 is missing'],
  ['an edited link', `UPDATE AUDIT.audit_seal SET chain_hash = '${'a'.repeat(64)}' WHERE seq = 3`, 'link 3'],
  ['a cut tail', 'DELETE FROM AUDIT.audit_seal WHERE seq > 3', 'the chain was cut'],
  ['a cut head', 'DELETE FROM AUDIT.audit_seal WHERE seq < 3', 'link 1 is missing'],
  ['everything deleted', 'DELETE FROM AUDIT.audit_seal', 'the chain was cut'],
  ['a forged head', 'UPDATE MAIN.audit_head SET seq = 3', 'was not written by the sealer'],
  ['a deleted head', 'DELETE FROM MAIN.audit_head', 'the head is behind'],
])('%s is found', async (_name, sql, problem) => {
  await seal(5);
  expect((await verify()).problems).toEqual([]);
  await asAdmin(sql);
  expect((await verify()).problems.join('; ')).toContain(problem);
});

test('two entries that changed their places are found', async () => {
  await seal(5);
  const [rows] = await asAdmin('SELECT seq, entry_id, entry_hash FROM AUDIT.audit_seal WHERE seq IN (2, 3)');
  const [two, three] = rows;
  await asAdmin("UPDATE AUDIT.audit_seal SET entry_id = 'aside' WHERE seq = 2");
  await asAdmin('UPDATE AUDIT.audit_seal SET entry_id = ?, entry_hash = ? WHERE seq = 3', [
    two?.entry_id,
    two?.entry_hash,
  ]);
  await asAdmin('UPDATE AUDIT.audit_seal SET entry_id = ?, entry_hash = ? WHERE seq = 2', [
    three?.entry_id,
    three?.entry_hash,
  ]);
  expect((await verify()).problems.join('; ')).toContain('does not follow');
});

/** Cuts the chain back to an earlier moment, with the head that was right at that moment. */
async function cutBack(): Promise<void> {
  await seal(3);
  const [[head]] = await asAdmin('SELECT seq, chain_hash, mac FROM MAIN.audit_head');
  await seal(4);
  await asAdmin(
    'DELETE FROM AUDIT.audit_entry WHERE id IN (SELECT entry_id FROM AUDIT.audit_seal WHERE seq > 3)',
  );
  await asAdmin('DELETE FROM AUDIT.audit_seal WHERE seq > 3');
  await asAdmin('UPDATE MAIN.audit_head SET seq = ?, chain_hash = ?, mac = ?', [
    head?.seq,
    head?.chain_hash,
    head?.mac,
  ]);
}

test('a chain that was cut back with its head is found by the head outside of the database', async () => {
  await cutBack();
  expect((await verify()).problems.join('; ')).toContain(
    'the chain was cut: it ends at 3, but 7 were sealed',
  );
});

test('it is found too when the chain has grown again, and longer than it was', async () => {
  await cutBack();
  await seal(2);
  expect((await verify()).problems).not.toEqual([]);
  await seal(10);
  expect((await verify()).problems.join('; ')).toContain('link 7 is not the one that was sealed');
});

test('a head outside of the database that we did not write is told', async () => {
  await seal(1);
  await scratch.redis.set(headKey(scratch.name), '{"seq":1,"chainHash":"x","mac":"y"}');
  expect((await verify()).problems.join('; ')).toContain('outside of the database was not written');
  await scratch.redis.set(headKey(scratch.name), 'nonsense');
  expect((await verify()).problems.join('; ')).toContain('outside of the database was not written');
});

test('a chain whose head was deleted goes on where it ended', async () => {
  await seal(3);
  await asAdmin('DELETE FROM MAIN.audit_head');
  await seal(2);
  expect(await verify()).toEqual({ sealed: 5, unsealed: 0, problems: [] });
});

test('another key makes no chain that passes', async () => {
  await seal(3);
  const place = { ...scratch.place, key: 'f'.repeat(64) };
  expect((await verifyAudit(scratch.db, scratch.redis, place)).problems.length).toBeGreaterThanOrEqual(3);
});

test('the application itself can neither edit nor delete an entry or a link', async () => {
  await seal(1);
  const { user, password } = scratch.config.database;
  const application = await connectAs({ name: user, password });
  try {
    for (const table of ['audit_entry', 'audit_seal']) {
      const name = `\`${scratch.place.schema}\`.${table}`;
      const column = table === 'audit_entry' ? 'detail' : 'entry_hash';
      const denied = { code: 'ER_TABLEACCESS_DENIED_ERROR' };
      await expect(application.query(`UPDATE ${name} SET ${column} = 'x'`)).rejects.toMatchObject(denied);
      await expect(application.query(`DELETE FROM ${name}`)).rejects.toMatchObject(denied);
      await expect(application.query(`TRUNCATE ${name}`)).rejects.toMatchObject(denied);
      await expect(application.query(`DROP TABLE ${name}`)).rejects.toMatchObject(denied);
      await expect(application.query(`REPLACE INTO ${name} SELECT * FROM ${name}`)).rejects.toMatchObject(
        denied,
      );
    }
  } finally {
    await application.end();
  }
});

test('that holds for the running subgraphs as well', async () => {
  for (const name of ['users', 'care', 'pharmacy', 'stats']) {
    const [rows] = await asAdmin(`SHOW GRANTS FOR 'yey_${name}'@'%'`);
    const grants = rows
      .map((row) => String(Object.values(row)[0]))
      .filter((each) => each.includes('_audit`'));
    const mine = grants.filter((each) => each.includes(`yey_${name}_audit`));
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatch(/^GRANT SELECT, INSERT ON /);
  }
});
