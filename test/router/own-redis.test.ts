import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counters } from '../../shared/limits/window-counter.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { freePort, until } from '../testkit/platform.ts';

let server: ChildProcess;
let owner: Redis;
let router: Redis;
const dir = mkdtempSync(`${tmpdir()}/yey-redis-`);

beforeAll(async () => {
  const port = await freePort();
  server = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', dir], { stdio: 'ignore' });
  owner = new Redis(port, '127.0.0.1');
  owner.on('error', () => undefined);
  await until(async () => (await owner.ping()) === 'PONG', 20_000);
  // The account as the example tells an operator to make it.
  const [, line = ''] = /^#\s+ACL (SETUSER .*)$/m.exec(readFileSync('.env.example', 'utf8')) ?? [];
  expect(await owner.call('ACL', ...line.replace('PASSWORD', 'secret').split(' '))).toBe('OK');
  router = createRedis(`redis://router:secret@127.0.0.1:${port}/0`, 'request');
});
afterAll(async () => {
  router.disconnect();
  owner.disconnect();
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
  rmSync(dir, { recursive: true, force: true });
});

test("the router's account counts in Redis, together with others", async () => {
  const window = () => new Counters(router).window('yey:rate:address:60', [3, 60]);
  await until(async () => {
    await window().consume('203.0.113.7');
    return (await owner.keys('yey:rate:*')).length === 1;
  });
  expect((await window().consume('203.0.113.7', 3)).isOver).toBe(true);
});

test('it can neither give anybody rights, nor read or wake anything of the subgraphs', async () => {
  await owner.set('yey:authority:ses_1', 'PATIENT');
  for (const command of [
    ['SET', 'yey:authority:ses_1', 'ADMIN'],
    ['GET', 'yey:authority:ses_1'],
    ['EVAL', "return redis.call('SET', 'yey:authority:ses_1', 'ADMIN')", '0'],
    ['PUBLISH', 'yey:wake', 'x'],
    ['KEYS', '*'],
    ['FLUSHALL'],
    ['ACL', 'LIST'],
  ]) {
    const [name = '', ...rest] = command;
    await expect(router.call(name, ...rest), command.join(' ')).rejects.toThrow(
      /NOPERM|can.t (access|run)|permission/,
    );
  }
  expect(await owner.get('yey:authority:ses_1')).toBe('PATIENT');
});
