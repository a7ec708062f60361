import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { guardConnections } from '../../../shared/http/connections.ts';
import { until } from '../../testkit/platform.ts';

let server: Server;
const clients: Socket[] = [];

async function start(
  limits: Partial<Parameters<typeof guardConnections>[1]>,
  handle: RequestListener = (_request, response) => response.end('well'),
): Promise<number> {
  server = createServer(handle);
  guardConnections(server, {
    inAll: 100,
    perAddress: 100,
    isShared: () => false,
    stallMs: 30_000,
    ...limits,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A client that asks for something; `text` has what was answered. */
function client(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined);
  const told = { socket, text: '', isClosed: false };
  socket.on('data', (data) => (told.text += String(data))).on('close', () => (told.isClosed = true));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  clients.push(socket);
  return told;
}

afterEach(() => {
  for (const each of clients.splice(0)) each.destroy();
  server.closeAllConnections();
  server.close();
});

describe('connections', () => {
  test('of all addresses of a /64 are counted as of one, as one machine has them all', async () => {
    await start({ perAddress: 2 });
    const from = (remoteAddress: string) => {
      const socket = Object.assign(new PassThrough(), { remoteAddress, isRefused: false });
      // Who is refused is answered, who is let in is waited for.
      socket.on('data', () => (socket.isRefused = true)).on('error', () => undefined);
      server.emit('connection', socket);
      return socket;
    };
    const sockets = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'].map(from);
    await until(() => sockets.some(({ isRefused }) => isRefused));
    expect(sockets.map(({ isRefused }) => isRefused)).toEqual([false, false, true, false]);
    for (const each of sockets) each.destroy();
  });

  test('of one address are so many, and those of another are not counted with them', async () => {
    const port = await start({ perAddress: 3 });
    const first = [client(port), client(port), client(port)];
    await until(() => first.every(({ text }) => text.endsWith('well')));
    const refused = client(port);
    await until(() => refused.isClosed);
    expect(refused.text).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused.text).toContain('retry-after: ');
    expect(refused.text).toContain('"code":"TOO_MANY_CONNECTIONS"');
    expect(refused.text).not.toContain('well');
    const other = client(port, '127.0.0.2');
    await until(() => other.text.endsWith('well'));
    first[0]?.socket.destroy();
    await until(async () => {
      const again = client(port);
      await until(() => again.isClosed || again.text.endsWith('well'));
      return again.text.endsWith('well');
    });
  });

  test('of a proxy are counted in all alone', async () => {
    const port = await start({ perAddress: 1, inAll: 4, isShared: (address) => address === '127.0.0.1' });
    const first = [client(port), client(port), client(port), client(port)];
    await until(() => first.every(({ text }) => text.endsWith('well')));
    const refused = client(port, '127.0.0.2');
    await until(() => refused.isClosed);
    expect(refused.text).toContain('"code":"TOO_MANY_CONNECTIONS"');
  });

  test('over which nobody reads are cut off, also when their client goes on sending', async () => {
    const port = await start({ stallMs: 600 }, (request, response) => {
      request.resume();
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const [deaf, reader] = [
      connect(port, '127.0.0.1').on('error', () => undefined),
      connect(port, '127.0.0.1').on('error', () => undefined),
    ];
    clients.push(deaf, reader);
    let isClosed = false;
    deaf.on('close', () => (isClosed = true));
    for (const socket of [deaf, reader]) {
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n');
    }
    // As slow as a reader may be: a little, again and again.
    reader.pause();
    const slow = setInterval(() => reader.read(), 100);
    const dripping = setInterval(() => deaf.write('x'), 50);
    deaf.pause();
    await until(() => isClosed || deaf.destroyed);
    clearInterval(dripping);
    expect(reader.destroyed).toBe(false);
    clearInterval(slow);
  });
});
