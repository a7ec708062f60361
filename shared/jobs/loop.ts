import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '../logging/logger.ts';
import type { Wake } from '../redis/wake.ts';

const LONGEST_PAUSE_MS = 5000;

/**
 * Runs `work` whenever its topic is woken, and every two seconds besides, until stopped. A failure is told once and
 * tried again with growing pauses: whatever it waits for comes back.
 * @returns ends the loop, after the work that is under way.
 */
export function keepDoing(
  name: string,
  wake: Wake,
  topic: string,
  work: () => Promise<unknown>,
): () => Promise<void> {
  const stopping = new AbortController();
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
      } catch (error) {
        if (failures === 0) logger().warn({ err: error, loop: name }, 'will be tried again');
        failures += 1;
        const pause = Math.min(100 * 2 ** failures, LONGEST_PAUSE_MS);
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  })();
  return async () => {
    stopping.abort();
    await ended;
  };
}
