import { z } from 'zod';

/** The variables of planning, which runs in threads of its own. */
export const planningVariables = {
  PLANNING_THREADS: z.coerce.number().int().min(1).max(16).default(2),
  PLANNING_DEADLINE_MS: z.coerce.number().int().min(10).max(60_000).default(1000),
  PLANNING_MEMORY_MB: z.coerce.number().int().min(96).max(4096).default(256),
  PLANNING_CACHE_MB: z.coerce.number().int().min(1).max(4096).default(64),
};

export interface PlanningLimits {
  /** Threads for operations that are not in the manifest; those that are have one of their own. */
  readonly threads: number;
  /** How long the plan of such an operation may take, ms. */
  readonly deadlineMs: number;
  /** What the heap of one thread may take, megabytes; about 70 are its schema. */
  readonly memoryMb: number;
  /** What the plans that are remembered may take, bytes. */
  readonly cacheBytes: number;
}

/** The limits from variables that {@link planningVariables} has validated. */
export function planningLimits(given: z.infer<z.ZodObject<typeof planningVariables>>): PlanningLimits {
  return {
    threads: given.PLANNING_THREADS,
    deadlineMs: given.PLANNING_DEADLINE_MS,
    memoryMb: given.PLANNING_MEMORY_MB,
    cacheBytes: given.PLANNING_CACHE_MB * 1024 * 1024,
  };
}
