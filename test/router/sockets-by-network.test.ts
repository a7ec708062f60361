import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../testkit/platform.ts';
import { type LoneRouter, startLoneRouter, Stranger } from '../testkit/strangers.ts';

const PER_ADDRESS = 600;
let stranger: Stranger;
let router: LoneRouter;
const opened: WebSocket[] = [];

beforeAll(async () => {
  stranger = await Stranger.start('steady');
  router = await startLoneRouter([stranger], {
    TRUSTED_PROXIES: '127.0.0.1',
    MAX_CONNECTIONS_PER_ADDRESS: String(PER_ADDRESS),
    // As long as a busy machine takes for hundreds.
    SOCKET_INIT_TIMEOUT_MS: '60000',
  });
});
afterEach(() => {
  for (const each of opened.splice(0)) each.terminate();
});
afterAll(async () => {
  await router.stop();
  await stranger.down();
});

/** A socket from an address; it is `waiting` until it is acknowledged or refused. */
function open(address: string) {
  const url = `${router.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers: { 'x-forwarded-for': address } });
  opened.push(socket);
  const told = { state: 'waiting' };
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', () => (told.state = 'acknowledged'));
  socket.on('error', () => (told.state = 'refused'));
  return told;
}

async function states(sockets: { state: string }[]): Promise<string[]> {
  await until(() => sockets.every(({ state }) => state !== 'waiting'), 50_000);
  return sockets.map(({ state }) => state);
}

test('five hundred clients behind one address, who come back at once, are all let in', async () => {
  const all = Array.from({ length: 500 }, () => open('203.0.113.7'));
  expect(new Set(await states(all))).toEqual(new Set(['acknowledged']));
}, 60_000);

test('all addresses of a /64 together have as many sockets as one address', async () => {
  const first = Array.from({ length: PER_ADDRESS }, (_, each) =>
    open(`2001:db8::${(each + 1).toString(16)}`),
  );
  expect(new Set(await states(first))).toEqual(new Set(['acknowledged']));
  expect(await states([open('2001:db8::ffff'), open('2001:db8:0:1::1')])).toEqual([
    'refused',
    'acknowledged',
  ]);
}, 60_000);
