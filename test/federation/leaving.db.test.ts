import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { data, subscribe, tokenOf } from '../testkit/client.ts';
import { environmentOf, until } from '../testkit/platform.ts';

const consultationId = stableId('con', 'demo-consultation-03');
const FOLLOW =
  'subscription ($id: ID!, $after: Int!) { chatMessageAdded(consultationId: $id, afterSeq: $after) { seq } }';
const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq } }';

let redis: Redis;
beforeAll(() => {
  redis = new Redis(environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '');
});
afterAll(() => redis.disconnect());

/** How many processes listen for what happens in the consultation. */
async function listeners(): Promise<number> {
  const [, count] = await redis.pubsub('NUMSUB', `{yey}:wake:consultation:${consultationId}`);
  return Number(count);
}

test('who leaves while nothing happens leaves nothing behind, in the router or in the subgraph', async () => {
  const token = tokenOf('张伟');
  const input = { consultationId, body: '在吗？', idempotencyKey: randomUUID() };
  const { seq } = (await data(SEND, { input }, { token })).sendChatMessage as { seq: number };
  const readers = Array.from({ length: 3 }, () =>
    subscribe(FOLLOW, { id: consultationId, after: seq - 1 }, { token }),
  );
  for (const reader of readers)
    expect(await reader.next()).toMatchObject({ data: { chatMessageAdded: { seq } } });
  await until(async () => (await listeners()) === 1);
  await Promise.all(readers.map((reader) => reader.close()));
  await until(async () => (await listeners()) === 0);
});
