import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Counters, windowSchema } from '../../../shared/limits/window-counter.ts';
import { createRedis } from '../../../shared/redis/clients.ts';
import { environmentOf } from '../../testkit/platform.ts';

const url = environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '';
const clients = [createRedis(url, 'request'), createRedis(url, 'request')];
// Until it is connected, a process counts in memory.
beforeAll(async () => {
  for (const each of clients) await each.ping();
});
afterAll(() => clients.forEach((each) => each.disconnect()));

test('processes count together, and each key for itself', async () => {
  const one = new Counters(clients[0]).window('test:together', [10, 60]);
  const other = new Counters(clients[1]).window('test:together', [10, 60]);
  const key = randomUUID();
  const counted = await Promise.all(
    Array.from({ length: 20 }, (_, at) => (at % 2 ? one : other).consume(key)),
  );
  expect(counted.filter((each) => !each.isOver)).toHaveLength(10);
  const last = await one.consume(key);
  expect(last).toMatchObject({ isOver: true, limit: 10, windowS: 60, remaining: 0 });
  expect(last.resetMs).toBeGreaterThan(0);
  expect(last.resetMs).toBeLessThanOrEqual(60_000);
  expect(await other.consume(randomUUID())).toMatchObject({ isOver: false, remaining: 9 });
});

test('many points count at once, and more than there are at all are refused', async () => {
  const counter = new Counters(clients[0]).window('test:points', [100, 60]);
  const key = randomUUID();
  expect(await counter.consume(key, 70)).toMatchObject({ isOver: false, remaining: 30 });
  expect((await counter.consume(key, 31)).isOver).toBe(true);
  expect((await counter.consume(randomUUID(), 101)).isOver).toBe(true);
});

test('a part of a point counts as a whole one, in Redis too, and what is no number is not counted', async () => {
  const one = new Counters(clients[0]).window('test:parts', [100, 60]);
  const other = new Counters(clients[1]).window('test:parts', [100, 60]);
  const key = randomUUID();
  for (let at = 0; at < 10; at += 1) await one.consume(key, 1.3);
  expect(await other.consume(key)).toMatchObject({ isOver: false, remaining: 79 });
  for (const wrong of [NaN, Infinity, -1]) {
    await expect(one.consume(key, wrong)).rejects.toThrow(RangeError);
  }
  // Redis still counts: nothing of this was taken for a failure of it.
  await one.consume(key);
  expect(await other.consume(key)).toMatchObject({ remaining: 77 });
});

test('without Redis, or with one that never answers, it counts in memory and nobody waits long', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const gone = [
    createRedis('redis://127.0.0.1:1/0', 'request'),
    createRedis(`redis://127.0.0.1:${port}/0`, 'request'),
  ];
  try {
    for (const redis of [undefined, ...gone]) {
      const counter = new Counters(redis, 200).window('test:gone', [10, 60]);
      const key = randomUUID();
      const counted = await Promise.all(Array.from({ length: 30 }, () => counter.consume(key)));
      expect(counted.filter(({ isOver }) => !isOver)).toHaveLength(10);
      // It was found out; from here on nobody waits for Redis at all.
      const begun = performance.now();
      for (let at = 0; at < 20; at += 1) await counter.consume(key);
      expect(performance.now() - begun).toBeLessThan(2000);
    }
  } finally {
    for (const each of gone) each.disconnect();
    silent.close();
  }
});

test('a window is a number of points and of seconds, up to a day', () => {
  for (const wrong of [[0, 60], [1, 0], [1, 86_401], [1.5, 60], [1], ['1', 60], [1e12, 60]]) {
    expect(windowSchema.safeParse(wrong).success).toBe(false);
  }
  expect(windowSchema.parse([20, 60])).toEqual([20, 60]);
});
