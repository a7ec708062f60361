import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { Resumable, UpstreamOperation } from './subscription-cursor.ts';
import { UpstreamLost } from './upstream.ts';

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2000;
/** A subscription that stood this long has come back, also when nothing happened in it, ms. */
const STEADY_MS = 10_000;

/** Nobody can tell the reader what it missed: it has to subscribe again. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export interface LiveParts {
  /** How the subscription goes on; undefined when it has no cursor. */
  readonly resumable: Resumable | undefined;
  readonly operation: UpstreamOperation;
  /** Subscribes at the owner. @throws UpstreamLost */
  readonly subscribe: (operation: UpstreamOperation) => AsyncGenerator<ExecutionResult, void, undefined>;
  /** An event as the reader gets it. */
  readonly complete: (event: ExecutionResult) => Promise<ExecutionResult>;
  readonly ended: AbortSignal;
  /** How long an owner that cannot be reached is tried again, ms. */
  readonly resumeForMs: number;
}

/**
 * The events of a subscription, also across restarts of its owner and lost sockets: it goes on after the cursor of the
 * last event that was handed on. An answer without data that may be different in a moment (a database that is being
 * restarted, a subgraph that an event needs) counts as lost as well, so that the event comes again.
 * @throws Interrupted without a cursor, or when the owner has not come back in time
 */
export async function* liveEvents(parts: LiveParts): AsyncGenerator<ExecutionResult, void, void> {
  const { resumable, ended } = parts;
  let cursor = resumable?.start;
  let pauses = new Pauses(parts.resumeForMs);
  while (!ended.aborted) {
    const beganAt = performance.now();
    try {
      for await (const raw of parts.subscribe(resumable?.after(cursor) ?? parts.operation)) {
        const read = resumable?.read(raw) ?? { cursor: undefined, event: raw };
        const result = await parts.complete(read.event);
        if (isPassing(result)) throw new UpstreamLost(true);
        yield result;
        cursor = read.cursor ?? cursor;
        pauses = new Pauses(parts.resumeForMs);
      }
      return;
    } catch (error) {
      if (!(error instanceof UpstreamLost)) throw error;
      if (ended.aborted) return;
      if (error.wasSent && performance.now() - beganAt > STEADY_MS) pauses = new Pauses(parts.resumeForMs);
      // What was never asked for cannot have missed anything.
      if ((resumable === undefined && error.wasSent) || !(await pauses.next(ended))) throw new Interrupted();
    }
  }
}

/** No data, for a reason that passes by itself. */
function isPassing({ data, errors }: ExecutionResult): boolean {
  const isEmpty = data === undefined || data === null;
  return isEmpty && (errors ?? []).some(({ extensions }) => extensions.retryable === true);
}

/** Growing pauses, for a time in all that begins with the first. */
class Pauses {
  readonly #forMs: number;
  #endsAt: number | undefined;
  #maxMs = FIRST_PAUSE_MS;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /** Waits; false when the time is over. */
  async next(ended: AbortSignal): Promise<boolean> {
    this.#endsAt ??= performance.now() + this.#forMs;
    if (performance.now() >= this.#endsAt) return false;
    // Readers that were interrupted together must not come back together.
    const pauseMs = this.#maxMs * (0.5 + Math.random() / 2);
    this.#maxMs = Math.min(MAX_PAUSE_MS, this.#maxMs * 2);
    await delay(pauseMs, undefined, { signal: ended }).catch(() => undefined);
    return true;
  }
}
