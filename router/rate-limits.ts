import type { Authenticator } from '../shared/auth/authenticator.ts';
import type { RequestInfo } from '../shared/context/request-context.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { networkOf } from '../shared/limits/network.ts';
import type { Counters, Standing, WindowCounter } from '../shared/limits/window-counter.ts';
import { RATE_POLICIES, type RateLimitConfig, type RatePolicy } from './rate-limit-config.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import type { RouterContext } from './request.ts';

/** What is known of a caller once its request was counted. */
interface Counted {
  /** Undefined without a valid access token. */
  readonly accountId: string | undefined;
  readonly standings: Map<RatePolicy, Standing>;
}

type Count = readonly [policy: RatePolicy, key: string, points: number];

/**
 * Counts what callers ask for by address and by account, before it is done. Only a verified access token tells an
 * account: by its own word a caller could be counted as somebody else, or as somebody new each time.
 */
export class RateLimits {
  readonly #counters: ReadonlyMap<RatePolicy, WindowCounter>;
  readonly #authenticator: Authenticator | undefined;
  readonly #counted = new WeakMap<RequestInfo, Counted>();

  /** @param authenticator undefined on a supergraph of strangers, where addresses alone are counted */
  constructor(counters: Counters, config: RateLimitConfig, authenticator: Authenticator | undefined) {
    this.#counters = new Map(
      RATE_POLICIES.map((policy) => {
        const [, seconds] = config[policy];
        return [policy, counters.window(`yey:rate:${policy}:${seconds}`, config[policy])];
      }),
    );
    this.#authenticator = authenticator;
  }

  /**
   * Counts a request or a subscription, by its address first: whoever floods makes nobody check signatures.
   * @throws AppError RATE_LIMITED
   */
  async request(context: RouterContext): Promise<void> {
    const standings = new Map<RatePolicy, Standing>();
    this.#counted.set(context.info, { accountId: undefined, standings });
    await this.#count([['address', addressOf(context), 1]], standings);
    const accountId = await this.#verified(context);
    if (accountId === undefined) return;
    this.#counted.set(context.info, { accountId, standings });
    await this.#count([['account', accountId, 1]], standings);
  }

  /**
   * Counts what the operation of a counted request costs.
   * @param points as the cost of operations has them @throws AppError RATE_LIMITED
   */
  async cost(context: RouterContext, points: number): Promise<void> {
    const { standings } = this.#counted.get(context.info) ?? { standings: new Map() };
    await this.#count(this.#costs(context, points), standings);
  }

  /**
   * Counts what an operation turned out to cost besides, which refuses nothing that is under way: whoever is over a
   * limit by it is refused with the next operation.
   */
  async afterwards(context: RouterContext, points: number): Promise<void> {
    await this.#count(this.#costs(context, points), new Map()).catch(() => undefined);
  }

  /** Who asks, by account where that is verified, else by address: for what callers have to share. */
  callerOf(context: RouterContext): string {
    const accountId = this.#counted.get(context.info)?.accountId;
    return accountId === undefined ? `address ${addressOf(context)}` : `account ${accountId}`;
  }

  /**
   * Counts a subscription and what it costs.
   * @param costOf told once the subscription itself was counted @throws AppError RATE_LIMITED
   */
  async subscription(context: RouterContext, costOf: () => number | undefined): Promise<void> {
    await this.request(context);
    const points = costOf();
    if (points !== undefined) await this.cost(context, points);
  }

  /** Counts an attempt to open a socket. @param ip the caller's address @throws AppError RATE_LIMITED */
  async socket(ip: string): Promise<void> {
    await this.#count([['sockets', networkOf(ip), 1]], new Map());
  }

  /** The headers that tell a caller how it stands; none for what was not counted. */
  headers(context: RouterContext): Record<string, string> {
    return rateLimitHeaders(this.#counted.get(context.info)?.standings ?? new Map());
  }

  #costs(context: RouterContext, points: number): Count[] {
    const accountId = this.#counted.get(context.info)?.accountId;
    const counts: Count[] = [['address-cost', addressOf(context), points]];
    if (accountId !== undefined) counts.push(['account-cost', accountId, points]);
    return counts;
  }

  async #count(counts: readonly Count[], standings: Map<RatePolicy, Standing>): Promise<void> {
    const counted = await Promise.all(
      counts.map(async ([policy, key, points]) => {
        const standing = await this.#counters.get(policy)?.consume(key, points);
        return [policy, standing] as const;
      }),
    );
    let over: readonly [RatePolicy, Standing] | undefined;
    for (const [policy, standing] of counted) {
      if (standing === undefined) continue;
      standings.set(policy, standing);
      if (standing.isOver && standing.resetMs > (over?.[1].resetMs ?? 0)) over = [policy, standing];
    }
    if (over === undefined) return;
    const [policy, { limit, windowS, resetMs }] = over;
    const seconds = Math.ceil(resetMs / 1000);
    throw new AppError('RATE_LIMITED', { policy, limit, window: windowS, seconds });
  }

  /** Whoever an access token is valid for; a token that can't be checked now counts as none. */
  async #verified({ authorization }: RouterContext): Promise<string | undefined> {
    if (authorization === '' || this.#authenticator === undefined) return undefined;
    return this.#authenticator.verify(authorization).then(
      ({ accountId }) => accountId,
      () => undefined,
    );
  }
}

function addressOf({ info }: RouterContext): string {
  return networkOf(info.client?.ip ?? '');
}
