import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, type OwnProcess, startProcess, until } from '../testkit/platform.ts';

const NAMES = ['USERS', 'CARE', 'PHARMACY', 'STATS'];

/** All subgraphs in one: calls by what was asked, and whether it says that it is ready. */
let calls: string[] = [];
let isReady = true;
let subgraphs: Server;
let router: OwnProcess;

beforeAll(async () => {
  subgraphs = createServer((request, response) => {
    calls.push(request.url ?? '');
    // Slow enough for all to ask meanwhile.
    const answer = () => response.writeHead(isReady ? 200 : 503).end('{}');
    setTimeout(answer, 50);
  }).listen(0, '127.0.0.1');
  await until(() => subgraphs.listening);
  const { port } = subgraphs.address() as AddressInfo;
  const places = NAMES.flatMap((name) => [
    [`${name}_URL`, `http://127.0.0.1:${port}/graphql`],
    [`${name}_ROUTER_SECRET`, 'ab'.repeat(32)],
  ]);
  const own = await freePort();
  const env = Object.fromEntries(places) as Record<string, string>;
  router = await startProcess('dist/bundle/router.js', own, {
    ...process.env,
    ...env,
    PORT: String(own),
    LOG_LEVEL: 'fatal',
  });
});
afterAll(async () => {
  await router.stop();
  subgraphs.closeAllConnections();
  subgraphs.close();
});

test('however many ask at once whether the router is ready, each subgraph is asked once', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1200));
  calls = [];
  const began = performance.now();
  const all = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(`${router.url}/readyz`);
      await response.body?.cancel();
      return response.status;
    }),
  );
  const rounds = 1 + Math.floor((performance.now() - began) / 1000);
  expect(new Set(all)).toEqual(new Set([200]));
  expect(calls.filter((url) => url === '/readyz').length).toBeLessThanOrEqual(NAMES.length * rounds);
  // Besides, the router looks at their clocks every five seconds.
  const looks = rounds + Math.ceil(rounds / 5);
  expect(calls.filter((url) => url === '/healthz').length).toBeLessThanOrEqual(NAMES.length * looks);
});

test('what it tells is not older than about a second', async () => {
  const status = async () => (await fetch(`${router.url}/readyz`)).status;
  isReady = false;
  await until(async () => (await status()) === 503, 3000);
  isReady = true;
  await until(async () => (await status()) === 200, 3000);
});
