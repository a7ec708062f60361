import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { canonical, once } from '../../shared/idempotency/once.ts';
import { newId } from '../../shared/ids/ids.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchSubgraph();
});
afterAll(() => scratch.close());

const account = (): Actor => ({ kind: 'account', accountId: newId('acc'), sessionId: 's', grants: [] });

/** One call, as a mutation would make it. */
function call(actor: Actor, key: string, body: object, work: () => Promise<string>, operation = 'test') {
  return scratch.db.transaction((tx) =>
    once(tx, { actor, operation, key, body, now: new Date() }, async () => work()),
  );
}

test('twenty calls at once have one effect and one answer', async () => {
  const actor = account();
  const key = randomUUID();
  let effects = 0;
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      call(actor, key, { a: 1 }, async () => {
        effects += 1;
        await delay(20);
        return newId('tst');
      }),
    ),
  );
  expect(effects).toBe(1);
  expect(new Set(answers).size).toBe(1);
});

test('the same key with another body is refused', async () => {
  const actor = account();
  await call(actor, 'k', { a: 1 }, async () => 'tst_1');
  await expect(call(actor, 'k', { a: 2 }, async () => 'tst_2')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect(await call(actor, 'k', { a: 1 }, async () => 'tst_3')).toBe('tst_1');
});

test('two bodies at once under one key: one is done, the other refused', async () => {
  for (let round = 0; round < 5; round += 1) {
    const actor = account();
    const done: string[] = [];
    const results = await Promise.allSettled(
      ['x', 'y'].map((body) =>
        call(actor, 'k', { body }, async () => {
          await delay(5);
          done.push(body);
          return `tst_${body}`;
        }),
      ),
    );
    expect(done).toHaveLength(1);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  }
});

test('a call that was rolled back can be made again', async () => {
  const actor = account();
  const failing = call(actor, 'k', { a: 1 }, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await call(actor, 'k', { a: 1 }, async () => 'tst_1')).toBe('tst_1');
});

test('those who wait for a call that fails run it themselves, once', async () => {
  const actor = account();
  let runs = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () =>
      call(actor, 'k', { a: 1 }, async () => {
        runs += 1;
        await delay(10);
        if (runs === 1) throw new Error('no');
        return 'tst_1';
      }),
    ),
  );
  expect(runs).toBe(2);
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(4);
});

test('a result without an identifier is a mistake of ours, and changes nothing', async () => {
  const actor = account();
  await expect(call(actor, 'k', {}, async () => '')).rejects.toThrow('identifier');
  expect(await call(actor, 'k', {}, async () => 'tst_1')).toBe('tst_1');
});

test('keys of other actors and of other mutations are other keys', async () => {
  const [one, two] = [account(), account()];
  expect(await call(one, 'k', {}, async () => 'tst_1')).toBe('tst_1');
  expect(await call(two, 'k', {}, async () => 'tst_2')).toBe('tst_2');
  expect(await call(one, 'k', {}, async () => 'tst_3', 'other')).toBe('tst_3');
  expect(await call(one, 'K', {}, async () => 'tst_4')).toBe('tst_4');
});

test('a key has 1 to 64 characters', async () => {
  for (const key of ['', '  ', 'x'.repeat(65)]) {
    await expect(call(account(), key, {}, async () => 'tst_1')).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  }
  expect(await call(account(), '键'.repeat(64), {}, async () => 'tst_1')).toBe('tst_1');
});

test('the order of fields makes no other body', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
      const turned = Object.fromEntries(Object.entries(body).toReversed());
      expect(canonical(turned)).toBe(canonical(body));
      expect(JSON.parse(canonical(body))).toEqual(JSON.parse(JSON.stringify(body)));
    }),
  );
  expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }));
  expect(canonical({ at: new Date(0) })).toBe(canonical({ at: '1970-01-01T00:00:00.000Z' }));
});
