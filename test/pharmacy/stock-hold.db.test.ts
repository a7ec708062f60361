import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { brokenStock, codesOf, levelsOf, line, openStock, sku, type StockBench } from './stock-bench.ts';

const DAY = 24 * 3_600_000;

let bench: StockBench;
beforeAll(async () => {
  bench = await openStock();
});
beforeEach(() => {
  bench.clock.ahead = 0;
});
afterAll(() => bench.close());

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)));

test.each(['past the gate', 'at the database alone'])(
  'forty orders of the last pack: exactly one has it, %s',
  async (road) => {
    const place = await bench.newPlace();
    await bench.receive(place, 'D001', 1);
    const results = await times(40, () =>
      road === 'past the gate'
        ? bench.order(place, [line('D001')])
        : bench.hold(place, newId('ord'), [line('D001')]),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(new Set(codesOf(results))).toEqual(new Set(['OUT_OF_STOCK']));
    expect(await brokenStock(bench, place)).toEqual([]);
    expect(await levelsOf(bench, place)).toMatchObject({ [sku('D001')]: { available: 0, held: 1 } });
  },
);

test('what expires first goes out first, over several batches, and an expired batch never', async () => {
  const place = await bench.newPlace();
  const late = await bench.receive(place, 'D002', 10, 90);
  const soon = await bench.receive(place, 'D002', 3, 1);
  const next = await bench.receive(place, 'D002', 4, 30);
  const first = await bench.hold(place, newId('ord'), [line('D002', 2)]);
  expect(first).toEqual([{ skuId: sku('D002'), batchId: soon.id, quantity: 2 }]);
  const second = await bench.hold(place, newId('ord'), [line('D002', 6)]);
  expect(second.map(({ batchId, quantity }) => [batchId, quantity])).toEqual([
    [soon.id, 1],
    [next.id, 4],
    [late.id, 1],
  ]);
  const fresh = await bench.newPlace();
  await bench.receive(fresh, 'D002', 5, 1);
  bench.clock.ahead = DAY;
  await bench.hold(fresh, newId('ord'), [line('D002', 2)]);
  bench.clock.ahead = 2 * DAY;
  await expect(bench.hold(fresh, newId('ord'), [line('D002')])).rejects.toThrow('OUT_OF_STOCK');
  expect(await brokenStock(bench, fresh)).toEqual([]);
});

test('the order whose line cannot be had holds nothing of its other lines', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D003', 5);
  await bench.receive(place, 'D004', 1);
  const refused = bench.order(place, [line('D003', 2), line('D004', 2)]);
  await expect(refused).rejects.toMatchObject({ code: 'OUT_OF_STOCK', params: { sku: sku('D004') } });
  const levels = await levelsOf(bench, place);
  expect(Object.values(levels).map(({ held }) => held)).toEqual([0, 0]);
  // Two lines of one medicine are one wish.
  await expect(bench.order(place, [line('D003', 3), line('D003', 3)])).rejects.toThrow('OUT_OF_STOCK');
  await bench.order(place, [line('D003', 3), line('D003', 2)]);
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('holding, giving back and selling again change nothing', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D005', 10);
  const orderId = newId('ord');
  const held = await bench.hold(place, orderId, [line('D005', 3)]);
  const again = await times(6, () => bench.hold(place, orderId, [line('D005', 3)]));
  for (const each of again) expect(each).toMatchObject({ status: 'fulfilled', value: held });
  expect(await bench.stock.allocationsOf(orderId)).toEqual(held);
  const sold = await times(6, () => bench.sell(orderId));
  for (const each of sold) expect(each).toMatchObject({ status: 'fulfilled', value: held });
  await expect(bench.release(orderId)).rejects.toThrow('STOCK_NOT_HELD');
  expect(await bench.stock.allocationsOf(orderId)).toEqual(held);

  const other = newId('ord');
  await bench.hold(place, other, [line('D005', 4)]);
  const released = await times(6, () => bench.release(other));
  expect(codesOf(released)).toEqual([]);
  await expect(bench.sell(other)).rejects.toThrow('STOCK_NOT_HELD');
  await expect(bench.hold(place, other, [line('D005', 4)])).rejects.toThrow('STOCK_NOT_HELD');
  await bench.release(newId('ord'));
  expect(await levelsOf(bench, place)).toMatchObject({ [sku('D005')]: { available: 7, held: 0, sold: 3 } });
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('of a sale and a giving back at the same moment one wins', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D006', 20);
  for (let round = 0; round < 10; round += 1) {
    const orderId = newId('ord');
    await bench.hold(place, orderId, [line('D006')]);
    const results = await Promise.allSettled([bench.sell(orderId), bench.release(orderId)]);
    expect(codesOf(results)).toEqual(['STOCK_NOT_HELD']);
  }
  const { [sku('D006')]: levels } = await levelsOf(bench, place);
  expect(levels).toMatchObject({ held: 0, received: 20 });
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('of two different wishes under one order at the same moment one is held', async () => {
  const place = await bench.newPlace();
  for (const code of ['D027', 'D028']) await bench.receive(place, code, 9);
  for (let round = 0; round < 8; round += 1) {
    const orderId = newId('ord');
    const [one, other] = await Promise.all(
      ['D027', 'D028'].map((code) => bench.hold(place, orderId, [line(code)])),
    );
    expect(one).toEqual(other);
    expect(await bench.stock.allocationsOf(orderId)).toEqual(one);
  }
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('what has expired while it was held is replaced when it is sold, or not sold at all', async () => {
  const place = await bench.newPlace();
  const old = await bench.receive(place, 'D007', 2, 1);
  const good = await bench.receive(place, 'D007', 4, 60);
  const orderId = newId('ord');
  await bench.hold(place, orderId, [line('D007', 3)]);
  const second = newId('ord');
  await bench.hold(place, second, [line('D007', 3)]);
  bench.clock.ahead = 2 * DAY;
  await expect(bench.sell(orderId)).rejects.toThrow('OUT_OF_STOCK');
  await bench.release(second);
  expect(await bench.sell(orderId)).toEqual([{ skuId: sku('D007'), batchId: good.id, quantity: 3 }]);
  expect(await bench.stock.allocationsOf(orderId)).toEqual(await bench.sell(orderId));
  const [row] = await bench.rows<{ available: number; sold: number }>(
    'SELECT available, sold FROM batch WHERE id = ?',
    [old.id],
  );
  expect(row).toEqual({ available: 2, sold: 0 });
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('orders of the same medicines in any order never wait for each other in a circle', async () => {
  const place = await bench.newPlace();
  const codes = ['D008', 'D009', 'D010', 'D011'];
  for (const code of codes) {
    await bench.receive(place, code, 20, 100);
    await bench.receive(place, code, 20, 50);
  }
  const results = await times(28, async (index) => {
    const turned = [...codes.slice(index % 4), ...codes.slice(0, index % 4)];
    const lines = (index % 2 ? turned : turned.toReversed()).map((code) => line(code, 1 + (index % 3)));
    const orderId = newId('ord');
    await bench.order(place, lines, orderId);
    if (index % 3 === 0) await bench.release(orderId);
    else await bench.sell(orderId);
  });
  expect(new Set(codesOf(results))).not.toContain('CONFLICT_RETRY');
  expect(new Set([...codesOf(results), 'OUT_OF_STOCK'])).toEqual(new Set(['OUT_OF_STOCK']));
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('the database itself refuses a level that is negative or does not add up', async () => {
  const place = await bench.newPlace();
  const { id } = await bench.receive(place, 'D012', 5);
  for (const change of ['available = available - 1', 'available = -1, held = 6', 'received = 6']) {
    await expect(bench.rows(`UPDATE batch SET ${change} WHERE id = ?`, [id]), change).rejects.toThrow();
  }
  for (const quantity of [0, -1, 1.5, Number.NaN]) {
    await expect(bench.hold(place, newId('ord'), [line('D012', quantity)])).rejects.toThrow(
      'VALIDATION_FAILED',
    );
  }
  expect(await brokenStock(bench, place)).toEqual([]);
});
