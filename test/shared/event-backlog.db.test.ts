import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventBench, naturals } from '../testkit/event-bench.ts';

const BACKLOG = 2000;
const THINGS = 40;

let bench: EventBench;
beforeAll(async () => {
  bench = await EventBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());

test('a reader that is thousands of events behind catches up, in order, and says how far it is meanwhile', async () => {
  await bench.pileUp(BACKLOG, THINGS);
  const reader = bench.consumer();
  const state = { isReading: true };
  const seen: number[] = [];
  const watching = (async () => {
    while (state.isReading) {
      const { behind } = reader.lag();
      if (behind !== null && behind !== seen.at(-1)) seen.push(behind);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  expect(await reader.run()).toBe(BACKLOG);
  state.isReading = false;
  await watching;
  expect(await bench.effects()).toEqual(naturals(BACKLOG));
  expect(await reader.status()).toMatchObject({ seq: BACKLOG, behind: 0, parked: 0, alarms: [] });
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
});

test('a thing whose event fails in a backlog is set aside, and all others catch up in their order', async () => {
  const thingOf = await bench.pileUp(BACKLOG, THINGS);
  const poison = 1234;
  bench.poisonous.add(poison);
  const [reader, other] = [bench.consumer(), bench.consumer(await bench.taker.open())];
  for (let run = 0; run < 6; run += 1) await Promise.allSettled([reader.run(), other.run()]);
  const isAside = (figure: number) => figure >= poison && thingOf(figure) === thingOf(poison);
  expect(await bench.effects()).toEqual(naturals(BACKLOG).filter((each) => !isAside(each)));
  bench.poisonous.clear();
  const aside = naturals(BACKLOG).filter(isAside);
  expect(await bench.retry().run()).toBe(aside.length);
  expect((await bench.effects()).slice(-aside.length)).toEqual(aside);
});
