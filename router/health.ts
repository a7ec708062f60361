import type { ClockWatch } from './clock-watch.ts';
import type { SubgraphTarget } from './config.ts';

/** Names of the subgraphs that are not ready to answer, also because their clock makes them refuse our calls. */
export async function unready(
  subgraphs: ReadonlyMap<string, SubgraphTarget>,
  clocks: ClockWatch,
): Promise<string[]> {
  await clocks.measure();
  const asked = await Promise.all(
    Array.from(subgraphs, async ([name, { url }]) => ((await isReady(url)) ? undefined : name)),
  );
  return [...new Set([...asked.filter((name) => name !== undefined), ...clocks.tooFar()])];
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(2500) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
