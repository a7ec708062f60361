import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { beginEventEpoch } from '../../shared/outbox/event-log.ts';
import { EventBench } from '../testkit/event-bench.ts';

let bench: EventBench;
beforeAll(async () => {
  bench = await EventBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());

const epochOfProducer = () => bench.maker.db.transaction((tx) => beginEventEpoch(tx, new Date()));
const alarms = async () => (await bench.consumer().status()).alarms;

test('a producer that was set back below the cursor is an alarm, whatever it tells next', async () => {
  await bench.publish([1, 2, 3, 4, 5]);
  await bench.consumer().run();
  await bench.setBack(2);
  await expect(bench.consumer().run()).rejects.toMatchObject({
    code: 'EVENT_CURSOR_BEYOND_END',
    params: { seq: 5, end: 2 },
  });
  expect(await alarms()).toEqual(['EVENT_CURSOR_BEYOND_END']);
  // As many as were lost, and then more: the number alone would not tell.
  await bench.publish([13, 14, 15]);
  await expect(bench.consumer().run()).rejects.toMatchObject({ code: 'EVENT_HISTORY_CHANGED' });
  await bench.publish([16, 17]);
  await expect(bench.consumer().run()).rejects.toMatchObject({ code: 'EVENT_HISTORY_CHANGED' });
  expect(await alarms()).toEqual(['EVENT_HISTORY_CHANGED']);
  expect(await bench.effects()).toEqual([1, 2, 3, 4, 5]);
});

test('another epoch is an alarm, even where the numbers would fit', async () => {
  await bench.publish([1, 2, 3]);
  await bench.consumer().run();
  await epochOfProducer();
  await bench.publish([4]);
  await expect(bench.consumer().run()).rejects.toMatchObject({ code: 'EVENT_EPOCH_CHANGED' });
  expect(await alarms()).toEqual(['EVENT_EPOCH_CHANGED']);
  expect(await bench.effects()).toEqual([1, 2, 3]);
});

test('the producer tells until where two epochs are the same', async () => {
  await bench.publish([1, 2, 3, 4]);
  await bench.consumer().run();
  const before = String((await bench.cursorRow())?.epoch);
  await bench.setBack(2);
  await epochOfProducer();
  await bench.publish([5, 6]);
  await epochOfProducer();
  const { answerLog } = bench;
  expect(await answerLog(4, before)).toMatchObject({ lastSeq: 4, sharedUntil: 2 });
  expect(await answerLog(4, 'epo_of_nobody')).toMatchObject({ sharedUntil: null });
  const { epoch } = await answerLog(0, null);
  expect(epoch).not.toBe(before);
  expect(await answerLog(0, epoch)).toMatchObject({ sharedUntil: 4 });
});

test('a cursor of an earlier release takes over the epoch of its producer and goes on', async () => {
  await bench.publish([1, 2, 3]);
  await bench.taker.admin.query(
    `INSERT INTO \`${bench.taker.schema}\`.event_cursor (producer, seq) VALUES (?, 2)`,
    [bench.producer],
  );
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([3]);
  const { epoch } = await bench.answerLog(0, null);
  expect(await bench.cursorRow()).toMatchObject({ seq: 3, epoch });
});

test('a process of an earlier release that moves the cursor meanwhile raises no alarm', async () => {
  await bench.publish([1]);
  await bench.consumer().run();
  await bench.publish([2, 3]);
  await bench.taker.admin.query(
    `UPDATE \`${bench.taker.schema}\`.event_cursor SET seq = 2 WHERE producer = ?`,
    [bench.producer],
  );
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([1, 3]);
});

test('a cursor of an earlier release beyond the end is an alarm too', async () => {
  await bench.publish([1]);
  await bench.taker.admin.query(
    `INSERT INTO \`${bench.taker.schema}\`.event_cursor (producer, seq) VALUES (?, 9)`,
    [bench.producer],
  );
  await expect(bench.consumer().run()).rejects.toMatchObject({ code: 'EVENT_CURSOR_BEYOND_END' });
});

test.each([
  ['type', "type = 'stock.eaten'", { type: 'stock.eaten', version: 1 }],
  ['version', 'version = 2', { type: 'stock.low', version: 2 }],
])('an event of a %s that this release does not know stops the cursor', async (_what, change, params) => {
  await bench.publish([1, 2, 3]);
  await bench.changeEvent(2, change);
  await expect(bench.consumer().run()).rejects.toMatchObject({ code: 'EVENT_UNKNOWN', params });
  expect(await bench.effects()).toEqual([1]);
  expect(await alarms()).toEqual(['EVENT_UNKNOWN']);
  // As after the upgrade that knows it.
  await bench.changeEvent(2, "type = 'stock.low', version = 1");
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([1, 2, 3]);
  expect(await alarms()).toEqual([]);
});

test('events that were deleted at the end are an alarm', async () => {
  await bench.publish([1, 2, 3]);
  await bench.maker.admin.query(`DELETE FROM \`${bench.maker.schema}\`.outbox_event WHERE seq > 1`);
  await expect(bench.consumer().run()).rejects.toMatchObject({ code: 'EVENT_GAP', params: { seq: 2 } });
  expect(await bench.effects()).toEqual([1]);
});

test('how far a reader is behind is told, and that it is late is an alarm', async () => {
  await bench.publish([1, 2, 3]);
  await bench.changeEvent(2, "type = 'stock.eaten', occurred_at = occurred_at - INTERVAL 90 SECOND");
  const reading = bench.consumer();
  await expect(reading.run()).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
  const status = await reading.status();
  expect(status).toMatchObject({ seq: 1, behind: 2, alarms: ['EVENT_UNKNOWN', 'EVENTS_BEHIND'] });
  expect(status.behindSeconds).toBeGreaterThanOrEqual(90);
});
