import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SERVICE_TOKEN_HEADER, ServiceClient } from '../../shared/service/service-client.ts';
import { CallGuard, INSTANCE_HEADER } from '../../shared/signing/call-guard.ts';

const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

/** A subgraph that says its name if it has one, and what tokens it got. */
async function subgraph(instance?: string) {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (instance !== undefined) response.setHeader(INSTANCE_HEADER, instance);
    if (request.method === 'POST') tokens.push(String(request.headers[SERVICE_TOKEN_HEADER]));
    response.end('{"data":{"x":1}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const keys = { care: 'ab'.repeat(32) };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return { client: new ServiceClient(keys, 'care', 'users', url), tokens };
}

test('a token is made for the process that says its name, and for no other', async () => {
  const named = await subgraph(new CallGuard().instance);
  expect(await named.client.ask('{ x }', {})).toEqual({ x: 1 });
  expect(named.tokens).toHaveLength(1);
  const nameless = await subgraph();
  await expect(nameless.client.ask('{ x }', {})).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    params: { service: 'users' },
  });
  expect(nameless.tokens).toEqual([]);
});
