import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FairTurns } from '../../../shared/live/fair-turns.ts';

test('one key has so much under way at once, and what waits begins in order', async () => {
  const turns = new FairTurns(2);
  const began: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 50 }, (_, each) =>
      turns.run('a', async () => {
        began.push(each);
        most = Math.max(most, (running += 1));
        await nextRound();
        running -= 1;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(began).toEqual(Array.from({ length: 50 }, (_, each) => each));
});

test('another key does not wait for what a thousand pieces of the first have left to do', async () => {
  const turns = new FairTurns(1);
  let done = 0;
  const many = Promise.all(Array.from({ length: 1000 }, () => turns.run('a', async () => (done += 1))));
  await nextRound();
  await turns.run('b', () => undefined);
  expect(done).toBeLessThan(10);
  await many;
  expect(done).toBe(1000);
});

test('a piece that fails gives its turn to the next', async () => {
  const turns = new FairTurns(1);
  const failed = turns.run('a', async () => {
    await nextRound();
    throw new Error('no');
  });
  const next = turns.run('a', () => 'well');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('well');
});
