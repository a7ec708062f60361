import { z } from 'zod';

const places = z.coerce.number().int().min(1).max(100_000);

/** The variables of planning, which runs in threads of its own. */
export const planningVariables = {
  PLANNING_THREADS: z.coerce.number().int().min(1).max(16).default(2),
  PLANNING_DEADLINE_MS: z.coerce.number().int().min(10).max(60_000).default(1000),
  PLANNING_MEMORY_MB: z.coerce.number().int().min(96).max(4096).default(256),
  PLANNING_CACHE_MB: z.coerce.number().int().min(1).max(4096).default(64),
  PLANNING_MAX_WAITING: places.default(200),
  PLANNING_MAX_WAITING_PER_CALLER: places.default(10),
  PLANNING_FREE_MS: z.coerce.number().int().min(0).max(60_000).default(100),
};

export interface PlanningLimits {
  /** Threads for operations that are not in the manifest; those that are have one of their own. */
  readonly threads: number;
  /** How long the plan of such an operation may take, ms. */
  readonly deadlineMs: number;
  /** What the heap of one thread may take, megabytes; about 70 are its schema. */
  readonly memoryMb: number;
  /** What the plans of such operations that are remembered may take, bytes. */
  readonly cacheBytes: number;
  /** How many such operations may wait for a thread; more are a flood. */
  readonly waiting: number;
  /** How many of them one caller may have waiting. */
  readonly waitingPerCaller: number;
  /** What one plan may take before its caller pays for it, ms. */
  readonly freeMs: number;
}

/** The limits from variables that {@link planningVariables} has validated. */
export function planningLimits(given: z.infer<z.ZodObject<typeof planningVariables>>): PlanningLimits {
  return {
    threads: given.PLANNING_THREADS,
    deadlineMs: given.PLANNING_DEADLINE_MS,
    memoryMb: given.PLANNING_MEMORY_MB,
    cacheBytes: given.PLANNING_CACHE_MB * 1024 * 1024,
    waiting: given.PLANNING_MAX_WAITING,
    waitingPerCaller: given.PLANNING_MAX_WAITING_PER_CALLER,
    freeMs: given.PLANNING_FREE_MS,
  };
}
