import { z } from 'zod';
import { type Window, windowSchema } from '../shared/limits/window-counter.ts';

/**
 * What is counted and by what. `address` is the caller's network, `account` that of a verified access token. A request
 * counts one in both, and what its operation costs in both `-cost` ones; an attempt to open a socket counts one in
 * `sockets`, by address; a subscription counts as a request.
 */
export const RATE_POLICIES = ['account', 'address', 'account-cost', 'address-cost', 'sockets'] as const;

export type RatePolicy = (typeof RATE_POLICIES)[number];

export type RateLimitConfig = Readonly<Record<RatePolicy, Window>>;

const MINUTE_S = 60;

/**
 * One person's app is far from twenty operations a second for a minute. An address may be that of a hospital or of a
 * mobile carrier with thousands behind it, whose sockets all come back at once when a router restarts.
 */
const DEFAULTS: RateLimitConfig = {
  account: [1200, MINUTE_S],
  address: [12_000, MINUTE_S],
  'account-cost': [300_000, MINUTE_S],
  'address-cost': [3_000_000, MINUTE_S],
  sockets: [6000, MINUTE_S],
};

const some = z.partialRecord(z.enum(RATE_POLICIES), windowSchema);

/** RATE_LIMITS: what differs from the defaults, `{"account": [1200, 60]}`. */
const rateLimits = z
  .string()
  .default('{}')
  .transform((text, context): RateLimitConfig => {
    try {
      const given = some.safeParse(JSON.parse(text));
      if (given.success) return { ...DEFAULTS, ...given.data };
    } catch {
      // Said below.
    }
    context.addIssue(`must be {"<${RATE_POLICIES.join('|')}>": [points, seconds]}`);
    return z.NEVER;
  });

const redisAddress = z
  .string()
  .regex(/^redis:\/\/[^\s]+$/, 'must be a redis:// address')
  .optional();

/** What the router reads of rate limits. */
export const rateLimitVariables = {
  RATE_LIMITS: rateLimits,
  /** With an account of its own the router reaches the keys of its counters and nothing else. */
  ROUTER_REDIS_URL: redisAddress,
  REDIS_STATE_URL: redisAddress,
  REDIS_CACHE_URL: redisAddress,
};
