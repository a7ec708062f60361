import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { GraphqlSockets } from '../../../shared/http/graphql-sockets.ts';
import { until } from '../../testkit/platform.ts';

const EVENT = 'x'.repeat(250_000);
const SOCKETS = 20;
const FEEDS = 4;
/** Each alone stays far below what it may leave unread. */
const LIMITS = {
  messageBytes: 10_000,
  firstBytes: 2000,
  heldBytes: 2 ** 24,
  initMs: 3000,
  waiting: 100,
  waitingPerAddress: 100,
  unreadBytes: 2 ** 24,
  anonymousUnreadBytes: 2 ** 24,
  allUnreadBytes: 5_000_000,
};

async function* events() {
  for (;;) {
    await new Promise(setImmediate);
    yield { data: EVENT };
  }
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { one: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: { data: { type: GraphQLString, subscribe: () => events() } },
  }),
});

test('what many leave unread together is bounded, and who reads goes on', { timeout: 60_000 }, async () => {
  const server = createServer();
  const open = new Set<WebSocket>();
  const sockets = new GraphqlSockets(
    {
      schema,
      onConnect: ({ extra }) => {
        open.add(extra.socket);
        extra.socket.once('close', () => open.delete(extra.socket));
      },
    },
    LIMITS,
  );
  server.on('upgrade', (request, socket, head) => sockets.accept(request, socket, head, undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const clients: WebSocket[] = [];
  const connect = async (feeds: number) => {
    const socket = new WebSocket(url, 'graphql-transport-ws').on('error', () => undefined);
    clients.push(socket);
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    for (let id = 0; id < feeds; id += 1) {
      socket.send(
        JSON.stringify({ type: 'subscribe', id: String(id), payload: { query: 'subscription { data }' } }),
      );
    }
    return socket;
  };
  try {
    let count = 0;
    (await connect(1)).on('message', () => (count += 1));
    for (let each = 0; each < SOCKETS; each += 1) (await connect(FEEDS)).pause();
    // A megabyte of each; the heartbeat would end them later.
    await until(() => open.size <= 7, 10_000);
    const unread = [...open].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
    expect(unread).toBeLessThanOrEqual(LIMITS.allUnreadBytes);
    const before = count;
    await until(() => count > before + 10);
  } finally {
    for (const each of clients) each.terminate();
    await sockets.close();
    server.close();
  }
});
