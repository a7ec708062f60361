import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, launcherEnvironment, until } from '../testkit/platform.ts';

const LAUNCHER = 'deploy/local/index.mjs';

/** Runs the launcher to its end. */
function launch(args: string[], env: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

/** A server of somebody else on a usual port, which counts who comes. Where there is one already, that one is left alone. */
async function standIn(port: number) {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  const isOurs = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  return { port, visits: () => visits, close: () => isOurs && server.close() };
}

interface Identity {
  readonly pid: number;
  /** The boot and the moment at which it began: numbers of processes are given anew. */
  readonly start: string;
}

const isAlive = ({ pid, start }: Identity) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] !== 'Z' && start.endsWith(`:${fields[19]}`);
  } catch {
    return false;
  }
};

describe('the launcher', () => {
  let dir: string;
  let port: number;
  let strangers: Awaited<ReturnType<typeof standIn>>[];
  beforeAll(async () => {
    strangers = await Promise.all([3306, 3307, 6379].map(standIn));
    dir = mkdtempSync(`${tmpdir()}/yey-launch-`);
    port = await freePort();
  });
  afterAll(() => {
    // Also when a test failed half way: its servers outlive it by design.
    launch(['stop'], launcherEnvironment(dir, port));
    rmSync(dir, { recursive: true, force: true });
    for (const each of strangers) each.close();
  });

  const state = () =>
    JSON.parse(readFileSync(`${dir}/state.json`, 'utf8')) as {
      processes: Record<string, Identity>;
      ports: Record<string, number>;
    };

  async function start() {
    const child = spawn(process.execPath, [LAUNCHER], {
      env: launcherEnvironment(dir, port),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (data) => (text += String(data)));
    await until(() => text.includes('云E养 is running'), 120_000);
    expect(launch(['status'], launcherEnvironment(dir, port)).text).toContain('云E养 is running');
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    return child;
  }

  test('takes over a half made folder, refuses a second start, survives its own death, and stops all', async () => {
    mkdirSync(`${dir}/primary/data`, { recursive: true });
    writeFileSync(`${dir}/primary/data/ibdata1`, 'half made');
    const first = await start();
    const second = launch([], launcherEnvironment(dir, await freePort()));
    expect(second.status).toBe(1);
    expect(second.text).toMatch(/^ALREADY_RUNNING: .*\nremedy: /m);

    const before = Object.values(state().processes);
    expect(before.length).toBeGreaterThanOrEqual(7);
    first.kill('SIGKILL');
    await until(() => first.signalCode !== null);
    expect(before.every(isAlive)).toBe(true);

    const next = await start();
    const after = Object.values(state().processes);
    expect(before.some(isAlive)).toBe(false);
    expect(launch(['status'], launcherEnvironment(dir, port)).text).toContain(
      `http://127.0.0.1:${port}/graphql`,
    );

    // Servers on the usual ports are somebody else's: never asked, never taken over.
    for (const each of strangers) {
      expect(Object.values(state().ports)).not.toContain(each.port);
      expect(each.visits(), `port ${each.port}`).toBe(0);
    }
    expect(launch(['stop'], launcherEnvironment(dir, port))).toMatchObject({ status: 0 });
    await until(() => next.exitCode !== null);
    expect(after.some(isAlive)).toBe(false);
    expect(launch(['status'], launcherEnvironment(dir, port)).text).toMatch(/^NOT_RUNNING: /m);
  }, 300_000);

  test('names who holds the port, and leaves nothing behind', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await until(() => holder.listening);
    const address = holder.address();
    const taken = typeof address === 'object' && address ? address.port : 0;
    const own = mkdtempSync(`${tmpdir()}/yey-launch-`);
    const child = spawn(process.execPath, [LAUNCHER], {
      env: launcherEnvironment(own, taken),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (data) => (text += String(data)));
    await until(() => child.exitCode !== null, 30_000);
    expect(child.exitCode).toBe(1);
    expect(text).toContain(`PORT_TAKEN: port ${taken} is used by process ${process.pid}`);
    holder.close();
    rmSync(own, { recursive: true, force: true });
  });

  test('sets keys aside when it begins from empty data', async () => {
    const own = mkdtempSync(`${tmpdir()}/yey-launch-`);
    writeFileSync(`${own}/secrets.json`, '{"FIELD_KEYS":"of-a-backup"}', { mode: 0o644 });
    const env = launcherEnvironment(own, await freePort(), { MYSQLD: '/bin/true' });
    const { text } = launch(['--fresh'], env);
    expect(text).toContain('ENGINE_MISSING');
    const [aside = ''] = readdirSync(own).filter((name) => name.startsWith('secrets'));
    expect(aside).toMatch(/^secrets\.json\.\d{4}-\d\d-\d\dT[\d-]+Z$/);
    expect(text).toContain(`set aside: ${own}/${aside}`);
    expect(readFileSync(`${own}/${aside}`, 'utf8')).toContain('of-a-backup');
    expect(statSync(`${own}/${aside}`).mode & 0o777).toBe(0o600);
    rmSync(own, { recursive: true, force: true });
  });

  test.each([
    ['PORT_INVALID', { PORT: 'eighty' }, []],
    ['DISK_FULL', { YEY_MIN_FREE_BYTES: String(2 ** 60) }, []],
    ['ENGINE_MISSING', { MYSQLD: '/bin/true' }, []],
    ['DATABASE_UNREACHABLE', { DATABASE_URL: 'mysql://127.0.0.1:1' }, []],
    ['USAGE', {}, ['strat']],
    ['NOT_RUNNING', {}, ['stop']],
  ])(
    '%s is told with cause and remedy',
    async (code, extra, args) => {
      const own = mkdtempSync(`${tmpdir()}/yey-launch-`);
      const { status, text } = launch(args, launcherEnvironment(own, await freePort(), extra));
      expect(text).toMatch(new RegExp(`^${code}: .*\\nremedy: .+`, 'm'));
      expect(status).toBe(1);
      rmSync(own, { recursive: true, force: true });
    },
    60_000,
  );
});
