import { spawn } from 'node:child_process';

/**
 * Begins a backup of one snapshot as the launcher does, of a process that never says that it began.
 * @param env of the platform @param write waits until it may write
 * @returns what the launcher said, and for how long the write waited, ms; 0 when writes were not stopped
 */
export async function beginSilentSnapshot(
  env: Record<string, string>,
  write: () => Promise<unknown>,
): Promise<{ readonly text: string; readonly heldMs: number }> {
  const where = JSON.stringify({
    port: Number(new URL(env.DATABASE_URL ?? '').port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD,
  });
  const script = `
    import { connectTo } from './deploy/local/accounts.mjs';
    import { report } from './deploy/local/fail.mjs';
    import { beginTogether } from './deploy/local/one-moment.mjs';
    const child = { stdin: { write: () => console.log('writes are stopped') } };
    const silent = { child, heard: () => new Promise(() => undefined) };
    await beginTogether([silent], await connectTo(${where})).catch(report);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const ended = new Promise((resolve) => launcher.once('close', resolve));
  let text = '';
  let written: Promise<number> | undefined;
  launcher.stderr.on('data', (chunk) => (text += String(chunk)));
  launcher.stdout.once('data', () => {
    const stoppedAt = performance.now();
    written = write().then(() => performance.now() - stoppedAt);
  });
  await ended;
  return { text, heldMs: (await written) ?? 0 };
}
