import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Grant } from '../context/actor.ts';
import { AppError } from '../errors/app-error.ts';
import { logger } from '../logging/logger.ts';
import { RecentlySeen } from './recently-seen.ts';

/** What a session may do now; null when it has ended. */
export type Authority = { readonly grants: readonly Grant[] } | null;

/**
 * Tells what a session may do.
 * @param rotation the refresh whose access token is used: from then on that refresh must not be repeated
 */
export type AuthoritySource = (sessionId: string, rotation: string | undefined) => Promise<Authority>;

/** How long an answer is believed, seconds: no change of rights takes longer to be effective. */
const BELIEVE_S = 2;
/** One that is forgotten is told of again, which changes nothing. */
const MAX_REPORTED = 20_000;

/** The form in which an authority travels and is cached. */
export const authoritySchema = z
  .object({
    grants: z.array(
      z.object({
        role: z.string(),
        permissions: z.array(z.string()),
        scope: z.enum(['PLATFORM', 'HOSPITAL', 'DEPARTMENT', 'PHARMACY']),
        scopeId: z.string(),
      }),
    ),
  })
  .nullable();

/**
 * Reads what a session may do from a cache of two seconds, and behind it from users. Without Redis users answer
 * alone; when neither answers nobody is let in.
 */
export class AuthorityReader {
  readonly #redis: Redis;
  readonly #source: AuthoritySource;
  /** Refreshes of whose tokens users know that they are used. */
  readonly #reported = new RecentlySeen(MAX_REPORTED);

  constructor(redis: Redis, source: AuthoritySource) {
    this.#redis = redis;
    this.#source = source;
  }

  /**
   * What a session may do. Before the first answer to an access token that a refresh issued users are told of its use,
   * by each process once and whatever is cached: no cache and no message that is lost can hide it.
   * @throws AppError SESSION_ENDED; UNAVAILABLE when nobody can tell
   */
  async grantsOf(sessionId: string, rotation?: string): Promise<readonly Grant[]> {
    const isFirstUse = rotation !== undefined && !this.#reported.has(rotation);
    const cached = isFirstUse ? undefined : await this.#fromCache(sessionId);
    const authority = cached ?? (await this.#fresh(sessionId, isFirstUse ? rotation : undefined));
    if (authority.value === null) throw new AppError('SESSION_ENDED');
    if (isFirstUse) this.#reported.add(rotation);
    return authority.value.grants;
  }

  async #fromCache(sessionId: string): Promise<{ value: Authority } | undefined> {
    try {
      const text = await this.#redis.get(keyOf(sessionId));
      return text === null ? undefined : { value: authoritySchema.parse(JSON.parse(text)) };
    } catch (error) {
      logger().warn({ err: error }, 'authority cache not to be read');
      return undefined;
    }
  }

  async #fresh(sessionId: string, rotation: string | undefined): Promise<{ value: Authority }> {
    const value = await this.#source(sessionId, rotation);
    await this.#redis.set(keyOf(sessionId), JSON.stringify(value), 'EX', BELIEVE_S).catch(() => 'not kept');
    return { value };
  }
}

/** Drops what is believed of a session; where that is lost on the way, it is believed for two seconds more. */
export function forgetAuthority(redis: Redis, sessionId: string): void {
  void redis.del(keyOf(sessionId)).catch(() => 0);
}

function keyOf(sessionId: string): string {
  return `{yey:authority:${sessionId}}`;
}
