import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inRequest } from '../../shared/context/request-context.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../shared/db/db.ts';
import { newId } from '../../shared/ids/ids.ts';
import { EventReader } from '../../shared/outbox/event-reader.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import { Sequencer } from '../../shared/outbox/sequencer.ts';
import { fixtureOf } from '../testkit/fixtures.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

let scratch: Scratch;
let db: Db;
let outbox: Outbox;
let reader: EventReader;

beforeAll(async () => {
  scratch = await scratchSubgraph();
  ({ db } = scratch);
  outbox = new Outbox(scratch.name, scratch.cipher, scratch.wake, () => new Date());
  reader = new EventReader(db, scratch.cipher);
});
afterAll(() => scratch.close());
beforeEach(async () => {
  await scratch.admin.query(`DELETE FROM \`${scratch.schema}\`.outbox_event`);
  await scratch.admin.query(`UPDATE \`${scratch.schema}\`.outbox_counter SET last_seq = 0`);
});

const stock = fixtureOf('stock.low');
const add = (tx: Tx, aggregateId: string, aggregateVersion = 1) =>
  outbox.add(tx, {
    type: 'stock.low',
    aggregateType: 'stock',
    aggregateId,
    aggregateVersion,
    payload: { ...stock, alertId: newId('sal') },
  });
const numbered = () => reader.after(0, 500);
const naturals = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('twenty writers and two sequencers at once: numbers from 1 without gap, each event once', async () => {
  const one = new Sequencer(db, scratch.name, scratch.wake);
  const two = new Sequencer(await scratch.open(), scratch.name, scratch.wake);
  const state = { isWriting: true };
  const sequence = async (sequencer: Sequencer) => {
    while (state.isWriting) await sequencer.run();
  };
  const sequencing = [sequence(one), sequence(two)];
  // A reader that goes on from the last number that it saw, as consumers do.
  const seen: number[] = [];
  const reading = (async () => {
    while (state.isWriting) {
      seen.push(...(await reader.after(seen.at(-1) ?? 0, 500)).map((event) => event.seq));
      await delay(1);
    }
  })();
  await Promise.all(
    naturals(20).map(async (writer) => {
      for (let event = 0; event < 10; event += 1) {
        await db.transaction(async (tx) => {
          await add(tx, `writer_${writer}`, event + 1);
          await delay(Math.random() * 5);
        });
      }
    }),
  );
  state.isWriting = false;
  await Promise.all([...sequencing, reading]);
  await one.run();
  const all = await numbered();
  expect(all.map((event) => event.seq)).toEqual(naturals(200));
  expect(new Set(all.map((event) => event.id)).size).toBe(200);
  seen.push(...(await reader.after(seen.at(-1) ?? 0, 500)).map((event) => event.seq));
  expect(seen).toEqual(naturals(200));
});

test('an event that is committed late comes after those that were numbered before it', async () => {
  const sequencer = new Sequencer(db, scratch.name, scratch.wake);
  let commit = (): void => undefined;
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const late = db.transaction(async (tx) => {
    await add(tx, 'late');
    begun();
    await mayCommit;
  });
  await hasBegun;
  await db.transaction((tx) => add(tx, 'early'));
  await sequencer.run();
  expect((await numbered()).map((event) => event.aggregateId)).toEqual(['early']);
  commit();
  await late;
  await sequencer.run();
  expect((await reader.after(1, 10)).map(({ seq, aggregateId }) => [seq, aggregateId])).toEqual([
    [2, 'late'],
  ]);
});

test('a transaction that fails leaves no event', async () => {
  const failing = db.transaction(async (tx) => {
    await add(tx, 'failed');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await new Sequencer(db, scratch.name, scratch.wake).run();
  expect(await numbered()).toEqual([]);
});

test('a process that dies before its commit leaves no event', async () => {
  const dying = db.transaction(async (tx) => {
    await add(tx, 'killed');
    const [row] = await tx.manager.query<{ id: string }[]>('SELECT CONNECTION_ID() AS id');
    await scratch.admin.query(`KILL ${Number(row?.id)}`);
    await add(tx, 'killed');
  });
  await expect(dying).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await db.transaction((tx) => add(tx, 'alive'));
  await new Sequencer(db, scratch.name, scratch.wake).run();
  expect((await numbered()).map(({ seq, aggregateId }) => [seq, aggregateId])).toEqual([[1, 'alive']]);
});

/** An event as a process whose clock is wrong would have written it. */
async function insertWithId(id: string, aggregateId: string, aggregateVersion: number): Promise<void> {
  await scratch.admin.query(
    `INSERT INTO \`${scratch.schema}\`.outbox_event (id, type, version, aggregatetype, aggregateid,
       aggregate_version, occurred_at, actor, request_id, traceparent, payload)
     VALUES (?, 'stock.low', 1, 'stock', ?, ?, NOW(3), '', '', '', ?)`,
    [id, aggregateId, aggregateVersion, JSON.stringify(stock)],
  );
}

test('the events of one aggregate stand in the order of its versions, whatever the clocks were', async () => {
  await insertWithId('evt_3', 'mine', 1);
  await insertWithId('evt_2', 'mine', 2);
  await insertWithId('evt_1', 'mine', 3);
  await insertWithId('evt_0', 'other', 1);
  await new Sequencer(db, scratch.name, scratch.wake).run();
  const versions = (await numbered()).filter((event) => event.aggregateId === 'mine');
  expect(versions.map((event) => event.aggregateVersion)).toEqual([1, 2, 3]);
});

test('that order holds over the border of a batch', async () => {
  await insertWithId('evt_zzz', 'mine', 1);
  for (let index = 0; index < 500; index += 1) {
    await insertWithId(`evt_m${String(index).padStart(3, '0')}`, `other_${index}`, 1);
  }
  await insertWithId('evt_aaa', 'mine', 2);
  expect(await new Sequencer(db, scratch.name, scratch.wake).run()).toBe(502);
  const all = [...(await reader.after(0, 500)), ...(await reader.after(500, 500))];
  expect(all.map((event) => event.seq)).toEqual(naturals(502));
  const mine = all.filter((event) => event.aggregateId === 'mine');
  expect(mine.map((event) => event.aggregateVersion)).toEqual([1, 2]);
});

test('a payload of a person is not in the database in clear, and its reader gets it as it was', async () => {
  const payload = fixtureOf('prescription.signed');
  await db.transaction((tx) =>
    outbox.add(tx, {
      type: 'prescription.signed',
      aggregateType: 'prescription',
      aggregateId: payload.prescriptionId,
      aggregateVersion: 1,
      payload,
    }),
  );
  await new Sequencer(db, scratch.name, scratch.wake).run();
  const [rows] = await scratch.admin.query(`SELECT payload FROM \`${scratch.schema}\`.outbox_event`);
  const stored = JSON.stringify(rows);
  for (const text of [payload.patientName, payload.patientAccountId, payload.diagnoses[0]?.name ?? '']) {
    expect(stored).not.toContain(text);
  }
  const [event] = await numbered();
  expect(JSON.parse(event?.payload ?? '')).toEqual(payload);
});

test('a sealed payload that was put into another row is not read, and those behind it are', async () => {
  const payload = fixtureOf('prescription.signed');
  for (const aggregateId of ['first', 'second']) {
    await db.transaction((tx) =>
      outbox.add(tx, {
        type: 'prescription.signed',
        aggregateType: 'prescription',
        aggregateId,
        aggregateVersion: 1,
        payload,
      }),
    );
  }
  await new Sequencer(db, scratch.name, scratch.wake).run();
  await scratch.admin.query(
    `UPDATE \`${scratch.schema}\`.outbox_event a JOIN \`${scratch.schema}\`.outbox_event b
     SET a.payload = b.payload WHERE a.aggregateid = 'first' AND b.aggregateid = 'second'`,
  );
  const [moved, behind] = await numbered();
  expect(moved?.payload).toBe('"DECRYPT_FAILED"');
  expect(JSON.parse(behind?.payload ?? '')).toEqual(payload);
  // A process without the key is not what is wrong with the events: its readers wait for one that has it.
  const without = new EventReader(db, new FieldCipher({ active: 'other', keys: { other: 'ab'.repeat(32) } }));
  await expect(without.after(0, 500)).rejects.toMatchObject({ code: 'DECRYPT_FAILED' });
});

test('a payload that does not fit its type fails the transaction', async () => {
  const wrong = { ...stock, available: -1 };
  await expect(
    db.transaction((tx) =>
      outbox.add(tx, {
        type: 'stock.low',
        aggregateType: 'stock',
        aggregateId: 'a',
        aggregateVersion: 1,
        payload: wrong,
      }),
    ),
  ).rejects.toThrow();
});

test('an event names the request and the actor that made it', async () => {
  const request = {
    requestId: 'req-1',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    locale: 'en',
    actorId: 'service:test',
    needsLatest: false,
  };
  await inRequest(request, () => db.transaction((tx) => add(tx, 'told')));
  await new Sequencer(db, scratch.name, scratch.wake).run();
  expect((await numbered())[0]).toMatchObject({
    requestId: 'req-1',
    traceparent: request.traceparent,
    actor: 'service:test',
  });
});
