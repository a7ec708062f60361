import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { createRedis } from '../../shared/redis/clients.ts';
import { SafeScript } from '../../shared/redis/script.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { environmentOf, freePort } from '../testkit/platform.ts';

let redis: Redis;
beforeAll(() => {
  redis = createRedis(environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '', 'request');
});
afterAll(() => redis.disconnect());

const newKey = () => `{yey:test:${randomUUID()}}`;
const add = new SafeScript(`return redis.call('INCRBY', KEYS[1], ARGV[1])`);

test('a script that Redis does not know yet is sent', async () => {
  const key = newKey();
  await redis.script('FLUSH');
  expect(await add.run(redis, randomUUID(), [key], [5])).toBe('5');
  expect(await add.run(redis, randomUUID(), [key], [5])).toBe('10');
});

test('the same call twice, or twenty times at once, changes once and answers the same', async () => {
  const key = newKey();
  const callId = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => add.run(redis, callId, [key], [7])));
  expect(new Set(answers)).toEqual(new Set(['7']));
  expect(await redis.get(key)).toBe('7');
});

test('a call whose answer was lost on the way is not done twice by its retry', async () => {
  const key = newKey();
  const callId = randomUUID();
  const { host, port } = redis.options;
  const breaking = new Redis({
    host: host ?? '',
    port: port ?? 0,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  breaking.on('error', () => undefined);
  await breaking.ping();
  const lost = add.run(breaking, callId, [key], [3]);
  // Sent, and then nobody is there to hear the answer.
  breaking.disconnect();
  await lost.catch(() => undefined);
  await add.run(redis, callId, [key], [3]);
  expect(await redis.get(key)).toBe('3');
});

test('a retry answers what the first call saw, though things have changed since', async () => {
  const key = newKey();
  const callId = randomUUID();
  const take = new SafeScript(`
    local left = tonumber(redis.call('GET', KEYS[1]) or '0')
    if left < tonumber(ARGV[1]) then return 'refused' end
    redis.call('DECRBY', KEYS[1], ARGV[1])
    return 'taken'`);
  await redis.set(key, 1);
  expect(await take.run(redis, callId, [key], [1])).toBe('taken');
  expect(await take.run(redis, callId, [key], [1])).toBe('taken');
  expect(await take.run(redis, randomUUID(), [key], [1])).toBe('refused');
  expect(await redis.get(key)).toBe('0');
});

test('the memory of a call stands in the slot of its keys, and does not stay for ever', async () => {
  const key = newKey();
  const callId = randomUUID();
  await add.run(redis, callId, [key], [1]);
  const memory = `${key}:once:${callId}`;
  expect(await redis.ttl(memory)).toBeGreaterThan(500);
  expect(await redis.cluster('KEYSLOT', memory).catch(() => 'no cluster')).toEqual(
    await redis.cluster('KEYSLOT', key).catch(() => 'no cluster'),
  );
});

test('a script that fails is not remembered', async () => {
  const key = newKey();
  const callId = randomUUID();
  const count = new SafeScript(`return redis.call('LLEN', KEYS[1])`);
  await redis.set(key, 'text');
  await expect(count.run(redis, callId, [key], [])).rejects.toThrow('WRONGTYPE');
  await redis.del(key);
  expect(await count.run(redis, callId, [key], [])).toBe('0');
});

test('every listener of a topic is woken, and none of another topic', async () => {
  const [publisher, subscriber] = [redis, redis.duplicate()];
  const wake = new Wake(publisher, subscriber);
  const topic = randomUUID();
  const [one, two, other] = [await wake.listen(topic), await wake.listen(topic), await wake.listen('other')];
  const woken: string[] = [];
  const waits = [one.wait().then(() => woken.push('one')), two.wait().then(() => woken.push('two'))];
  const otherWait = other.wait().then(() => woken.push('other'));
  await wake.call(topic);
  await Promise.all(waits);
  expect(woken.toSorted()).toEqual(['one', 'two']);
  for (const each of [one, two, other]) each.close();
  await otherWait;
  subscriber.disconnect();
});

test('many calls at once are few, of which the last goes out after all of them', async () => {
  const [publisher, subscriber] = [redis.duplicate(), redis.duplicate()];
  const published = vi.spyOn(publisher, 'publish');
  const wake = new Wake(publisher, subscriber);
  const topic = randomUUID();
  const listener = await wake.listen(topic);
  for (let call = 0; call < 50; call += 1) void wake.call(topic);
  expect(published).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(published).toHaveBeenCalledTimes(2));
  await listener.wait();
  await wake.call(topic);
  await vi.waitFor(() => expect(published).toHaveBeenCalledTimes(3));
  await listener.wait();
  listener.close();
  for (const each of [publisher, subscriber]) each.disconnect();
});

test('a call that comes while a listener works is not lost', async () => {
  const subscriber = redis.duplicate();
  const wake = new Wake(redis, subscriber);
  const topic = randomUUID();
  const listener = await wake.listen(topic);
  const witness = await wake.listen(topic);
  await Promise.all([witness.wait(), wake.call(topic)]);
  const begun = Date.now();
  await listener.wait();
  expect(Date.now() - begun).toBeLessThan(500);
  listener.close();
  witness.close();
  subscriber.disconnect();
});

test('without Redis a listener looks by itself, and calling is no failure', async () => {
  const url = `redis://127.0.0.1:${await freePort()}/0`;
  const [publisher, subscriber] = [createRedis(url, 'request'), createRedis(url, 'subscriber')];
  const wake = new Wake(publisher, subscriber);
  const begun = Date.now();
  const listener = await wake.listen('topic');
  await wake.call('topic');
  await listener.wait();
  expect(Date.now() - begun).toBeLessThan(6000);
  listener.close();
  publisher.disconnect();
  subscriber.disconnect();
});
