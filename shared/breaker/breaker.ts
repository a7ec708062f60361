import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  isBrokenCircuitError,
} from 'cockatiel';
import { logger } from '../logging/logger.ts';

/** How many calls must fail one after the other; a single success between them starts the count anew. */
const FAILURES = 5;

export interface BreakerOptions {
  /** What a call gets that is not made. */
  readonly refusal: () => Error;
  /** How long the callee is left alone before one call tries it again, ms; it doubles each time that it fails. */
  readonly pauseMs: { readonly first: number; readonly longest: number };
}

export interface Breaker {
  /** Makes a call, or refuses it at once while the callee is known to be gone. @throws the refusal */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * Keeps calls away from somebody who does not answer, so that what needs them fails at once instead of waiting, and
 * lets one call through from time to time: when that succeeds, all do.
 */
export function breakerFor(callee: string, { refusal, pauseMs }: BreakerOptions): Breaker {
  const policy = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: new ExponentialBackoff({
      initialDelay: pauseMs.first,
      maxDelay: pauseMs.longest,
      exponent: 2,
    }),
  });
  policy.onBreak(() => logger().warn({ callee }, 'no more calls for a while'));
  policy.onReset(() => logger().info({ callee }, 'answers again'));
  return {
    run: async (call) => {
      // The others would wait as long as the one that tries it.
      if (policy.state === CircuitState.HalfOpen) throw refusal();
      return policy.execute(call).catch((error: unknown) => {
        throw isBrokenCircuitError(error) ? refusal() : error;
      });
    },
  };
}
