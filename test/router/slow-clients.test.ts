import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../testkit/platform.ts';
import { type LoneRouter, startLoneRouter, Stranger } from '../testkit/strangers.ts';

const PER_ADDRESS = 40;
const WAITING = 10;
let stranger: Stranger;
let router: LoneRouter;

beforeAll(async () => {
  stranger = await Stranger.start('steady');
  router = await startLoneRouter([stranger], {
    TRUSTED_PROXIES: '',
    HEADERS_TIMEOUT_MS: '1000',
    BODY_TIMEOUT_MS: '1500',
    IDLE_TIMEOUT_MS: '2000',
    SOCKET_INIT_TIMEOUT_MS: '1000',
    MAX_CONNECTIONS_PER_ADDRESS: String(PER_ADDRESS),
    MAX_WAITING_SOCKETS_PER_ADDRESS: String(WAITING),
    SOCKET_MAX_UNREAD_BYTES: '65536',
  });
});
afterAll(async () => {
  await router.stop();
  await stranger.down();
});

/** Sends something and nothing more. */
function send(text: string) {
  const socket = connect(Number(new URL(router.url).port), '127.0.0.1').on('error', () => undefined);
  const told = { socket, text: '', isClosed: false, ms: 0 };
  const began = performance.now();
  socket.on('data', (data) => (told.text += String(data)));
  socket.on('close', () => Object.assign(told, { isClosed: true, ms: performance.now() - began }));
  socket.write(text);
  return told;
}

const socketUrl = () => `${router.url.replace('http', 'ws')}/graphql`;
const PROTOCOL = 'graphql-transport-ws';

describe('a request that never comes to its end', () => {
  test.each([
    ['nothing', ''],
    ['half of its headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-'],
    [
      'half of its body',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 30\r\n\r\n{"qu',
    ],
    [
      'half of a body that nobody wants',
      'POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 30\r\n\r\n{"qu',
    ],
    [
      'half of a chunk',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{',
    ],
  ])('with %s is ended within seconds', async (_what, text) => {
    const told = send(text);
    await until(() => told.isClosed, 12_000);
    if (text.includes('/nowhere')) expect(told.text).toMatch(/^HTTP\/1\.1 404 /);
    else {
      expect(told.text).toMatch(/^HTTP\/1\.1 408 /);
      expect(told.text).toContain('"code":"REQUEST_TIMEOUT"');
      expect(told.text).toContain('"requestId":"');
    }
  });

  test('does not keep others out for longer than that', async () => {
    const half = Array.from({ length: 3 * PER_ADDRESS }, () => send('GET / HTTP/1.1\r\nhost'));
    await until(() => half.filter(({ isClosed }) => isClosed).length >= 2 * PER_ADDRESS);
    const refused = half.filter(({ text }) => text.includes('TOO_MANY_CONNECTIONS'));
    expect(refused.length).toBeGreaterThanOrEqual(2 * PER_ADDRESS);
    await until(async () => (await fetch(`${router.url}/healthz`)).status === 200);
    await until(() => half.every(({ isClosed }) => isClosed));
  });
});

test('a connection that rests is closed', async () => {
  const told = send('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => told.text.includes('"ok"'));
  expect(told.isClosed).toBe(false);
  await until(() => told.isClosed, 12_000);
});

describe('a socket without connection_init', () => {
  test('is closed with 4408 when its time is over', async () => {
    const socket = new WebSocket(socketUrl(), PROTOCOL);
    const began = performance.now();
    const code = await new Promise<number>((resolve) => socket.on('close', resolve));
    expect(code).toBe(4408);
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  test('is gone a second later when its client does not agree to that, and there are but so many', async () => {
    const upgrade = [
      'GET /graphql HTTP/1.1',
      'host: x',
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      `sec-websocket-protocol: ${PROTOCOL}`,
    ].join('\r\n');
    const deaf = Array.from({ length: WAITING }, () => send(`${upgrade}\r\n\r\n`));
    await until(() => deaf.every(({ text }) => text.startsWith('HTTP/1.1 101 ')));
    const refused = send(`${upgrade}\r\n\r\n`);
    await until(() => refused.isClosed);
    expect(refused.text).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused.text).toContain('"code":"TOO_MANY_CONNECTIONS"');
    await until(() => deaf.every(({ isClosed }) => isClosed), 15_000);
    const again = send(`${upgrade}\r\n\r\n`);
    await until(() => again.text.startsWith('HTTP/1.1 101 '));
    again.socket.destroy();
  });
});

test.each(['ping', 'subscribe', 'a ping of WebSocket'])(
  'who floods a socket with %s and reads no answer is cut off',
  async (kind) => {
    const socket = new WebSocket(socketUrl(), PROTOCOL);
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    let isClosed = false;
    socket.on('close', () => (isClosed = true)).on('error', () => undefined);
    socket.pause();
    const text = 'x'.repeat(kind === 'subscribe' ? 20_000 : 120);
    let count = 0;
    const flood = setInterval(() => {
      // Somebody who says that they are there is not ended for having left.
      socket.pong();
      for (let each = 0; each < 2000 && socket.bufferedAmount < 1_000_000; each += 1) {
        count += 1;
        if (kind === 'a ping of WebSocket') socket.ping(text);
        else if (kind === 'ping') socket.send('{"type":"ping"}');
        else socket.send(`{"type":"subscribe","id":"${count}","payload":{"query":"{ ${text} }"}}`);
      }
    }, 10);
    // The close is read no more than the rest; the connection itself ends.
    await until(() => isClosed || socket.readyState !== socket.OPEN || isCut(socket), 25_000);
    clearInterval(flood);
    socket.terminate();
    expect((await fetch(`${router.url}/healthz`)).status).toBe(200);
  },
);

function isCut(socket: WebSocket): boolean {
  const { _socket: raw } = socket as unknown as { _socket: { destroyed: boolean } | null };
  return raw === null || raw.destroyed;
}
