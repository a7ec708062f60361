import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { OwnWrites } from '../../shared/db/own-writes.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { environmentOf } from '../testkit/platform.ts';
import { as } from '../testkit/replicated.ts';
import { scratchSubgraph } from '../testkit/scratch.ts';

const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const OTHER = '4e11fa47-71ca-11e1-9e33-c80aa9429562';

let redis: Redis;
let own: OwnWrites;
beforeAll(() => {
  redis = createRedis(environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '', 'request');
  own = new OwnWrites(redis, `test_${randomBytes(6).toString('hex')}`, 2000);
});
afterAll(() => redis.disconnect());

test.each([
  ['0-1-100', '0-1-101', '0-1-101'],
  ['0-1-101', '0-1-100', '0-1-101'],
  ['0-1-99', '0-1-100', '0-1-100'],
  ['0-1-100', '0-1-99', '0-1-100'],
  // Another server writes in the same domain after a failover.
  ['0-1-101', '0-2-100', '0-1-101'],
  ['0-1-101', '1-1-5', '1-1-5'],
  ['0-1-9007199254740993', '0-1-9007199254740992', '0-1-9007199254740993'],
  [`${UUID}:101`, `${UUID}:100`, `${UUID}:101`],
  [`${UUID}:99`, `${UUID}:100`, `${UUID}:100`],
  [`${UUID}:101`, `${OTHER}:5`, `${OTHER}:5`],
  [`${UUID}:tag:101`, `${UUID}:tag:100`, `${UUID}:tag:101`],
])('of %s and then %s, %s is kept', async (first, second, kept) => {
  const account = `acc_${randomBytes(6).toString('hex')}`;
  await own.remember(account, first);
  await own.remember(account, second);
  expect(await own.positionOf(account)).toBe(kept);
});

test('nobody else has it, and it goes after the time in which a replica may lack it', async () => {
  const brief = new OwnWrites(redis, `test_${randomBytes(6).toString('hex')}`, -1800);
  await brief.remember('acc_a', '0-1-7');
  expect(await brief.positionOf('acc_b')).toBeUndefined();
  expect(await brief.positionOf('acc_a')).toBe('0-1-7');
  await expect.poll(() => brief.positionOf('acc_a')).toBeUndefined();
});

test('while it is not known what an account wrote last nobody says that it wrote nothing', async () => {
  let now = 0;
  const refusing = new OwnWrites(redis, `test_${randomBytes(6).toString('hex')}`, 2000, () => now);
  await refusing.remember('acc_a', '0-1-7');
  vi.spyOn(redis, 'eval').mockRejectedValueOnce(new Error('refused'));
  await expect(refusing.remember('acc_a', '0-1-8')).rejects.toThrow('refused');
  await expect(refusing.positionOf('acc_a')).rejects.toThrow('not known');
  expect(await refusing.positionOf('acc_b')).toBeUndefined();
  now = 3999;
  await expect(refusing.positionOf('acc_a')).rejects.toThrow('not known');
  now = 4000;
  expect(await refusing.positionOf('acc_a')).toBe('0-1-7');
});

test('it stands in the Redis for state', async () => {
  const env = environmentOf(inject('platformDir'));
  const redisCacheUrl = (env.REDIS_STATE_URL ?? '').replace(/\/0$/, '/6');
  const scratch = await scratchSubgraph();
  const config = { ...scratch.config, redisCacheUrl };
  const { foundation, close } = await layFoundation(config, { entities: [], migrations: [] });
  const account = `acc_${randomBytes(6).toString('hex')}`;
  try {
    await as(account, () =>
      foundation.db.transaction((tx) =>
        tx.manager.query('UPDATE outbox_counter SET last_seq = last_seq + 1'),
      ),
    );
    const key = `{yey:own:stats:${account}}`;
    expect(await foundation.redis.exists(key)).toBe(1);
    expect(await foundation.cache.exists(key)).toBe(0);
  } finally {
    await close();
    await scratch.close();
  }
});
