import { z } from 'zod';
import { ENDED_SESSIONS_PATH } from '../shared/auth/ended-sessions.ts';
import { processClock } from '../shared/clock/steady-clock.ts';
import { BoundPool } from '../shared/http/bound-pool.ts';
import { logger } from '../shared/logging/logger.ts';
import type { SubgraphTarget } from './config.ts';
import { routerContext, signedHeaders } from './request.ts';

/** How often users are asked, ms. */
const EVERY_MS = 1000;
/** How far each question reaches back before the one before, ms: commits that were under way, clocks that differ. */
const OVERLAP_MS = 30_000;
const DEADLINE_MS = 900;

const answer = z.object({ ended: z.array(z.string()) });

/**
 * Tells of sessions that are ended while somebody holds a socket by them. It asks users once a second for those ended
 * lately, which are few, and not for the state of those that are open, which are many.
 */
export class EndedSessions {
  readonly #target: SubgraphTarget;
  readonly #watched = new Map<string, Set<() => void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #pool: BoundPool;
  /** When the last question began that was answered, ms by the monotonic clock. */
  #knownUntil = 0;
  #isAsking = false;
  #hasFailed = false;

  constructor(target: SubgraphTarget) {
    this.#target = target;
    this.#pool = new BoundPool(new URL(target.url).origin, { connections: 1, connectMs: DEADLINE_MS });
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  /** Calls back once when the session is ended. @returns ends the watch */
  watch(sessionId: string, onEnd: () => void): () => void {
    if (this.#watched.size === 0) this.#knownUntil = performance.now();
    const watchers = this.#watched.get(sessionId) ?? new Set();
    this.#watched.set(sessionId, watchers.add(onEnd));
    return () => {
      watchers.delete(onEnd);
      if (watchers.size === 0 && this.#watched.get(sessionId) === watchers) this.#watched.delete(sessionId);
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pool.close();
  }

  async #look(): Promise<void> {
    if (this.#watched.size === 0 || this.#isAsking) return;
    this.#isAsking = true;
    const askedAt = performance.now();
    try {
      for (const sessionId of await this.#ask(askedAt - this.#knownUntil + OVERLAP_MS)) {
        for (const onEnd of this.#watched.get(sessionId) ?? []) onEnd();
      }
      this.#knownUntil = askedAt;
      this.#hasFailed = false;
    } catch (error) {
      // What was missed is asked for again; until then every event asks users what its reader may see.
      if (!this.#hasFailed) logger().warn({ err: error }, 'ended sessions not to be had');
      this.#hasFailed = true;
    } finally {
      this.#isAsking = false;
    }
  }

  /** @param backMs how far back to look */
  async #ask(backMs: number): Promise<string[]> {
    const since = Math.floor(processClock.ms() - backMs);
    const path = `${ENDED_SESSIONS_PATH}?since=${since}`;
    const call = { method: 'GET', path, body: '' } as const;
    const { statusCode, body } = await this.#pool.request(
      { method: 'GET', path, signal: AbortSignal.timeout(DEADLINE_MS) },
      (instance) => ({ headers: signedHeaders(this.#target.secret, instance, call, routerContext({})) }),
    );
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`users answered ${statusCode}`);
    }
    return answer.parse(await body.json()).ended;
  }
}
