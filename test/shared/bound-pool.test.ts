import { createServer, type Server } from 'node:http';
import { connect, createServer as createWire, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { type Bind, BoundPool } from '../../shared/http/bound-pool.ts';
import { INSTANCE_HEADER } from '../../shared/signing/call-guard.ts';

const closings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

async function listen(server: Server | ReturnType<typeof createWire>, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return portOf(server);
}

/** A process that takes only calls for itself. */
async function process(name: string, greetsAfterMs = 0) {
  const taken: string[] = [];
  const refused: string[] = [];
  const server = createServer((request, response) => {
    response.setHeader(INSTANCE_HEADER, name);
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      if (request.url === '/healthz') return setTimeout(() => response.end('ok'), greetsAfterMs);
      const target = String(request.headers['x-target']);
      if (target !== name) {
        refused.push(target);
        return response.writeHead(421).end('elsewhere');
      }
      taken.push(body);
      return response.end(name);
    });
  });
  const port = await listen(server);
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, taken, refused };
}

/** One address in front of several processes, each connection with the next of them. */
async function addressOf(ports: number[]): Promise<string> {
  let turn = 0;
  const wire = createWire((near) => {
    const far = connect(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  closings.push(() => void wire.close());
  return `http://127.0.0.1:${await listen(wire)}`;
}

function poolAt(origin: string, connections: number, greetingMs?: number): BoundPool {
  const pool = new BoundPool(origin, { connections, ...(greetingMs && { greetingMs }) });
  closings.push(() => pool.close());
  return pool;
}

const signed =
  (body: string): Bind =>
  (instance) => ({ headers: { 'x-target': String(instance) }, body });

test('each call is signed for the process that gets it, though several stand behind one address', async () => {
  const processes = [await process('one'), await process('two'), await process('three')];
  const pool = poolAt(await addressOf(processes.map(({ port }) => port)), 12);
  const calls = Array.from({ length: 200 }, async (_, index) => {
    const { statusCode, body } = await pool.request({ method: 'POST', path: '/' }, signed(`call ${index}`));
    await body.dump();
    return statusCode;
  });
  expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
  expect(processes.flatMap(({ refused }) => refused)).toEqual([]);
  for (const { taken } of processes) expect(taken.length).toBeGreaterThan(0);
  expect(new Set(processes.flatMap(({ taken }) => taken)).size).toBe(200);
});

test('a body that is a stream goes out once, signed for its process', async () => {
  const only = await process('only');
  const pool = poolAt(`http://127.0.0.1:${only.port}`, 1);
  const { statusCode, body } = await pool.request({ method: 'PUT', path: '/' }, (instance) => ({
    headers: { 'x-target': String(instance) },
    body: Readable.from(['a ', 'stream']),
  }));
  expect([statusCode, await body.text()]).toEqual([200, 'only']);
  expect(only.taken).toEqual(['a stream']);
});

test('after a restart the next connection learns the new name', async () => {
  const [before, after] = [await process('before'), await process('after')];
  const pool = poolAt(await addressOf([before.port, after.port]), 1);
  const call = async () => {
    const { body } = await pool.request({ method: 'POST', path: '/', reset: true }, signed('x'));
    return body.text();
  };
  const names = [await call(), await call(), await call(), await call()];
  expect(new Set(names)).toEqual(new Set(['before', 'after']));
});

test('where nobody answers the call fails, and later works', async () => {
  const server = createServer((_request, response) => response.end('here'));
  const port = await listen(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const pool = poolAt(`http://127.0.0.1:${port}`, 2);
  await expect(pool.request({ method: 'POST', path: '/' }, signed('x'))).rejects.toThrow('ECONNREFUSED');
  await listen(server, port);
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { body } = await pool.request({ method: 'POST', path: '/' }, signed('x'));
  expect(await body.text()).toBe('here');
});

test('a process that takes long to say its name is waited for', async () => {
  const slow = await process('slow', 400);
  const pool = poolAt(`http://127.0.0.1:${slow.port}`, 2);
  const calls = Array.from({ length: 6 }, async () => {
    const { statusCode, body } = await pool.request({ method: 'POST', path: '/' }, signed('x'));
    await body.dump();
    return statusCode;
  });
  expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
  expect(slow.refused).toEqual([]);
});

test.each([
  ['the time for that', 100, undefined],
  ["the caller's own time", 5000, 100],
])(
  'within %s, after which the call is lost and never goes out without a name',
  async (_what, greetingMs, ownMs) => {
    const slow = await process('slow', 400);
    const pool = poolAt(`http://127.0.0.1:${slow.port}`, 1, greetingMs);
    const signal = ownMs === undefined ? undefined : AbortSignal.timeout(ownMs);
    const call = pool.request({ method: 'POST', path: '/', ...(signal && { signal }) }, signed('x'));
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect({ taken: slow.taken, refused: slow.refused }).toEqual({ taken: [], refused: [] });
  },
);

test('one that is too busy to say its name gets no call either', async () => {
  let calls = 0;
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') calls += 1;
    response.writeHead(503).end('too many connections');
  });
  const port = await listen(server);
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const pool = poolAt(`http://127.0.0.1:${port}`, 1);
  await expect(pool.request({ method: 'POST', path: '/' }, signed('x'))).rejects.toThrow('503');
  expect(calls).toBe(0);
});

test('a call that can not be signed fails for its caller alone', async () => {
  const only = await process('only');
  const pool = poolAt(`http://127.0.0.1:${only.port}`, 1);
  const unsigned: Bind = () => {
    throw new Error('no key');
  };
  // The first two while the process says its name, the last by a connection that knows it.
  const first = [
    pool.request({ method: 'POST', path: '/' }, unsigned),
    pool.request({ method: 'POST', path: '/' }, unsigned),
  ];
  for (const each of await Promise.allSettled(first))
    expect(each).toMatchObject({ reason: { message: 'no key' } });
  await expect(pool.request({ method: 'POST', path: '/' }, unsigned)).rejects.toThrow('no key');
  const { body } = await pool.request({ method: 'POST', path: '/' }, signed('x'));
  expect(await body.text()).toBe('only');
});
