import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { stableId } from '../../shared/ids/ids.ts';
import { tokenOf } from '../testkit/client.ts';
import { type OwnProcess, startRouter, until } from '../testkit/platform.ts';

const PER_ACCOUNT = 3;
const SUBSCRIPTIONS = 6;
let router: OwnProcess;

beforeAll(async () => {
  router = await startRouter(inject('platformDir'), {
    MAX_SOCKETS_PER_ACCOUNT: String(PER_ACCOUNT),
    MAX_SUBSCRIPTIONS_PER_ACCOUNT: String(SUBSCRIPTIONS),
  });
});
afterAll(() => router.stop());

const init = () =>
  JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${tokenOf('张伟')}` } });

/** A socket that has said who it is; `messages` are the types of what came, `code` is why it was closed. */
function open() {
  const socket = new WebSocket(`${router.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const told = { socket, messages: [] as string[], code: undefined as number | undefined };
  socket.on('open', () => socket.send(init())).on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    told.messages.push((JSON.parse(data.toString()) as { type: string }).type);
  });
  socket.on('close', (code) => (told.code = code));
  return told;
}

async function acknowledged() {
  const told = open();
  await until(() => told.messages.includes('connection_ack') || told.code !== undefined);
  return told;
}

const FOLLOW = `subscription { chatMessageAdded(consultationId: "${stableId('con', 'demo-consultation-03')}",
  afterSeq: 1000000) { seq } }`;

test('who leaves while the router finds out who it is takes no place of its account', async () => {
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(
      Array.from({ length: 2 * PER_ACCOUNT }, async () => {
        const { socket } = open();
        await new Promise((resolve) => socket.on('open', resolve));
        socket.terminate();
      }),
    );
  }
  let sockets: Awaited<ReturnType<typeof acknowledged>>[] = [];
  await until(async () => {
    for (const { socket } of sockets) socket.terminate();
    sockets = await Promise.all(Array.from({ length: PER_ACCOUNT }, acknowledged));
    return sockets.every(({ messages }) => messages.includes('connection_ack'));
  });
  const { code } = await acknowledged();
  expect(code).toBe(4403);
  for (const { socket } of sockets) socket.terminate();
});

test('an account has so many subscriptions over all of its sockets, and gets back those of a broken one', async () => {
  for (let round = 0; round < 3; round += 1) {
    let sockets: Awaited<ReturnType<typeof acknowledged>>[] = [];
    await until(async () => {
      for (const { socket } of sockets) socket.terminate();
      sockets = await Promise.all([acknowledged(), acknowledged()]);
      return sockets.every(({ messages }) => messages.includes('connection_ack'));
    });
    const [first, second] = sockets;
    const subscribe = (to: typeof first, id: number) =>
      to?.socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query: FOLLOW } }));
    for (let id = 0; id < SUBSCRIPTIONS - 1; id += 1) subscribe(first, id);
    subscribe(first, 0.5);
    subscribe(first, 0.6);
    // The last one on this socket is one too many.
    await until(() => first?.messages.filter((type) => type === 'error').length === 1);
    subscribe(second, 1);
    await until(() => second?.messages.includes('error') ?? false);
    for (const each of sockets) each.socket.terminate();
  }
});
