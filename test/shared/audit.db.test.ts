import { afterEach, beforeEach, expect, test } from 'vitest';
import { headKey } from '../../shared/audit/audit-place.ts';
import { verifyAudit } from '../../shared/audit/audit-verifier.ts';
import { inRequest } from '../../shared/context/request-context.ts';
import { type AuditChain, actor, change, openAuditChain } from '../testkit/audit-chain.ts';
import { connectAs } from '../testkit/scratch.ts';

let chain: AuditChain;

// Each test breaks its chain in a way of its own, so each has one of its own.
beforeEach(async () => {
  chain = await openAuditChain();
});
afterEach(() => chain.close());

test('an entry says who did what in which request', async () => {
  const request = { requestId: 'req-7', traceparent: '', locale: 'en', actorId: 'x', needsLatest: false };
  await inRequest(request, () =>
    chain.scratch.db.transaction((tx) =>
      chain.audit.record(tx, {
        actor,
        action: 'thing.change',
        subjectType: 'thing',
        subjectId: 'thg_1',
        detail: { n: 1 },
      }),
    ),
  );
  const [[entry]] = await chain.asAdmin('SELECT * FROM AUDIT.audit_entry');
  expect(entry).toMatchObject({
    actor: actor.kind === 'account' ? actor.accountId : '',
    action: 'thing.change',
    subject_id: 'thg_1',
    request_id: 'req-7',
    detail: '{"n":1}',
  });
});

test('a change and its entry are there together or not at all', async () => {
  const failing = chain.scratch.db.transaction(async (tx) => {
    await tx.manager.query("INSERT INTO event_cursor (producer, seq) VALUES ('changed', 1)");
    await chain.audit.record(tx, change);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await chain.asAdmin('SELECT * FROM AUDIT.audit_entry'))[0]).toEqual([]);
  const unaudited = chain.scratch.db.transaction(async (tx) => {
    await tx.manager.query("INSERT INTO event_cursor (producer, seq) VALUES ('changed', 1)");
    await chain.audit.record(tx, { ...change, subjectId: 'x'.repeat(41) });
  });
  await expect(unaudited).rejects.toThrow();
  expect((await chain.asAdmin('SELECT * FROM MAIN.event_cursor'))[0]).toEqual([]);
});

test('each subject that is read leaves an entry before the answer', async () => {
  await chain.audit.read(actor, 'record.read', 'record', ['rec_1', 'rec_2']);
  await chain.audit.read(actor, 'record.read', 'record', []);
  const [rows] = await chain.asAdmin('SELECT subject_id FROM AUDIT.audit_entry ORDER BY id');
  expect(rows.map((row) => String(row.subject_id))).toEqual(['rec_1', 'rec_2']);
});

test('what is not chained yet is told', async () => {
  await chain.seal(2);
  await chain.audit.read(actor, 'record.read', 'record', ['rec_1', 'rec_2', 'rec_3']);
  expect(await chain.verify()).toEqual({ sealed: 2, unsealed: 3, problems: [] });
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
  await chain.seal(5);
  expect((await chain.verify()).problems).toEqual([]);
  await chain.asAdmin(sql);
  expect((await chain.verify()).problems.join('; ')).toContain(problem);
});

test('two entries that changed their places are found', async () => {
  await chain.seal(5);
  const [rows] = await chain.asAdmin(
    'SELECT seq, entry_id, entry_hash FROM AUDIT.audit_seal WHERE seq IN (2, 3)',
  );
  const [two, three] = rows;
  await chain.asAdmin("UPDATE AUDIT.audit_seal SET entry_id = 'aside' WHERE seq = 2");
  await chain.asAdmin('UPDATE AUDIT.audit_seal SET entry_id = ?, entry_hash = ? WHERE seq = 3', [
    two?.entry_id,
    two?.entry_hash,
  ]);
  await chain.asAdmin('UPDATE AUDIT.audit_seal SET entry_id = ?, entry_hash = ? WHERE seq = 2', [
    three?.entry_id,
    three?.entry_hash,
  ]);
  expect((await chain.verify()).problems.join('; ')).toContain('does not follow');
});

/** Cuts the chain back to an earlier moment, with the head that was right at that moment. */
async function cutBack(): Promise<void> {
  await chain.seal(3);
  const [[head]] = await chain.asAdmin('SELECT seq, chain_hash, mac FROM MAIN.audit_head');
  await chain.seal(4);
  await chain.asAdmin(
    'DELETE FROM AUDIT.audit_entry WHERE id IN (SELECT entry_id FROM AUDIT.audit_seal WHERE seq > 3)',
  );
  await chain.asAdmin('DELETE FROM AUDIT.audit_seal WHERE seq > 3');
  await chain.asAdmin('UPDATE MAIN.audit_head SET seq = ?, chain_hash = ?, mac = ?', [
    head?.seq,
    head?.chain_hash,
    head?.mac,
  ]);
}

test('a chain that was cut back with its head is found by the head outside of the database', async () => {
  await cutBack();
  expect((await chain.verify()).problems.join('; ')).toContain(
    'the chain was cut: it ends at 3, but 7 were sealed',
  );
});

test('it is found too when the chain has grown again, and longer than it was', async () => {
  await cutBack();
  await chain.seal(2);
  expect((await chain.verify()).problems).not.toEqual([]);
  await chain.seal(10);
  expect((await chain.verify()).problems.join('; ')).toContain('link 7 is not the one that was sealed');
});

test('a head outside of the database that we did not write is told', async () => {
  await chain.seal(1);
  await chain.scratch.redis.set(headKey(chain.scratch.name), '{"seq":1,"chainHash":"x","mac":"y"}');
  expect((await chain.verify()).problems.join('; ')).toContain('outside of the database was not written');
  await chain.scratch.redis.set(headKey(chain.scratch.name), 'nonsense');
  expect((await chain.verify()).problems.join('; ')).toContain('outside of the database was not written');
});

test('a chain whose head was deleted goes on where it ended', async () => {
  await chain.seal(3);
  await chain.asAdmin('DELETE FROM MAIN.audit_head');
  await chain.seal(2);
  expect(await chain.verify()).toEqual({ sealed: 5, unsealed: 0, problems: [] });
});

test('another key makes no chain that passes', async () => {
  await chain.seal(3);
  const place = { ...chain.scratch.place, key: 'f'.repeat(64) };
  expect(
    (await verifyAudit(chain.scratch.db, chain.scratch.redis, place)).problems.length,
  ).toBeGreaterThanOrEqual(3);
});

test('the application itself can neither edit nor delete an entry or a link', async () => {
  await chain.seal(1);
  const { user, password } = chain.scratch.config.database;
  const application = await connectAs({ name: user, password });
  try {
    for (const table of ['audit_entry', 'audit_seal']) {
      const name = `\`${chain.scratch.place.schema}\`.${table}`;
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
    const [rows] = await chain.asAdmin(`SHOW GRANTS FOR 'yey_${name}'@'%'`);
    const grants = rows
      .map((row) => String(Object.values(row)[0]))
      .filter((each) => each.includes('_audit`'));
    const mine = grants.filter((each) => each.includes(`yey_${name}_audit`));
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatch(/^GRANT SELECT, INSERT ON /);
  }
});
