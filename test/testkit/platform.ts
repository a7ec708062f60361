import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export interface DemoAccount {
  readonly role: string;
  readonly name: string;
  readonly token: string;
}

export interface Platform {
  readonly url: string;
  /** Its data folder, with the state, the secrets and the logs. */
  readonly dir: string;
  readonly stop: () => Promise<void>;
}

/** What the launcher is started with: data and port of the test's own, and the engine that is tested. */
export function launcherEnvironment(
  dir: string,
  port: number,
  extra: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const mysqld = process.env.YEY_TEST_MYSQLD;
  return {
    ...process.env,
    // The test runner's own mode must not reach the services.
    NODE_ENV: 'development',
    YEY_DATA_DIR: dir,
    PORT: String(port),
    ...(mysqld && { MYSQLD: mysqld }),
    ...extra,
  };
}

/**
 * Starts the whole platform as `npm start` does, on free ports and empty data of its own.
 * @param dir its data folder, which is gone when it has stopped.
 */
export async function startPlatform(
  extra: NodeJS.ProcessEnv = {},
  dir: string = mkdtempSync(`${tmpdir()}/yey-test-`),
): Promise<Platform> {
  const port = await freePort();
  const launcher = spawn(process.execPath, ['deploy/local/index.mjs'], {
    env: launcherEnvironment(dir, port, extra),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  launcher.stdout.on('data', (data) => (output += String(data)));
  launcher.stderr.on('data', (data) => (output += String(data)));
  const stop = async () => {
    if (launcher.exitCode === null) {
      launcher.kill('SIGTERM');
      await exitOf(launcher);
    }
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const isUp = async () => {
    if (launcher.exitCode !== null) throw new Error(`the platform did not start:\n${output}`);
    return output.includes('is running');
  };
  await until(isUp, 150_000).catch(async (error: unknown) => {
    await stop();
    throw new Error(output, { cause: error });
  });
  return { url, dir, stop };
}

/** A process of the test's own that serves HTTP on loopback. */
export interface OwnProcess {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Another router on the same subgraphs, as a load balancer would have several. */
export async function startRouter(dir: string, env: NodeJS.ProcessEnv = {}): Promise<OwnProcess> {
  const port = await freePort();
  return startProcess('dist/bundle/router.js', port, {
    ...process.env,
    ...environmentOf(dir),
    PORT: String(port),
    ...env,
  });
}

/** Another process of a subgraph on the same database. */
export async function startSubgraph(
  dir: string,
  name: string,
  env: NodeJS.ProcessEnv = {},
): Promise<OwnProcess> {
  const port = await freePort();
  return startProcess(`dist/bundle/${name}.js`, port, {
    ...process.env,
    ...environmentOf(dir),
    [`${name.toUpperCase()}_PORT`]: String(port),
    ...env,
  });
}

/** Runs a program and waits until it answers at `/healthz`. */
export async function startProcess(
  program: string,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<OwnProcess> {
  const child = spawn(process.execPath, [program], {
    env: { LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = async () => {
    for (const path of ['/healthz', '/readyz']) {
      if (![200, 404].includes((await fetch(url + path)).status)) return false;
    }
    return true;
  };
  await until(ready, 30_000);
  return {
    url,
    port,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      await exitOf(child);
    },
  };
}

/** The environment of a platform's services, to run one more of them or to open its database. */
export function environmentOf(dir: string): Record<string, string> {
  const { ports, screen } = JSON.parse(readFileSync(`${dir}/state.json`, 'utf8')) as {
    ports: Record<string, number>;
    screen?: { url: string };
  };
  const secrets = JSON.parse(readFileSync(`${dir}/secrets.json`, 'utf8')) as Record<string, string>;
  const own = Object.entries(ports).flatMap(([name, port]) => [
    [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${port}/graphql`],
    [`${name.toUpperCase()}_PORT`, String(port)],
  ]);
  return {
    ...secrets,
    ...(Object.fromEntries(own) as Record<string, string>),
    DATABASE_URL: `mysql://127.0.0.1:${ports.primary}`,
    DATABASE_REPLICA_URLS: `mysql://127.0.0.1:${ports.replica}`,
    REDIS_STATE_URL: `redis://127.0.0.1:${ports.redis}/0`,
    JWT_PRIVATE_KEY_FILE: `${dir}/jwt.pem`,
    SANDBOX_URL: `http://127.0.0.1:${ports.sandbox}`,
    FILES_DIR: `${dir}/files`,
    ...(screen && { ROUTER_URL: screen.url }),
  };
}

/**
 * The same for services that a test runs in its own process: without replicas, since no session tells them what the
 * test has just written.
 */
export function benchEnvironment(dir: string): Record<string, string> {
  return { ...environmentOf(dir), DATABASE_REPLICA_URLS: '' };
}

export function demoAccounts(dir: string): DemoAccount[] {
  return JSON.parse(readFileSync(`${dir}/demo.json`, 'utf8')) as DemoAccount[];
}

/** Polls until a condition holds; an error counts as "not yet" until the time is over. */
export async function until(holds: () => Promise<boolean> | boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      if (await holds()) return;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('the platform did not start')) throw error;
      last = error;
    }
    await delay(20);
  } while (Date.now() < end);
  throw new Error(`not within ${timeoutMs} ms`, { cause: last });
}

/** A free port below the range of outgoing connections, one of which could take it before our server listens. */
export async function freePort(): Promise<number> {
  const port = randomInt(15_000, 32_000);
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer((socket) => socket.on('error', () => undefined).destroy());
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
