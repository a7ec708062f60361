import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { rateLimitVariables } from '../../router/rate-limit-config.ts';
import { tokenOf } from '../testkit/client.ts';
import { someAddress } from '../testkit/graphql.ts';
import { environmentOf, startRouter } from '../testkit/platform.ts';

type Router = Awaited<ReturnType<typeof startRouter>>;

const LIMITS = {
  account: [20, 60],
  address: [40, 60],
  'account-cost': [1000, 60],
  'address-cost': [3000, 60],
  sockets: [5, 60],
};
const CHEAP = '{ __typename }';

let routers: Router[] = [];
beforeAll(async () => {
  // One after the other: the windows of both are those of the same Redis.
  const dir = inject('platformDir');
  // A database of their own: what others of the same accounts do meanwhile is not counted with it.
  const redis = (environmentOf(dir).REDIS_STATE_URL ?? '').replace(/\/0$/, '/9');
  const env = {
    RATE_LIMITS: JSON.stringify(LIMITS),
    // How long planning takes depends on how busy the machine is.
    PLANNING_FREE_MS: '60000',
    REDIS_CACHE_URL: redis,
    TRUSTED_PROXIES: '127.0.0.1',
  };
  routers = [await startRouter(dir, env), await startRouter(dir, env)];
}, 90_000);
afterAll(async () => {
  await Promise.all(routers.map((each) => each.stop()));
});

interface Sent {
  readonly at?: number;
  readonly query?: string;
  readonly token?: string;
  readonly ip?: string;
  readonly headers?: Record<string, string>;
}

async function send({ at = 0, query = CHEAP, token, ip = someAddress(), headers = {} }: Sent) {
  const response = await fetch(`${routers[at]?.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': 'en',
      'x-forwarded-for': ip,
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  const { errors = [] } = (await response.json()) as {
    errors?: {
      message: string;
      extensions: { code: string; params: Record<string, unknown>; retryable: boolean };
    }[];
  };
  return {
    status: response.status,
    error: errors[0],
    rateLimit: response.headers.get('ratelimit') ?? '',
    policy: response.headers.get('ratelimit-policy') ?? '',
    retryAfter: response.headers.get('retry-after'),
    exposed: response.headers.get('access-control-expose-headers') ?? '',
  };
}

const statuses = async (count: number, one: (at: number) => Sent) =>
  Promise.all(Array.from({ length: count }, async (_, at) => (await send(one(at))).status));
const passed = (all: number[]) => all.filter((status) => status === 200).length;

test('an address has so many requests, on whichever router, and is told how it stands', async () => {
  const ip = someAddress();
  const first = await send({ ip });
  expect(first.policy).toBe('"address";q=40;w=60, "address-cost";q=3000;w=60');
  expect(first.rateLimit).toMatch(/^"address";r=39;t=\d+, "address-cost";r=\d+;t=\d+$/);
  expect(first.retryAfter).toBeNull();
  expect(passed(await statuses(60, (at) => ({ ip, at: at % 2 })))).toBe(39);
  const refused = await send({ ip, headers: { origin: 'http://localhost:5173' } });
  expect(refused.status).toBe(429);
  expect(refused.error?.extensions).toMatchObject({
    code: 'RATE_LIMITED',
    params: { policy: 'address', limit: 40, window: 60, seconds: Number(refused.retryAfter) },
    retryable: true,
  });
  expect(refused.error?.message).toContain('40');
  expect(Number(refused.retryAfter)).toBeGreaterThan(0);
  expect(Number(refused.retryAfter)).toBeLessThanOrEqual(60);
  expect(refused.rateLimit).toMatch(/^"address";r=0;t=\d+$/);
  for (const header of ['ratelimit', 'ratelimit-policy', 'retry-after']) {
    expect(refused.exposed.split(', ')).toContain(header);
  }
  // Others go on.
  expect((await send({})).status).toBe(200);
});

test('whatever a request is, it counts: GETs, files, refused ones, and every address of a /64', async () => {
  const net = `2001:db8:${Math.floor(Math.random() * 65_536).toString(16)}:1`;
  const kinds = [
    '/graphql?query={__typename}',
    '/graphql?query={nonsense}',
    '/graphql',
    '/files/att_x',
    '/nowhere',
    '/',
  ];
  const all = await Promise.all(
    Array.from({ length: 60 }, async (_, at) => {
      const headers = { 'x-forwarded-for': `${net}::${at.toString(16)}` };
      const response = await fetch(`${routers[0]?.url}${kinds[at % kinds.length]}`, { headers });
      await response.arrayBuffer();
      return response.status;
    }),
  );
  expect(all.filter((status) => status === 429)).toHaveLength(20);
  for (const probe of ['/healthz', '/readyz']) {
    const headers = { 'x-forwarded-for': `${net}::1` };
    expect((await fetch(`${routers[0]?.url}${probe}`, { headers })).status).toBe(200);
  }
});

test('an account has so many requests, from wherever', async () => {
  const token = tokenOf('王建国');
  const first = await send({ token });
  expect(first.policy).toContain('"account";q=20;w=60');
  expect(passed(await statuses(30, (at) => ({ token, at: at % 2 })))).toBe(19);
  const refused = await send({ token });
  expect(refused.error?.extensions).toMatchObject({ code: 'RATE_LIMITED', params: { policy: 'account' } });
  // Another account at the same time does not notice.
  expect((await send({ token: tokenOf('李晓梅') })).status).toBe(200);
});

test('only a verified token tells an account', async () => {
  const real = tokenOf('陈志远');
  const [header = '', payload = '', signature = ''] = real.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const forged = (change: object) =>
    `${header}.${Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')}.${signature}`;
  // Neither somebody else's bucket is used up, nor a new one opened each time.
  const ip = someAddress();
  const tokens = (at: number) =>
    [forged({ jti: 'another' }), forged({ sub: `acc_${at}` }), `x${at}`, `${header}.${payload}.x`][at % 4];
  const all = await Promise.all(
    Array.from({ length: 60 }, async (_, at) => send({ ip, token: tokens(at) ?? '' })),
  );
  expect(all.filter(({ status }) => status === 429)).toHaveLength(20);
  for (const { policy } of all) expect(policy).not.toContain('"account"');
  expect((await send({ token: real })).rateLimit).toMatch(/"account";r=19;/);
});

test('what operations cost is counted by account and by address', async () => {
  const token = tokenOf('刘雅琴');
  const dear = `{ hospitals(first: 100) { edges { node { id name } } } }`;
  const first = await send({ token, query: dear });
  const left = Number(/"account-cost";r=(\d+)/.exec(first.rateLimit)?.[1]);
  const cost = 1000 - left;
  expect(cost).toBeGreaterThan(100);
  const fit = Math.floor(left / cost);
  for (let at = 0; at < fit; at += 1) expect((await send({ token, query: dear })).status).toBe(200);
  const refused = await send({ token, query: dear });
  expect(refused.status).toBe(429);
  expect(refused.error?.extensions).toMatchObject({
    code: 'RATE_LIMITED',
    params: { policy: 'account-cost', limit: 1000, seconds: Number(refused.retryAfter) },
  });
  const ip = someAddress();
  const byAddress = await Promise.all(Array.from({ length: 30 }, () => send({ ip, query: dear })));
  expect(byAddress.filter(({ status }) => status === 200)).toHaveLength(Math.floor(3000 / cost));
});

test('attempts to open sockets count by address, and subscriptions by account', async () => {
  const url = `${routers[0]?.url.replace('http', 'ws')}/graphql`;
  const ip = someAddress();
  const upgraded = async () =>
    new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(url, 'graphql-transport-ws', { headers: { 'x-forwarded-for': ip } });
      socket.on('open', () => {
        socket.close();
        resolve('open');
      });
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () =>
          resolve(`${response.statusCode} ${response.headers['retry-after'] !== undefined} ${text}`),
        );
      });
      socket.on('error', reject);
    });
  for (let at = 0; at < 5; at += 1) expect(await upgraded()).toBe('open');
  expect(await upgraded()).toMatch(/^429 true .*RATE_LIMITED/);

  const client = createClient({
    url,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: { 'x-forwarded-for': someAddress() } });
      }
    },
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${tokenOf('吴芳')}` },
  });
  const query = 'subscription { chatMessageAdded(consultationId: "con_x") { seq } }';
  const codes: string[] = [];
  for (let at = 0; at < 22; at += 1) {
    const answer: unknown = await client
      .iterate({ query })
      .next()
      .catch((error: unknown) => error);
    codes.push(/RATE_LIMITED/.test(JSON.stringify(answer)) ? 'RATE_LIMITED' : 'counted');
  }
  expect(codes.slice(0, 20)).not.toContain('RATE_LIMITED');
  expect(codes.slice(20)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  await client.dispose();
});

test('the configuration says what differs from the defaults', () => {
  const { RATE_LIMITS } = rateLimitVariables;
  expect(RATE_LIMITS.parse('{"account": [5, 10]}')).toMatchObject({
    account: [5, 10],
    address: [12_000, 60],
  });
  for (const wrong of ['{', '[]', '{"account": 5}', '{"account": [0, 60]}', '{"everybody": [1, 60]}']) {
    expect(RATE_LIMITS.safeParse(wrong).success, wrong).toBe(false);
  }
});
