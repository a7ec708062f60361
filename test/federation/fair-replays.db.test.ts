import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { data, subscribe, tokenOf } from '../testkit/client.ts';
import { until } from '../testkit/platform.ts';

const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq } }';
const FOLLOW = `subscription ($id: ID!, $after: Int!) {
  chatMessageAdded(consultationId: $id, afterSeq: $after) {
    seq body sender consultation { status doctor { name hospital { name } } }
  }
}`;
const LONG = stableId('con', 'demo-consultation-02');
const OTHER = stableId('con', 'demo-consultation-01');
const SOCKETS = 10;
const REPLAYS_EACH = 50;
const MESSAGES = 120;
const ROUNDS = 9;

async function say(consultationId: string, token: string): Promise<number> {
  const input = { consultationId, body: '你好', idempotencyKey: randomUUID() };
  const sent = (await data(SEND, { input }, { token })).sendChatMessage as { seq: number };
  return sent.seq;
}

/** How long an event of somebody else takes from the moment it is sent, ms: the median and the longest of some. */
async function delays(reader: ReturnType<typeof subscribe>, token: string) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const [seq, event] = await Promise.all([say(OTHER, token), reader.next()]);
    times.push(performance.now() - began);
    expect(event).toMatchObject({ data: { chatMessageAdded: { seq } } });
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(ROUNDS / 2)] ?? 0, longest: times.at(-1) ?? 0 };
}

/** Five hundred replays of a long chat, all of one account; `count` tells how many events have come. */
function replayAll(token: string) {
  const clients = Array.from({ length: SOCKETS }, () =>
    createClient({
      url: `${inject('platformUrl').replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
    }),
  );
  const told = { count: 0, problems: [] as unknown[] };
  for (const client of clients) {
    for (let each = 0; each < REPLAYS_EACH; each += 1) {
      client.subscribe(
        { query: FOLLOW, variables: { id: LONG, after: 0 } },
        {
          next: ({ errors }) => (errors ? told.problems.push(errors) : (told.count += 1)),
          error: (error) => told.problems.push(error),
          complete: () => undefined,
        },
      );
    }
  }
  return { told, close: () => Promise.all(clients.map(async (client) => client.dispose())) };
}

const [author, patient, doctor] = ['张伟', '李晓梅', '王建国'];
let reader: ReturnType<typeof subscribe>;

beforeAll(async () => {
  const token = tokenOf(author);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let each = 0; each < MESSAGES / 8; each += 1) await say(LONG, token);
    }),
  );
  const after = await say(OTHER, tokenOf(doctor));
  reader = subscribe(FOLLOW, { id: OTHER, after }, { token: tokenOf(patient) });
});
afterAll(() => reader.close());

test(
  'five hundred replays of one account do not delay the events of others',
  { timeout: 120_000 },
  async () => {
    const quiet = await delays(reader, tokenOf(doctor));
    const replays = replayAll(tokenOf(author));
    try {
      await until(() => replays.told.count > 100, 60_000);
      const before = replays.told.count;
      const loaded = await delays(reader, tokenOf(doctor));
      const during = replays.told.count - before;
      console.log(
        `an event took ${quiet.median.toFixed(0)} ms (longest ${quiet.longest.toFixed(0)}), ` +
          `beside 500 replays ${loaded.median.toFixed(0)} ms (longest ${loaded.longest.toFixed(0)}); ` +
          `${during} events were replayed meanwhile`,
      );
      expect(replays.told.problems).toEqual([]);
      // They were under way all the time, and went on.
      expect(replays.told.count).toBeLessThan(SOCKETS * REPLAYS_EACH * MESSAGES);
      expect(during).toBeGreaterThan(0);
      expect(loaded.median).toBeLessThan(6 * quiet.median + 100);
    } finally {
      await replays.close();
    }
  },
);
