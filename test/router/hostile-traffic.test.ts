import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { attack, watchHealth } from '../testkit/hostile-client.ts';
import { hostileConnections } from '../testkit/hostile-requests.ts';
import {
  environmentOf,
  freePort,
  type OwnProcess,
  startProcess,
  startRouter,
  startSubgraph,
} from '../testkit/platform.ts';

const SEED = 20_261_127;

function upgradeOf(target: string, origin?: string): string {
  const lines = [
    `GET ${target} HTTP/1.1`,
    'Host: router',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
  ];
  return [...lines, '', ''].join('\r\n');
}

/** Sends a request and breaks the connection with a reset as soon as it is on its way. */
async function sendAndReset(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await new Promise<void>((sent) => socket.write(text, () => sent()));
  socket.resetAndDestroy();
}

function expectAlive({ process }: OwnProcess, pid: number | undefined): void {
  expect(process.exitCode).toBeNull();
  expect(process.signalCode).toBeNull();
  expect(process.pid).toBe(pid);
}

/** Attacks a process and expects that it is the same afterwards, and well all the time. */
async function survive(target: OwnProcess, count: number): Promise<void> {
  const { pid } = target.process;
  const connections = hostileConnections(count, SEED);
  const health = watchHealth(target.url);
  const connected = await attack(target.port, connections);
  const { asked, missed, slowestMs } = await health.end();
  console.log(`${count} connections: /healthz asked ${asked} times, slowest ${slowestMs.toFixed(0)} ms`);
  expectAlive(target, pid);
  expect(connected).toBe(count);
  expect(missed).toEqual([]);
  expect(asked).toBeGreaterThan(count / 1000);
}

describe('the router', () => {
  let router: OwnProcess;
  beforeAll(async () => {
    router = await startRouter(inject('platformDir'));
  });
  afterAll(() => router.stop());

  test.each(['//', '///', 'http://[', '//graphql'])('answers an upgrade of %s', async (target) => {
    const socket = connect(router.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += String(data))).on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.write(upgradeOf(target));
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await fetch(`${router.url}/healthz`)).status).toBe(200);
  });

  test.each([
    ['/x', undefined],
    ['/graphql', 'https://evil.example'],
  ])('outlives resets of refused upgrades of %s from %s', async (target, origin) => {
    const { pid } = router.process;
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, () => sendAndReset(router.port, upgradeOf(target, origin))),
      );
    }
    expect((await fetch(`${router.url}/healthz`)).status).toBe(200);
    expectAlive(router, pid);
  });

  test('survives 10,000 malformed, cut and reset requests and upgrades', { timeout: 300_000 }, async () => {
    await survive(router, 10_000);
  });
});

test('a subgraph survives 3,000 of them', { timeout: 120_000 }, async () => {
  const care = await startSubgraph(inject('platformDir'), 'care');
  try {
    await survive(care, 3000);
  } finally {
    await care.stop();
  }
});

test('the sandbox survives 3,000 of them', { timeout: 120_000 }, async () => {
  const port = await freePort();
  const { PATH, PAYMENT_CALLBACK_KEY } = { ...process.env, ...environmentOf(inject('platformDir')) };
  const env = { PATH, PAYMENT_CALLBACK_KEY, SANDBOX_PORT: String(port) };
  const sandbox = await startProcess('deploy/sandbox/index.mjs', port, env);
  try {
    await survive(sandbox, 3000);
  } finally {
    await sandbox.stop();
  }
});
