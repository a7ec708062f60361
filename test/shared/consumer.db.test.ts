import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../../shared/db/db.ts';
import { newId } from '../../shared/ids/ids.ts';
import { keepDoing } from '../../shared/jobs/loop.ts';
import { EventConsumer } from '../../shared/outbox/event-consumer.ts';
import type { EventHandlers } from '../../shared/outbox/event-handlers.ts';
import { EventReader } from '../../shared/outbox/event-reader.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import { eventsTopic, Sequencer } from '../../shared/outbox/sequencer.ts';
import type { Wake } from '../../shared/redis/wake.ts';
import { ServiceClient } from '../../shared/service/service-client.ts';
import { fixtureOf } from '../testkit/fixtures.ts';
import { until } from '../testkit/platform.ts';
import { serveEvents } from '../testkit/producer.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

const stock = fixtureOf('stock.low');
let maker: Scratch;
let taker: Scratch;
let server: Awaited<ReturnType<typeof serveEvents>>;
let producer: string;
let outbox: Outbox;
let sequencer: Sequencer;

beforeAll(async () => {
  maker = await scratchSubgraph();
  taker = await scratchSubgraph();
  await taker.admin.query(
    `CREATE TABLE \`${taker.schema}\`.effect (n INT AUTO_INCREMENT PRIMARY KEY, producer VARCHAR(64), value INT)`,
  );
  server = await serveEvents(new EventReader(maker.db, maker.cipher));
});
afterAll(async () => {
  await server.close();
  await maker.close();
  await taker.close();
});
beforeEach(async () => {
  await maker.admin.query(`DELETE FROM \`${maker.schema}\`.outbox_event`);
  await maker.admin.query(`UPDATE \`${maker.schema}\`.outbox_counter SET last_seq = 0`);
  server.state.isDown = false;
  // Each test has a cursor and a topic of its own.
  producer = newId('tst');
  outbox = new Outbox(producer, maker.cipher, maker.wake, () => new Date());
  sequencer = new Sequencer(maker.db, producer, maker.wake);
});

const client = () => new ServiceClient(taker.config.serviceKeys, 'stats', 'care', server.url);
const note: EventHandlers = {
  'stock.low': async (tx, { payload }) => {
    await tx.manager.query('INSERT INTO effect (producer, value) VALUES (?, ?)', [
      producer,
      payload.available,
    ]);
  },
};
const consumer = (db: Db, handlers: EventHandlers = note, batch = 500) =>
  new EventConsumer(db, producer, client(), handlers, { batch });
const naturals = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function publish(values: number[]): Promise<void> {
  for (const available of values) {
    await maker.db.transaction((tx) =>
      outbox.add(tx, {
        type: 'stock.low',
        aggregateType: 'stock',
        aggregateId: newId('sku'),
        aggregateVersion: 1,
        payload: { ...stock, available },
      }),
    );
  }
  await sequencer.run();
}

async function effects(): Promise<number[]> {
  const [rows] = await taker.admin.query(
    `SELECT value FROM \`${taker.schema}\`.effect WHERE producer = ? ORDER BY n`,
    [producer],
  );
  return (rows as { value: number }[]).map((row) => row.value);
}

async function cursor(): Promise<number | undefined> {
  const [rows] = await taker.admin.query(
    `SELECT seq FROM \`${taker.schema}\`.event_cursor WHERE producer = ?`,
    [producer],
  );
  return (rows as { seq: number }[])[0]?.seq;
}

test('two processes at once: each fact has its effect once, in order, over several pages', async () => {
  await publish(naturals(230));
  const [one, two] = [consumer(taker.db), consumer(await taker.open())];
  await Promise.all([one.run(), two.run()]);
  expect(await effects()).toEqual(naturals(230));
  expect(await cursor()).toBe(230);
});

test('a handler that fails holds those behind it, and then they go on', async () => {
  await publish([1, 2, 3]);
  let isBroken = true;
  const handlers: EventHandlers = {
    'stock.low': async (tx, event) => {
      await note['stock.low']?.(tx, event);
      // After its effect, so that a cursor or an effect outside the transaction would be found out.
      if (isBroken && event.payload.available === 2) throw new Error('not now');
    },
  };
  const failing = consumer(taker.db, handlers);
  await expect(failing.run()).rejects.toThrow('not now');
  await expect(failing.run()).rejects.toThrow('not now');
  expect(await effects()).toEqual([1]);
  expect(await cursor()).toBe(1);
  isBroken = false;
  await failing.run();
  expect(await effects()).toEqual([1, 2, 3]);
});

test('a consumer that dies in the middle leaves neither an effect nor a moved cursor', async () => {
  await publish([1]);
  let isDying = true;
  const handlers: EventHandlers = {
    'stock.low': async (tx, event) => {
      await note['stock.low']?.(tx, event);
      if (!isDying) return;
      const [row] = await tx.manager.query<{ id: string }[]>('SELECT CONNECTION_ID() AS id');
      await taker.admin.query(`KILL ${Number(row?.id)}`);
    },
  };
  const dying = consumer(taker.db, handlers);
  await expect(dying.run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await effects()).toEqual([]);
  isDying = false;
  await dying.run();
  expect(await effects()).toEqual([1]);
});

test('a cursor that is set back replays everything', async () => {
  await publish([1, 2, 3]);
  const reading = consumer(taker.db);
  await reading.run();
  await taker.admin.query(`UPDATE \`${taker.schema}\`.event_cursor SET seq = 0 WHERE producer = ?`, [
    producer,
  ]);
  await reading.run();
  expect(await effects()).toEqual([1, 2, 3, 1, 2, 3]);
});

test('a cursor that is set back while facts are read replays everything without a failure', async () => {
  await publish([1, 2, 3]);
  let isFirst = true;
  const handlers: EventHandlers = {
    'stock.low': async (tx, event) => {
      await note['stock.low']?.(tx, event);
      if (event.payload.available !== 2 || !isFirst) return;
      isFirst = false;
      // By somebody who waits for the end of this transaction.
      const setBack = `UPDATE \`${taker.schema}\`.event_cursor SET seq = 0 WHERE producer = ?`;
      tx.afterCommit(async () => void (await taker.admin.query(setBack, [producer])));
    },
  };
  await consumer(taker.db, handlers, 2).run();
  expect(await effects()).toEqual([1, 2, 1, 2, 3]);
});

test('a gap in the numbers of a producer holds its facts', async () => {
  await publish([1, 2, 3]);
  await maker.admin.query(`DELETE FROM \`${maker.schema}\`.outbox_event WHERE seq = 2`);
  const reading = consumer(taker.db);
  await expect(reading.run()).rejects.toMatchObject({ code: 'EVENT_GAP', params: { seq: 2 } });
  expect(await effects()).toEqual([1]);
});

test('a fact that nobody here acts on moves the cursor all the same', async () => {
  await publish([1, 2]);
  await consumer(taker.db, {}).run();
  expect(await cursor()).toBe(2);
});

test('a producer that is down says so, and what it told before is not told again', async () => {
  await publish([1]);
  const reading = consumer(taker.db);
  await reading.run();
  server.state.isDown = true;
  await publish([2]);
  await expect(reading.run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  server.state.isDown = false;
  await reading.run();
  expect(await effects()).toEqual([1, 2]);
});

/** A consumer that runs until it is stopped, and has looked for the first time. */
async function running(wake: Wake): Promise<() => Promise<void>> {
  const reading = consumer(taker.db);
  let runs = 0;
  const work = async () => {
    await reading.run();
    runs += 1;
  };
  const stop = keepDoing('test', wake, eventsTopic(producer), work);
  await until(() => runs > 0);
  return stop;
}

test('a running consumer is woken by new facts', async () => {
  const stop = await running(taker.onlyCalled);
  try {
    await publish([1]);
    await until(async () => (await effects()).length === 1);
  } finally {
    await stop();
  }
  expect(await effects()).toEqual([1]);
});

test('a running consumer looks by itself where no wake-up reaches it', async () => {
  const stop = await running(taker.wake);
  try {
    // Numbered by a sequencer whose wake-ups reach nobody.
    sequencer = new Sequencer(maker.db, newId('tst'), maker.wake);
    await publish([1]);
    await until(async () => (await effects()).length === 1);
  } finally {
    await stop();
  }
});
