import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { guardConnections } from '../../../shared/http/connections.ts';
import { type GraphqlSocket, GraphqlSockets } from '../../../shared/http/graphql-sockets.ts';
import { until } from '../../testkit/platform.ts';

const EVENT_BYTES = 65_536;
/** Whose feed has nothing to tell for a while. */
const QUIET = 'quiet';
let server: Server;
let sockets: GraphqlSockets;
let url: string;
/** How many events were made for each subscriber, by the name that it gave. */
let made: Map<string, number>;
let ended: string[];
let connected: GraphqlSocket | undefined;

async function* events(name: string) {
  try {
    if (name === QUIET) await delay(5000);
    for (;;) {
      made.set(name, (made.get(name) ?? 0) + 1);
      yield { data: name.padEnd(EVENT_BYTES, '.') };
    }
  } finally {
    ended.push(name);
  }
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { one: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      data: {
        type: GraphQLString,
        args: { name: { type: GraphQLString } },
        subscribe: (_root, { name }: { name: string }) => events(name),
      },
    },
  }),
});

beforeEach(async () => {
  made = new Map();
  ended = [];
  server = createServer();
  guardConnections(server, { inAll: 100, perAddress: 100, isShared: () => false, stallMs: 800 });
  sockets = new GraphqlSockets(
    { schema, onConnect: (context) => void (connected = context) },
    {
      messageBytes: 10_000,
      firstBytes: 2000,
      heldBytes: 2 ** 20,
      initMs: 3000,
      waiting: 10,
      waitingPerAddress: 10,
      unreadBytes: 1_000_000,
      anonymousUnreadBytes: 65_536,
      allUnreadBytes: 2 ** 24,
    },
  );
  server.on('upgrade', (request, socket, head) => sockets.accept(request, socket, head, undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  await sockets.close();
  server.close();
});

/** A subscriber of so many feeds; each feed is named after it. */
async function subscriber(name: string, feeds: number) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const told = { socket, count: 0, isClosed: false };
  socket.on('error', () => undefined).on('close', () => (told.isClosed = true));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send('{"type":"connection_init"}');
  await new Promise((resolve) => socket.once('message', resolve));
  socket.on('message', () => (told.count += 1));
  for (let id = 0; id < feeds; id += 1) {
    const query = `subscription { data(name: "${name}${id}") }`;
    socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query } }));
  }
  return told;
}

test('a subscriber that reads nothing more is cut off, and little is made for it', async () => {
  const deaf = await subscriber('deaf', 5);
  const reader = await subscriber('reader', 1);
  await until(() => deaf.count > 0);
  deaf.socket.pause();
  await until(() => ended.length === 5, 20_000);
  expect(ended.every((name) => name.startsWith('deaf'))).toBe(true);
  // What the system holds for a connection, and one event of each feed beside it.
  const unread = ['0', '1', '2', '3', '4'].reduce(
    (sum, id) => sum + (made.get(`deaf${id}`) ?? 0),
    -deaf.count,
  );
  expect(unread * EVENT_BYTES).toBeLessThan(32 * 2 ** 20);
  const before = reader.count;
  await until(() => reader.count > before + 100);
  expect(reader.isClosed).toBe(false);
  reader.socket.terminate();
  deaf.socket.terminate();
});

test('a socket that breaks off ends all of its feeds', async () => {
  const subscribers = await Promise.all([subscriber('a', 3), subscriber('b', 3)]);
  await until(() => subscribers.every(({ count }) => count > 10));
  for (const { socket } of subscribers) socket.terminate();
  await until(() => ended.length === 6);
});

test.each([
  ['no JSON', '{', 4400],
  ['a type that only a server sends', '{"type":"next","id":"1","payload":{}}', 4400],
  ['a second connection_init', '{"type":"connection_init"}', 4429],
  ['too long a message', `{"type":"ping","payload":{"a":"${'x'.repeat(20_000)}"}}`, 1009],
])('a socket with %s is closed, and its reason told', async (_what, message, expected) => {
  const { socket } = await subscriber('c', 0);
  const code = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.send(message);
  expect(await code).toBe(expected);
});

test('when messages take too much, the socket with the most is closed, and others go on', async () => {
  const others = await Promise.all([subscriber('a', 1), subscriber('b', 1)]);
  const greedy = await subscriber('greedy', 0);
  // Each lives as long as its feed, and counts several times.
  for (let id = 0; !greedy.isClosed && id < 2000; id += 1) {
    const query = `subscription { data(name: "${QUIET}") } ${'#'.repeat(9000)}`;
    greedy.socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query } }));
    if (id % 50 === 0) await new Promise(setImmediate);
  }
  await until(() => greedy.isClosed, 20_000);
  const before = others.map(({ count }) => count);
  await until(() => others.every(({ count }, at) => count > (before[at] ?? 0) + 10), 20_000);
  expect(others.every(({ isClosed }) => !isClosed)).toBe(true);
  for (const { socket } of others) socket.terminate();
});

test('what a socket connected with is not kept', async () => {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send('{"type":"connection_init","payload":{"a":"b"}}');
  await new Promise((resolve) => socket.once('message', resolve));
  expect(connected).toMatchObject({ acknowledged: true });
  expect(connected?.connectionParams).toBeUndefined();
  socket.terminate();
});

test('a pong has nothing of the ping, which nobody may have read', async () => {
  const { socket } = await subscriber('c', 0);
  const answer = new Promise<string>((resolve) =>
    socket.once('message', (data: Buffer) => resolve(data.toString('utf8'))),
  );
  socket.send(`{"type":"ping","payload":{"a":"${'x'.repeat(1000)}"}}`);
  expect(await answer).toBe('{"type":"pong"}');
  socket.terminate();
});

test('before it is acknowledged a socket may send little', async () => {
  const socket = new WebSocket(url, 'graphql-transport-ws').on('error', () => undefined);
  const code = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { a: 'x'.repeat(3000) } }));
  expect(await code).toBe(1009);
});
