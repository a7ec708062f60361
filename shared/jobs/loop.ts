import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '../logging/logger.ts';
import type { Wake } from '../redis/wake.ts';

const LONGEST_PAUSE_MS = 5000;

/**
 * Runs `work` whenever its topic is woken, and every two seconds besides, until stopped. A failure is told once and
 * tried again with growing pauses: whatever it waits for comes back.
 * @param gatherMs how long it lets more come together once it is woken, for work that costs as much for one as for many
 * @returns ends the loop, after the work that is under way.
 */
export function keepDoing(
  name: string,
  wake: Wake,
  topic: string,
  work: () => Promise<unknown>,
  gatherMs = 0,
): () => Promise<void> {
  const stopping = new AbortController();
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const ended = (async () => {
    const listener = await wake.listen(topic);
    stopping.signal.addEventListener('abort', () => listener.close());
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await work();
        if (failures > 0) logger().info({ loop: name }, 'works again');
        failures = 0;
        await listener.wait();
        if (gatherMs > 0) await pause(gatherMs);
      } catch (error) {
        if (failures === 0) logger().warn({ err: error, loop: name }, 'will be tried again');
        failures += 1;
        await pause(Math.min(100 * 2 ** failures, LONGEST_PAUSE_MS));
      }
    }
  })();
  return async () => {
    stopping.abort();
    await ended;
  };
}

/**
 * Runs `work` at once and then every so often by the monotonic clock, never twice at a time, until stopped. A failure
 * is told once and tried again.
 * @returns ends it, after the work that is under way.
 */
export function repeat(name: string, everyMs: number, work: () => Promise<unknown>): () => Promise<void> {
  const stopping = new AbortController();
  const ended = (async () => {
    let isFailing = false;
    while (!stopping.signal.aborted) {
      const begunAt = performance.now();
      try {
        await work();
        if (isFailing) logger().info({ loop: name }, 'works again');
        isFailing = false;
      } catch (error) {
        if (!isFailing) logger().warn({ err: error, loop: name }, 'will be tried again');
        isFailing = true;
      }
      const left = Math.max(0, everyMs - (performance.now() - begunAt));
      await delay(left, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await ended;
  };
}
