import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

export interface Servers {
  /** Ports on loopback; the replica follows the primary. */
  readonly primary: number;
  readonly replica: number;
  readonly redis: readonly [number, number, number];
  /** Of `yey_admin` on both database servers. */
  readonly adminPassword: string;
  readonly stop: () => Promise<void>;
}

/** Starts servers that the platform did not start. */
export async function startServers(): Promise<Servers> {
  const dir = mkdtempSync(`${tmpdir()}/yey-servers-`);
  const child = fork('test/testkit/servers.mjs', [dir], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const told = await new Promise<Omit<Servers, 'stop'>>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Omit<Servers, 'stop'>));
    child.once('exit', (code) => reject(new Error(`the servers did not start: ${code}`)));
  });
  return {
    ...told,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
