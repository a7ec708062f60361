import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EndedSessions } from '../../router/ended-sessions.ts';
import { until } from '../testkit/platform.ts';

test('an outage of users loses no end of a session', async () => {
  const asked: number[] = [];
  let isDown = true;
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      response.end();
      return;
    }
    asked.push(Number(new URL(request.url ?? '', 'http://x').searchParams.get('since')));
    response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' });
    response.end(isDown ? '{}' : '{"ended":["ses_other","ses_mine"]}');
    isDown = false;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const ended = new EndedSessions({ url, secret: 'ab'.repeat(32), deadlineMs: 1000 });
  try {
    let mine = 0;
    let left = 0;
    const beganAt = Date.now();
    const unwatch = ended.watch('ses_mine', () => (mine += 1));
    ended.watch('ses_mine', () => (left += 1))();
    await until(() => mine > 0, 5000);
    unwatch();
    expect(left).toBe(0);
    expect(asked).toHaveLength(2);
    // What was not answered is asked for again.
    expect(Math.abs((asked[1] ?? 0) - (asked[0] ?? 0))).toBeLessThanOrEqual(1);
    expect(asked[0]).toBeLessThanOrEqual(beganAt - 29_000);
  } finally {
    await ended.close();
    server.close();
  }
});
