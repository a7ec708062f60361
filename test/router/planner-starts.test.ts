import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PlannerPool, type PlannerThread } from '../../router/planning/planner-pool.ts';

const THREADS = 3;
const SIZE = { threads: THREADS, memoryMb: 256, places: { inAll: 200, perKey: 200 } };
const FAILURES = 5;
const DEADLY = 'ends its thread';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a thread that does not start is tried once a second, and there are never more than there may be', async () => {
  const starts: number[] = [];
  let alive = 0;
  let most = 0;
  // The first starts; those that shall take its place do so after five that don't.
  const start = (): PlannerThread => {
    const fails = starts.length >= 1 && starts.length <= FAILURES;
    starts.push(Date.now());
    most = Math.max(most, (alive += 1));
    let isGone = false;
    const end = () => {
      if (!isGone) alive -= 1;
      isGone = true;
    };
    return {
      get isGone() {
        return isGone;
      },
      ready: () => (fails ? Promise.reject(new Error('out of memory')) : Promise.resolve()),
      plan: async ({ source }) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (source === DEADLY) end();
        return { kind: 'planned', plan: '{}', ms: 10 };
      },
      end,
    };
  };
  const pool = new PlannerPool('', SIZE, start);
  await pool.ready();
  const plan = (source: string) => pool.plan({ source, operationName: undefined }, 1000, 'somebody');
  const first = plan(DEADLY);
  await vi.advanceTimersByTimeAsync(100);
  await first;
  const others = Array.from({ length: 20 }, () => plan('{ me { id } }'));
  // Each call while there are too few threads is a chance to start too many.
  for (let each = 0; each < 80; each += 1) {
    await vi.advanceTimersByTimeAsync(100);
    others.push(plan('{ me { id } }'));
  }
  await vi.advanceTimersByTimeAsync(1000);
  await Promise.all(others);
  const tries = starts.slice(1, FAILURES + 2);
  for (const [at, time] of tries.entries()) {
    if (at > 0) expect(time - (tries[at - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
  }
  expect(starts).toHaveLength(1 + FAILURES + THREADS);
  expect(most).toBeLessThanOrEqual(THREADS);
  pool.close();
  expect(alive).toBe(0);
});
