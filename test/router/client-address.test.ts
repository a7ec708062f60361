import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { clientReader } from '../../router/client.ts';
import type { ClientInfo } from '../../shared/context/client-info.ts';
import { decodeClient, encodeClient, unknownClient } from '../../shared/context/client-info.ts';

async function seenBy(trusted: string[], headers: Record<string, string>): Promise<ClientInfo> {
  const read = clientReader(trusted);
  let seen = unknownClient;
  const server = createServer((request, response) => {
    seen = read(request);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers });
  server.close();
  return seen;
}

test('a proxy that nobody trusts cannot give a client another address', async () => {
  const seen = await seenBy([], { 'x-forwarded-for': '203.0.113.9' });
  expect(seen.ip).toBe('127.0.0.1');
});

test('of a trusted proxy the last address that is not its own counts', async () => {
  const seen = await seenBy(['127.0.0.1', '10.0.0.0/8'], {
    'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.1.2.3',
  });
  expect(seen.ip).toBe('203.0.113.9');
});

test('device and terminal are the client’s word, and only when they are well-formed', async () => {
  const good = await seenBy([], { 'x-device-id': 'phone-0001', 'x-terminal': 'ios' });
  expect(good).toMatchObject({ deviceId: 'phone-0001', terminal: 'IOS' });
  const bad = await seenBy([], { 'x-device-id': '<b>', 'x-terminal': 'TOASTER' });
  expect(bad).toMatchObject({ deviceId: '', terminal: 'OTHER' });
});

test('a client travels whole, and what is no client is an unknown one', () => {
  const client = { ip: '::1', deviceId: 'phone-0001', terminal: 'WEB', userAgent: 'x' } as const;
  expect(decodeClient(encodeClient(client))).toEqual(client);
  expect(decodeClient('garbage')).toEqual(unknownClient);
});
