import type { RateLimits } from '../rate-limits.ts';
import type { RouterContext } from '../request.ts';

/** Whoever asks for a plan. */
export interface PlanCaller {
  /** Those with the same one share their places in the line. */
  readonly key: string;
  /** Told what a plan that was made for it took, ms. */
  readonly took: (ms: number) => void;
}

/** The points that a millisecond of a planner's thread costs: by default an account may pay six seconds a minute. */
const POINTS_PER_MS = 50;

/**
 * Who asks, by the context of a counted request. Whoever is over the limit by what a plan took is refused from the
 * next operation on: what is planned already may as well be run.
 * @param freeMs what a plan may take before it costs
 */
export function planCallers(rateLimits: RateLimits, freeMs: number): (context: RouterContext) => PlanCaller {
  return (context) => ({
    key: rateLimits.callerOf(context),
    took: (ms) => {
      const points = Math.round((ms - freeMs) * POINTS_PER_MS);
      if (points > 0) void rateLimits.afterwards(context, points);
    },
  });
}
