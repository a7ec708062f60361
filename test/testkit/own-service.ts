import { spawn } from 'node:child_process';
import { environmentOf, freePort, until } from './platform.ts';
import { inject } from 'vitest';
import { type OwnSchema, ownSchema } from './own-schema.ts';

export interface OwnService extends OwnSchema {
  readonly port: number;
  readonly start: (more?: Record<string, string>) => Promise<void>;
  /** Ends it at once, as a machine that fails does. */
  readonly kill: () => Promise<void>;
  readonly readiness: () => Promise<Readiness>;
}

interface Readiness {
  readonly status: string;
  readonly warnings: Record<string, string>;
  readonly figures: Record<string, unknown>;
}

/**
 * A subgraph as a process of the test's own, on schemas of its own, beside the platform's. Its jobs are in another
 * database of Redis, so that neither does the other's.
 */
export async function ownService(subgraph: string): Promise<OwnService> {
  const schema = await ownSchema(subgraph);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const redis = (environmentOf(inject('platformDir')).REDIS_STATE_URL ?? '').replace(/\/0$/, '/1');
  let child: ReturnType<typeof spawn> | undefined;
  const kill = async () => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  const readiness = async () => (await (await fetch(`${url}/readyz`)).json()) as Readiness;
  return {
    ...schema,
    port,
    kill,
    readiness,
    start: async (more = {}) => {
      const env = {
        ...process.env,
        ...schema.env,
        [`${subgraph.toUpperCase()}_PORT`]: String(port),
        REDIS_STATE_URL: redis,
        REDIS_CACHE_URL: redis,
        LOG_LEVEL: 'fatal',
        ...more,
      };
      child = spawn(process.execPath, [`dist/bundle/${subgraph}.js`], { env, stdio: 'ignore' });
      await until(async () => (await readiness()).status === 'ready', 60_000);
    },
    drop: async () => {
      await kill();
      await schema.drop();
    },
  };
}
