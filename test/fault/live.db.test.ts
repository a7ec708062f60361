import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createClient, type ExecutionResult } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { stableId } from '../../shared/ids/ids.ts';
import { ask } from '../testkit/client.ts';
import {
  demoAccounts,
  environmentOf,
  type Platform,
  startPlatform,
  startRouter,
  until,
} from '../testkit/platform.ts';
import { UnsteadyWire } from '../testkit/unsteady-wire.ts';

const consultationId = stableId('con', 'demo-consultation-01');
const SEND = `mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq body } }`;
// Neither the cursor nor anything else of care alone: each event needs users too.
const FOLLOW = `subscription ($id: ID!, $after: Int!) {
  chatMessageAdded(consultationId: $id, afterSeq: $after) { body consultation { doctor { name } } }
}`;

let platform: Platform;
let token: string;
let wire: UnsteadyWire;
let second: Awaited<ReturnType<typeof startRouter>>;

beforeAll(async () => {
  platform = await startPlatform();
  token = demoAccounts(platform.dir).find(({ name }) => name === '李晓梅')?.token ?? '';
  wire = await UnsteadyWire.to(Number(environmentOf(platform.dir).CARE_PORT));
  second = await startRouter(platform.dir, { CARE_URL: `http://127.0.0.1:${wire.port}/graphql` });
}, 180_000);
afterAll(async () => {
  await second.stop();
  await wire.close();
  await platform.stop();
});

const pidOf = (name: string) =>
  (
    JSON.parse(readFileSync(`${platform.dir}/state.json`, 'utf8')) as {
      processes: Record<string, { pid: number } | undefined>;
    }
  ).processes[name]?.pid;

/** Says something, as often as it takes, and tells its number. */
async function say(body: string): Promise<number> {
  const input = { consultationId, body, idempotencyKey: randomUUID() };
  let seq = 0;
  await until(async () => {
    const answer = await ask(SEND, { input }, { url: platform.url, token });
    seq = (answer.data?.sendChatMessage as { seq: number } | null)?.seq ?? 0;
    return seq > 0;
  }, 30_000);
  return seq;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A reader that would tell by `closes` or `ends` if it noticed anything. */
function follow(url: string, after: number) {
  const bodies: string[] = [];
  const closes: unknown[] = [];
  const ends: unknown[] = [];
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  });
  client.subscribe(
    { query: FOLLOW, variables: { id: consultationId, after } },
    {
      next: ({ data: given, errors }: ExecutionResult) => {
        if (errors !== undefined) ends.push(errors);
        const { chatMessageAdded } = given as {
          chatMessageAdded: { body: string; consultation: { doctor: { name: string } } };
        };
        bodies.push(`${chatMessageAdded.body} ${chatMessageAdded.consultation.doctor.name}`);
      },
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    },
  );
  stops.push(() => void client.dispose());
  return { bodies, closes, ends };
}

async function staysLive(url: string, fault: () => Promise<void>): Promise<void> {
  const reader = follow(url, await say('before'));
  const said = ['one', 'two', 'three', 'four'].map((each) => `${each} ${randomUUID()}`);
  const [first = '', ...others] = said;
  await say(first);
  await until(() => reader.bodies.length === 1);
  const failing = fault();
  for (const body of others) await say(body);
  await failing;
  await until(() => reader.bodies.length >= said.length, 30_000);
  // Every message once and in order, and the reader noticed nothing.
  expect(reader).toEqual({ bodies: said.map((body) => `${body} 王建国`), closes: [], ends: [] });
}

test.each([
  ['care', 'SIGKILL'],
  ['care', 'SIGTERM'],
  ['users', 'SIGKILL'],
  ['users', 'SIGTERM'],
] as const)(
  'a reader of a chat stays live when %s gets %s',
  async (name, signal) => {
    await staysLive(platform.url, async () => {
      const before = Number(pidOf(name));
      process.kill(before, signal);
      await until(() => ![undefined, before].includes(pidOf(name)), 30_000);
    });
  },
  120_000,
);

test('and when the socket between router and care breaks', async () => {
  await staysLive(second.url, async () => {
    for (let round = 0; round < 5; round += 1) {
      wire.cut();
      await until(async () => (await ask('{ __typename }', {}, { url: second.url })).errors.length === 0);
    }
  });
}, 120_000);

test('and when it goes silent without being closed', async () => {
  await staysLive(second.url, async () => wire.silence());
}, 120_000);
