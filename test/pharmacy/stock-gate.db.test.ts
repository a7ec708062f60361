import { type ChildProcess, spawn } from 'node:child_process';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { freePort, until } from '../testkit/platform.ts';
import {
  brokenStock,
  codesOf,
  levelsOf,
  line,
  openStock,
  type Place,
  sku,
  type StockBench,
} from './stock-bench.ts';

/** A Redis of its own: it is emptied, told lies, and ended. */
let server: ChildProcess;
let redis: Redis;
let bench: StockBench;
let place: Place;

function startRedis(port: number): ChildProcess {
  return spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
}

let port = 0;
beforeAll(async () => {
  port = await freePort();
  server = startRedis(port);
  redis = createRedis(`redis://127.0.0.1:${port}/0`, 'request');
  await until(async () => (await redis.ping()) === 'PONG');
  bench = await openStock(redis);
});
beforeEach(async () => {
  place = await bench.newPlace();
});
afterAll(async () => {
  await bench.close();
  redis.disconnect();
  server.kill();
});

const key = (code: string) => `{yey:stock:${place.pharmacyId}:${sku(code)}}`;
const gate = async (code: string) => Number(await redis.get(key(code)));
/** What comes is told to the gate behind the answer: a level that comes late would undo what was taken meanwhile. */
const stocked = async (code: string, quantity: number) => {
  await bench.receive(place, code, quantity);
  await until(async () => (await gate(code)) === quantity);
};
const buyers = (count: number, code: string) =>
  Promise.allSettled(Array.from({ length: count }, () => bench.order(place, [line(code)])));
const wins = (results: PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

test('an empty gate is filled from the database and counts down', async () => {
  await stocked('D015', 9);
  await redis.del(key('D015'));
  await bench.order(place, [line('D015', 2)]);
  expect(await gate('D015')).toBe(7);
});

test('Redis emptied again and again while forty buy twenty packs: twenty have one', async () => {
  await bench.receive(place, 'D016', 20);
  const buying = new AbortController();
  const emptying = (async () => {
    while (!buying.signal.aborted) await redis.flushall();
  })();
  const results = await buyers(40, 'D016');
  buying.abort();
  await emptying;
  expect(wins(results)).toBe(20);
  expect(new Set(codesOf(results))).toEqual(new Set(['OUT_OF_STOCK']));
  expect(await levelsOf(bench, place)).toMatchObject({ [sku('D016')]: { available: 0, held: 20 } });
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('a gate that is too high oversells nothing and is put right', async () => {
  await stocked('D017', 3);
  await redis.set(key('D017'), 999);
  const results = await buyers(12, 'D017');
  expect(wins(results)).toBe(3);
  expect(new Set(codesOf(results))).toEqual(new Set(['OUT_OF_STOCK']));
  await until(async () => (await gate('D017')) === 0);
  expect(await brokenStock(bench, place)).toEqual([]);
});

test.each(['0', '-7', 'nonsense'])(
  'a gate that says %s refuses nobody for whom there is stock',
  async (lie) => {
    await stocked('D018', 5);
    await redis.set(key('D018'), lie);
    await bench.order(place, [line('D018')]);
    expect(await gate('D018')).toBe(4);
    await redis.set(key('D018'), lie);
    expect(wins(await buyers(6, 'D018'))).toBe(4);
    expect(await brokenStock(bench, place)).toEqual([]);
  },
);

test('a retry of the same call takes from the gate once', async () => {
  await stocked('D019', 10);
  const orderId = newId('ord');
  const results = await Promise.all(
    Array.from({ length: 8 }, () => bench.order(place, [line('D019', 2)], orderId)),
  );
  expect(new Set(results.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(await gate('D019')).toBe(8);
  const ticket = await bench.stockGate.take('call', place.pharmacyId, [line('D019', 3)]);
  await bench.stockGate.giveBack(ticket);
  await bench.stockGate.giveBack(ticket);
  expect(await gate('D019')).toBe(8);
});

test('who is refused one line gives the others back, and a failed transaction all', async () => {
  await stocked('D020', 10);
  await stocked('D021', 1);
  await expect(bench.order(place, [line('D020', 4), line('D021', 2)])).rejects.toThrow('OUT_OF_STOCK');
  expect([await gate('D020'), await gate('D021')]).toEqual([10, 1]);
  const failing = bench.stockGate.guarded('failing', place.pharmacyId, [line('D020', 4)], () =>
    Promise.reject(new Error('no money')),
  );
  await expect(failing).rejects.toThrow('no money');
  expect(await gate('D020')).toBe(10);
});

test('what comes, is given back or is written off is seen by the gate', async () => {
  await stocked('D022', 2);
  const orderId = newId('ord');
  await bench.order(place, [line('D022', 2)], orderId);
  await expect(bench.order(place, [line('D022')])).rejects.toThrow('OUT_OF_STOCK');
  await bench.release(orderId);
  await until(async () => (await gate('D022')) === 2);
  await bench.order(place, [line('D022')]);
  await bench.receive(place, 'D022', 5);
  await until(async () => (await gate('D022')) === 6);
});

test('the resync puts right what nobody has found out', async () => {
  await stocked('D023', 7);
  await redis.del(key('D023'));
  await redis.rpush(key('D023'), 'not even a number');
  await bench.order(place, [line('D023')]);
  expect(await bench.stockGate.resync()).toBeGreaterThan(78);
  expect(await gate('D023')).toBe(6);
});

test('without Redis the database decides alone, and the gate is right when it is back', async () => {
  await bench.receive(place, 'D024', 6);
  server.kill('SIGKILL');
  await until(() => server.signalCode !== null);
  const results = await buyers(8, 'D024');
  expect(wins(results)).toBe(6);
  expect(new Set(codesOf(results))).toEqual(new Set(['OUT_OF_STOCK']));
  server = startRedis(port);
  await until(async () => (await redis.ping()) === 'PONG');
  await bench.receive(place, 'D024', 2);
  expect(wins(await buyers(4, 'D024'))).toBe(2);
  expect(await brokenStock(bench, place)).toEqual([]);
});
