import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Audit } from '../../shared/audit/audit.ts';
import type { EventConsumer } from '../../shared/outbox/event-consumer.ts';
import { ParkedEvents } from '../../shared/outbox/parked-events.ts';
import { EventBench, naturals } from '../testkit/event-bench.ts';

let bench: EventBench;
beforeAll(async () => {
  bench = await EventBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());

const parked = () => new ParkedEvents(bench.taker.db, bench.producer).all();

/** @returns how often it failed before it came through */
async function failuresUntilThrough(consumer: EventConsumer, most = 20): Promise<number> {
  for (let failures = 0; failures < most; failures += 1) {
    const isThrough = await consumer.run().then(
      () => true,
      (error: unknown) => {
        expect(String(error)).toContain('poison');
        return false;
      },
    );
    if (isThrough) return failures;
  }
  throw new Error('it never came through');
}

test('an event that fails five times is parked with what comes later of the same thing; others go on', async () => {
  bench.poisonous.add(3);
  await bench.publish([1, 2]);
  await bench.publish([3, 4], 'sku_of_the_poison');
  await bench.publish([5]);
  // The fifth failure parks it, and the same run goes on.
  expect(await failuresUntilThrough(bench.consumer())).toBe(4);
  expect(await bench.effects()).toEqual([1, 2, 5]);
  await bench.publish([6], 'sku_of_the_poison');
  await bench.publish([7]);
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([1, 2, 5, 7]);
  expect((await parked()).map(({ seq, reason }) => [seq, reason])).toEqual([
    [3, 'Error'],
    [4, null],
    [6, null],
  ]);
  expect(await bench.consumer().status()).toMatchObject({ seq: 7, parked: 3, alarms: ['EVENT_PARKED'] });
});

test('failures are counted over all processes and restarts', async () => {
  bench.poisonous.add(1);
  await bench.publish([1, 2]);
  const other = await bench.taker.open();
  for (let failures = 0; failures < 4; failures += 1) {
    const process = bench.consumer(failures % 2 === 0 ? bench.taker.db : other);
    await expect(process.run()).rejects.toThrow('poison 1');
  }
  await bench.consumer(other).run();
  expect(await bench.effects()).toEqual([2]);
});

test('a retry handles what is parked, in order, and what fails still stays parked', async () => {
  bench.poisonous.add(1).add(3);
  await bench.publish([1, 2], 'sku_a');
  await bench.publish([3, 4], 'sku_b');
  await failuresUntilThrough(bench.consumer());
  expect(await bench.effects()).toEqual([]);
  bench.poisonous.delete(1);
  expect(await bench.retry().run()).toBe(2);
  expect(await bench.effects()).toEqual([1, 2]);
  expect((await parked()).map((each) => each.seq)).toEqual([3, 4]);
  await bench.publish([5], 'sku_a');
  await bench.publish([6], 'sku_b');
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([1, 2, 5]);
  bench.poisonous.clear();
  expect(await bench.retry().run()).toBe(3);
  expect(await bench.effects()).toEqual([1, 2, 5, 3, 4, 6]);
  expect((await bench.consumer().status()).alarms).toEqual([]);
});

test('a retry while events of the same thing go on coming keeps their order', async () => {
  bench.poisonous.add(1);
  await bench.publish(naturals(20), 'sku_busy');
  await failuresUntilThrough(bench.consumer());
  bench.poisonous.clear();
  const more = naturals(20).map((each) => each + 20);
  const coming = (async () => {
    for (const each of more) {
      await bench.publish([each], 'sku_busy');
      await bench.consumer().run();
    }
  })();
  await Promise.all([bench.retry().run(), coming]);
  await bench.retry().run();
  expect(await bench.effects()).toEqual(naturals(40));
});

test('an event that is given up lets those behind it be handled, and the audit says so', async () => {
  bench.poisonous.add(1);
  await bench.publish([1, 2], 'sku_lost');
  await failuresUntilThrough(bench.consumer());
  const [first] = await parked();
  const audit = new Audit(bench.taker.db, bench.taker.place, bench.taker.wake, () => new Date());
  await expect(bench.retry().discard(audit, 'evt_of_nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await bench.retry().discard(audit, first?.id ?? '');
  await bench.retry().run();
  expect(await bench.effects()).toEqual([2]);
  const [entries] = await bench.taker.admin.query(
    `SELECT action, subject_id AS id FROM \`${bench.taker.place.schema}\`.audit_entry`,
  );
  expect(entries).toEqual([{ action: 'event.discard', id: first?.id }]);
});

test('a payload that cannot be read is parked as well', async () => {
  await bench.publish([1, 2]);
  await bench.changeEvent(1, "payload = '{'");
  for (let failures = 0; failures < 4; failures += 1) {
    await expect(bench.consumer().run()).rejects.toThrow();
  }
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([2]);
  expect((await parked()).map((each) => each.reason)).toEqual(['SyntaxError']);
});

test('a payload that its producer cannot decrypt is parked with what comes later of the same thing', async () => {
  await bench.publish([1]);
  await bench.publishEncrypted(2, 'rxn_moved');
  await bench.publishEncrypted(3, 'rxn_moved');
  await bench.publishEncrypted(4, 'rxn_right');
  await bench.publish([5]);
  const events = `\`${bench.maker.schema}\`.outbox_event`;
  await bench.maker.admin.query(
    `UPDATE ${events} a JOIN ${events} b SET a.payload = b.payload WHERE a.seq = 2 AND b.seq = 4`,
  );
  const ends: string[] = [];
  for (let run = 0; run < 6; run += 1) {
    const ended = bench.consumer().run();
    ends.push(
      await ended.then(
        () => 'through',
        (error: { code: string }) => error.code,
      ),
    );
  }
  expect(ends).toEqual([...Array<string>(4).fill('DECRYPT_FAILED'), 'through', 'through']);
  expect(await bench.effects()).toEqual([1, 4, 5]);
  expect((await parked()).map(({ seq, reason }) => [seq, reason])).toEqual([
    [2, 'DECRYPT_FAILED'],
    [3, null],
  ]);
});

test('a database that is away for a while parks nothing', async () => {
  await bench.publish([1]);
  const db = await bench.taker.open();
  await db.close();
  for (let attempt = 0; attempt < 7; attempt += 1) await expect(bench.consumer(db).run()).rejects.toThrow();
  expect(await parked()).toEqual([]);
  await bench.consumer().run();
  expect(await bench.effects()).toEqual([1]);
});

test('one event that fails among many costs the others nothing', async () => {
  bench.poisonous.add(150);
  await bench.publish(naturals(300));
  await failuresUntilThrough(bench.consumer());
  expect(await bench.effects()).toEqual(naturals(300).filter((each) => each !== 150));
});
