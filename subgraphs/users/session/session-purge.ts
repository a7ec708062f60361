import { logger } from '../../../shared/logging/logger.ts';
import type { SessionStore } from './session.store.ts';

/** The second use of an old token is noticed as long as its session lives; after that the session itself refuses. */
const KEEP_TOKENS_MS = 24 * 3_600_000;
/** How long an ended session can still be told of. */
const KEEP_SESSIONS_MS = 30 * 24 * 3_600_000;

/** Deletes what has ended and is of no more use; the audit keeps that it was. */
export class SessionPurge {
  static readonly everyMs = 3_600_000;
  readonly #store: SessionStore;
  readonly #now: () => Date;

  constructor(store: SessionStore, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  /** Running it twice at once, or not for a long time, does no harm. */
  async run(): Promise<void> {
    const now = this.#now().getTime();
    const tokens = await this.#store.purgeTokens(new Date(now - KEEP_TOKENS_MS));
    const sessions = await this.#store.purgeSessions(new Date(now - KEEP_SESSIONS_MS));
    if (tokens + sessions > 0) logger().info({ tokens, sessions }, 'ended sessions purged');
  }
}
