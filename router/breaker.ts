import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  isBrokenCircuitError,
} from 'cockatiel';
import { AppError } from '../shared/errors/app-error.ts';
import { logger } from '../shared/logging/logger.ts';

/** How many calls must fail one after the other; a single success between them starts the count anew. */
const FAILURES = 5;
/** How long a subgraph is left alone before one call tries it again: longer each time that it fails, ms. */
const PAUSE = { initialDelay: 250, maxDelay: 4000, exponent: 2 };

export interface Breaker {
  /** Makes a call, or refuses it at once while the subgraph is known to be gone. @throws AppError SUBGRAPH_UNAVAILABLE */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * Keeps calls away from a subgraph that does not answer, so that what needs it fails at once instead of waiting, and
 * lets one call through from time to time: when that succeeds, all do.
 */
export function breakerFor(name: string): Breaker {
  const policy = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: new ExponentialBackoff(PAUSE),
  });
  policy.onBreak(() => logger().warn({ subgraph: name }, 'no more calls for a while'));
  policy.onReset(() => logger().info({ subgraph: name }, 'answers again'));
  return {
    run: async (call) => {
      // The others would wait as long as the one that tries it.
      if (policy.state === CircuitState.HalfOpen) throw refusal(name);
      return policy.execute(call).catch((error: unknown) => {
        throw isBrokenCircuitError(error) ? refusal(name) : error;
      });
    },
  };
}

function refusal(name: string): AppError {
  return new AppError('SUBGRAPH_UNAVAILABLE', { service: name });
}
