import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import jwt from 'jsonwebtoken';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AUDIENCE, ISSUER } from '../../shared/auth/access-token.ts';
import { CallGuard, INSTANCE_HEADER } from '../../shared/signing/call-guard.ts';
import { freePort, type OwnProcess, startProcess, until } from '../testkit/platform.ts';

const PLACES = 4;
/** More than the buffers of connections take of what nobody reads. */
const FILE = Buffer.alloc(32 * 2 ** 20);
const KEY_ID = 'key-of-this-test';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' };
const { instance } = new CallGuard();

let subgraphs: Server;
let router: OwnProcess;
const readers: Socket[] = [];

beforeAll(async () => {
  subgraphs = createServer((request, response) => {
    response.setHeader(INSTANCE_HEADER, instance);
    request.resume();
    if (request.url === '/jwks.json') response.end(JSON.stringify({ keys: [jwk] }));
    else if (request.url === '/files/att_long') response.setHeader('content-length', FILE.length).end(FILE);
    else response.end('{}');
  }).listen(0, '127.0.0.1');
  await until(() => subgraphs.listening);
  const { port } = subgraphs.address() as AddressInfo;
  const places = ['USERS', 'CARE', 'PHARMACY', 'STATS'].flatMap((name) => [
    [`${name}_URL`, `http://127.0.0.1:${port}/graphql`],
    [`${name}_ROUTER_SECRET`, 'ab'.repeat(32)],
  ]);
  const own = await freePort();
  router = await startProcess('dist/bundle/router.js', own, {
    ...process.env,
    ...(Object.fromEntries(places) as Record<string, string>),
    PORT: String(own),
    LOG_LEVEL: 'fatal',
    MAX_TRANSFERS_PER_ACCOUNT: String(PLACES),
    TRANSFER_GRACE_MS: '4000',
    TRANSFER_MIN_BYTES_PER_S: String(2 ** 29),
  });
});
afterEach(() => {
  for (const each of readers.splice(0)) each.destroy();
});
afterAll(async () => {
  await router.stop();
  subgraphs.closeAllConnections();
  subgraphs.close();
});

function tokenOf(account: string): string {
  const claims = { sub: account, sid: `ses_${account}`, jti: account };
  return jwt.sign(claims, keys.privateKey, {
    algorithm: 'RS256',
    header: { alg: 'RS256', typ: 'at+jwt', kid: KEY_ID },
    issuer: ISSUER,
    audience: AUDIENCE,
    expiresIn: 600,
  });
}

/** Asks for the long file and reads its first bytes alone. */
function dawdle(account: string) {
  const socket = connect(router.port, '127.0.0.1').on('error', () => undefined);
  readers.push(socket);
  const told = { socket, status: 0, isClosed: false };
  socket.once('data', (data) => {
    told.status = Number(data.toString('latin1').split(' ')[1]);
    socket.pause();
  });
  socket.on('close', () => (told.isClosed = true));
  socket.write(
    `GET /files/att_long HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokenOf(account)}\r\n\r\n`,
  );
  return told;
}

async function download(account: string) {
  const headers = { authorization: `Bearer ${tokenOf(account)}` };
  const response = await fetch(`${router.url}/files/att_long`, { headers });
  return { status: response.status, length: (await response.arrayBuffer()).byteLength };
}

test('one account that reads slowly has so many transfers at once, and those of another go on', async () => {
  const slow = Array.from({ length: 80 }, () => dawdle('acc_slow'));
  await until(() => slow.every(({ status }) => status !== 0), 20_000);
  const statuses = slow.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(PLACES);
  expect(statuses.filter((status) => status === 429)).toHaveLength(80 - PLACES);
  expect(await download('acc_other')).toEqual({ status: 200, length: FILE.length });
  // Places of transfers that are broken off are free again.
  for (const { socket } of slow) socket.destroy();
  await until(async () => (await download('acc_slow')).status === 200);
});

test('a transfer that takes too long for its size is broken off', async () => {
  const slow = Array.from({ length: PLACES }, () => dawdle('acc_slow'));
  await until(() => slow.every(({ status }) => status === 200), 20_000);
  expect((await download('acc_slow')).status).toBe(429);
  // The readers read no more and close nothing themselves.
  await until(async () => (await download('acc_slow')).status === 200, 20_000);
}, 60_000);
