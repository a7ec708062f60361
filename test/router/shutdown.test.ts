import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../testkit/client.ts';
import { until } from '../testkit/platform.ts';
import { type LoneRouter, startLoneRouter, Stranger } from '../testkit/strangers.ts';

let slow: Stranger;
let router: LoneRouter;

beforeEach(async () => {
  slow = await Stranger.start('slow');
  router = await startLoneRouter([slow]);
});
afterEach(async () => {
  await router.stop();
  await slow.down();
});

describe.each(['SIGTERM', 'SIGINT'] as const)('on %s', (signal) => {
  test('a request in flight gets its answer, no new one is taken, and the router ends with 0', async () => {
    slow.delayMs = 1500;
    const inFlight = ask('{ slow }', {}, { url: router.url });
    await until(() => slow.calls === 1);
    const began = performance.now();
    router.process.kill(signal);
    await until(async () =>
      fetch(`${router.url}/healthz`).then(
        ({ status }) => status === 503,
        () => true,
      ),
    );
    expect(router.process.exitCode).toBeNull();
    expect(await inFlight).toMatchObject({ status: 200, data: { slow: 'slow answers' }, errors: [] });
    await until(() => router.process.exitCode !== null, 5000);
    expect(router.process.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(6000);
  });
});

test('a client that keeps its connection open does not keep the router alive', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ping = () =>
    new Promise<number | undefined>((resolve, reject) => {
      request(`${router.url}/healthz`, { agent }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end();
    });
  expect(await ping()).toBe(200);
  router.process.kill('SIGTERM');
  await until(() => router.process.exitCode !== null, 5000);
  expect(router.process.exitCode).toBe(0);
  agent.destroy();
});
