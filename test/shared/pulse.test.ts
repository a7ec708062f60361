import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { Pulse } from '../../shared/db/pulse.ts';

const DEADLINE_MS = 200;

/** A pool that takes so long for a connection, and counts those that are checked out. */
function slowPool(connectMs: () => number) {
  const count = { opened: 0, destroyed: 0, sent: 0 };
  const connect = async () => {
    await delay(connectMs());
    count.opened += 1;
    return {
      query: (_sql: string, _values: unknown[], done: (error: null, result: unknown) => void) => {
        count.sent += 1;
        done(null, 'answer');
      },
      destroy: () => (count.destroyed += 1),
    };
  };
  const source = { isInitialized: true, createQueryRunner: () => ({ connect }) };
  return { count, source: source as unknown as DataSource };
}

test('connections that come after the deadline do not pile up', async () => {
  let connectMs = DEADLINE_MS * 2.5;
  const { count, source } = slowPool(() => connectMs);
  const pulse = new Pulse(source, DEADLINE_MS);
  await expect(pulse.query('SELECT 1')).rejects.toThrow('no answer within');
  await expect(pulse.query('SELECT 1')).rejects.toThrow('no answer within');
  expect(await pulse.query('SELECT 1')).toBe('answer');
  expect(count.sent).toBe(1);
  pulse.close();
  for (let look = 0; look < 6; look += 1) await pulse.query('SELECT 1').catch(() => undefined);
  await delay(connectMs * 2);
  expect(count.opened - count.destroyed).toBeLessThanOrEqual(1);
  connectMs = 0;
  expect(await pulse.query('SELECT 1')).toBe('answer');
  pulse.end();
  expect(count.opened).toBe(count.destroyed);
});

test('a connection that comes after the end is given up', async () => {
  const { count, source } = slowPool(() => DEADLINE_MS * 2);
  const pulse = new Pulse(source, DEADLINE_MS);
  await expect(pulse.query('SELECT 1')).rejects.toThrow('no answer within');
  pulse.end();
  await delay(DEADLINE_MS * 3);
  expect(count).toMatchObject({ opened: 1, destroyed: 1, sent: 0 });
});
