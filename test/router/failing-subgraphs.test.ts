import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../testkit/client.ts';
import { until } from '../testkit/platform.ts';
import { type LoneRouter, startLoneRouter, Stranger } from '../testkit/strangers.ts';

const DEADLINE_MS = 700;
let steady: Stranger;
let shaky: Stranger;
let router: LoneRouter;

beforeAll(async () => {
  [steady, shaky] = await Promise.all([Stranger.start('steady'), Stranger.start('shaky')]);
  router = await startLoneRouter([steady, shaky], { SHAKY_DEADLINE_MS: String(DEADLINE_MS) });
});
afterAll(async () => {
  await router.stop();
  await Promise.all([steady.down(), shaky.down()]);
});
afterEach(async () => {
  steady.delayMs = 0;
  shaky.delayMs = 0;
  await shaky.down();
  await shaky.up();
  await until(async () => (await both()).code === undefined);
});

async function both() {
  const began = performance.now();
  const { data, errors } = await ask('{ steady shaky }', {}, { url: router.url });
  return { data, code: errors[0]?.extensions.code, ms: performance.now() - began };
}

describe('a subgraph that is slow', () => {
  test('is given up at its deadline, and the rest of the answer is there', async () => {
    shaky.delayMs = 5000;
    const { data, code, ms } = await both();
    expect(data).toEqual({ steady: 'steady answers', shaky: null });
    expect(code).toBe('DEADLINE_EXCEEDED');
    expect(ms).toBeGreaterThan(DEADLINE_MS - 50);
    expect(ms).toBeLessThan(DEADLINE_MS + 2000);
  });

  test('has a deadline of its own: another one may take longer', async () => {
    steady.delayMs = DEADLINE_MS + 500;
    expect(await both()).toMatchObject({
      data: { steady: 'steady answers', shaky: 'shaky answers' },
      code: undefined,
    });
  });

  test('that always is, is soon asked no more, and again when it is well', async () => {
    shaky.delayMs = 5000;
    const codes = new Set<string | undefined>();
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, both));
      for (const { code } of answers) codes.add(code);
      return answers.every(({ code, ms }) => code === 'SUBGRAPH_UNAVAILABLE' && ms < DEADLINE_MS / 2);
    });
    expect([...codes].toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      'DEADLINE_EXCEEDED',
      'SUBGRAPH_UNAVAILABLE',
    ]);
    shaky.delayMs = 0;
    await until(async () => (await both()).code === undefined);
  });
});

describe('a subgraph that is dead', () => {
  test('fails its part at once, is left alone, and comes back by itself', async () => {
    await shaky.down();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const { data, code } = await both();
      expect(data).toEqual({ steady: 'steady answers', shaky: null });
      expect(code).toBe('SUBGRAPH_UNAVAILABLE');
    }
    const answers = await Promise.all(Array.from({ length: 20 }, both));
    for (const { code, ms } of answers) {
      expect(code).toBe('SUBGRAPH_UNAVAILABLE');
      expect(ms).toBeLessThan(2000);
    }
    await shaky.up();
    const before = shaky.calls;
    // All the calls of the moment when it is back do not fall upon it.
    await until(async () => (await both()).code === undefined);
    expect(shaky.calls - before).toBeLessThanOrEqual(2);
  });

  test('does not stand in the way of the others', async () => {
    await shaky.down();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect(await ask('{ steady }', {}, { url: router.url })).toMatchObject({
        data: { steady: 'steady answers' },
        errors: [],
      });
      await both();
    }
  });
});

test('one failure between successes stops nothing', async () => {
  for (let round = 0; round < 8; round += 1) {
    shaky.delayMs = 5000;
    expect((await both()).code).toBe('DEADLINE_EXCEEDED');
    shaky.delayMs = 0;
    expect((await both()).code).toBeUndefined();
  }
});
