import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RefreshCookies } from '../../router/refresh-cookie.ts';
import { routerContext } from '../../router/request.ts';
import { SubgraphSource } from '../../router/subgraph-source.ts';
import { signedAnswer } from '../../shared/signing/refresh-answer.ts';

const SECRET = 'ab'.repeat(32);
const TOKEN = 'cd'.repeat(32);
const ANSWER = `${TOKEN}.1900000000000`;

let seen: IncomingHttpHeaders = {};
let answered: Record<string, string> = {};
let url = '';
const server = createServer((request, response) => {
  seen = request.headers;
  response.writeHead(200, { 'content-type': 'application/json', ...answered });
  response.end('{"data":{}}');
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server.close());

/** What a subgraph hears of a browser's cookie, and what the router believes of its answer. */
async function call(name: string, headers: (requestId: string) => Record<string, string> = () => ({})) {
  const context = routerContext({ refreshCookie: { given: TOKEN } });
  answered = headers(context.info.requestId);
  const source = new SubgraphSource(name, { url, secret: SECRET, deadlineMs: 2000 });
  const options = { request: { query: '{ a }' }, context, kind: 'incoming operation' };
  await source.process(options as unknown as Parameters<SubgraphSource['process']>[0]);
  await source.close();
  return { heard: JSON.stringify(seen).includes(TOKEN), believed: context.info.refreshCookie?.answer };
}

test('users alone hear of the token in a cookie', async () => {
  expect((await call('users')).heard).toBe(true);
  expect((await call('care')).heard).toBe(false);
});

test('only what users signed for this very request is put into the cookie', async () => {
  const signed = (requestId: string) => signedAnswer(SECRET, requestId, ANSWER);
  expect((await call('users', signed)).believed).toBe(ANSWER);
  expect((await call('care', signed)).believed).toBeUndefined();
  expect((await call('users', () => signed('another-request'))).believed).toBeUndefined();
  const stranger = (id: string) => signedAnswer('ef'.repeat(32), id, ANSWER);
  expect((await call('users', stranger)).believed).toBeUndefined();
  const changed = (id: string) => ({ ...signed(id), 'x-yey-refresh': `${'0'.repeat(64)}.1900000000000` });
  expect((await call('users', changed)).believed).toBeUndefined();
});

/** What a browser is told to keep. */
async function keptBy(isDevelopment: boolean, host: string, remoteAddress: string) {
  const app = fastify();
  await app.register(cookie);
  const cookies = new RefreshCookies({ listed: [], allowsLoopback: isDevelopment }, isDevelopment);
  app.post('/graphql', (request, reply) => {
    const given = cookies.read(request)?.given;
    cookies.write(request, reply, ANSWER);
    return reply.send({ given });
  });
  const sent = `__Host-yey-refresh=${'1'.repeat(64)}; yey-refresh=${'2'.repeat(64)}`;
  const headers = { host, origin: `https://${host}`, 'x-refresh-cookie': '1', cookie: sent };
  const answer = await app.inject({ method: 'POST', url: '/graphql', headers, remoteAddress });
  await app.close();
  const { given } = answer.json<{ given: string }>();
  return { given: given[0], kept: String(answer.headers['set-cookie']) };
}

test('anywhere but on the machine of a developer the cookie is secure and of this host alone', async () => {
  const secure = /^__Host-yey-refresh=(cd){32}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/;
  for (const [isDevelopment, host, from] of [
    [false, 'api.example', '203.0.113.7'],
    [false, 'localhost:4000', '127.0.0.1'],
    [true, 'api.example', '127.0.0.1'],
    [true, 'localhost:4000', '203.0.113.7'],
  ] as const) {
    const { given, kept } = await keptBy(isDevelopment, host, from);
    expect(kept).toMatch(secure);
    expect(given).toBe('1');
  }
  const { given, kept } = await keptBy(true, 'localhost:4000', '127.0.0.1');
  expect(kept).toMatch(/^yey-refresh=(cd){32}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(given).toBe('2');
});
