import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../testkit/platform.ts';
import { type LoneRouter, startLoneRouter, Stranger } from '../testkit/strangers.ts';

const SOCKETS = 300;
const WAIT_MS = 40_000;
let stranger: Stranger;
let router: LoneRouter;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  stranger = await Stranger.start('steady');
  router = await startLoneRouter([stranger], {
    TRUSTED_PROXIES: '',
    MAX_WAITING_SOCKETS_PER_ADDRESS: '1000',
    SOCKETS_MAX_HELD_BYTES: String(16 * 2 ** 20),
  });
});
afterAll(async () => {
  for (const each of sockets) each.terminate();
  await router.stop();
  await stranger.down();
});

/** What the router has of the memory of the machine, bytes. */
function memory(): number {
  const status = readFileSync(`/proc/${router.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

/** Objects within objects, in so many bytes: each takes some twenty times as much once it is parsed. */
function nested(bytes: number): string {
  const levels = Math.floor(bytes / 600);
  return `[${Array.from({ length: levels }, () => `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`).join(',')}]`;
}

interface Opened {
  readonly socket: WebSocket;
  /** The last message, or the code of the close. */
  told: string | number | undefined;
}

async function open(first: string): Promise<Opened> {
  const socket = new WebSocket(`${router.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  sockets.push(socket);
  const opened: Opened = { socket, told: undefined };
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => (opened.told = data.toString('utf8')));
  socket.on('close', (code) => (opened.told = code));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send(first);
  return opened;
}

/** Opens them all, and waits until each was answered. */
async function many(first: string): Promise<Opened[]> {
  const all: Opened[] = [];
  for (let each = 0; each < SOCKETS; each += 1) all.push(await open(first));
  await until(() => all.every(({ told }) => told !== undefined), WAIT_MS);
  return all;
}

const isClosed = ({ told }: Opened) => typeof told === 'number';

test(
  'a connection_init that is too long is refused, and nothing of it kept',
  { timeout: 90_000 },
  async () => {
    const before = memory();
    const all = await many(`{"type":"connection_init","payload":{"a":${nested(250_000)}}}`);
    expect(all.every(isClosed)).toBe(true);
    expect((memory() - before) / 2 ** 20).toBeLessThan(200);
    expect((await fetch(`${router.url}/healthz`)).status).toBe(200);
  },
);

test('messages that never come to their end count together', { timeout: 90_000 }, async () => {
  const all = await many('{"type":"connection_init"}');
  const before = memory();
  const part = 'x'.repeat(200_000);
  for (const { socket } of all) socket.send(part, { fin: false });
  // Sixteen megabytes are some eighty of these; who has the most is ended first.
  await until(() => all.filter(isClosed).length >= SOCKETS - 90, WAIT_MS);
  await delay(500);
  expect(all.every(isClosed)).toBe(false);
  expect((memory() - before) / 2 ** 20).toBeLessThan(200);
  expect((await fetch(`${router.url}/healthz`)).status).toBe(200);
});
