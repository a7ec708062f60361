import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What the processes of subgraphs that run a command have in their environment, by the subgraph.
 * @param work during which they run @param argument that the command has
 */
export async function environmentsDuring(
  work: Promise<unknown>,
  command: string,
  argument: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const isOver = work.then(
    () => true,
    () => true,
  );
  do {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const args = read(pid, 'cmdline').split('\0');
      const at = args.indexOf(command);
      const [, name] = /bundle\/(\w+)\.js$/.exec(args[at - 1] ?? '') ?? [];
      if (name !== undefined && args[at + 1]?.startsWith(argument)) found[name] = read(pid, 'environ');
    }
  } while (!(await Promise.race([isOver, delay(50, false)])));
  return found;
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
