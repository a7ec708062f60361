import { createHash } from 'node:crypto';
import type { ClientInfo } from '../../../shared/context/client-info.ts';
import { currentRequest } from '../../../shared/context/request-context.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { networkOf } from '../../../shared/limits/network.ts';
import type { Counters, WindowCounter } from '../../../shared/limits/window-counter.ts';
import {
  COUNTED_BY,
  type CountedBy,
  LOGIN_ATTEMPTS,
  type LoginAttempt,
  type LoginLimits,
} from './login-limits.ts';

interface Counter {
  readonly by: CountedBy;
  readonly limiter: WindowCounter;
}

/**
 * Counts attempts to log in, each before its work is done, so that neither aliases nor requests at once make more of
 * them. All processes count together in Redis; without it each counts for itself until it is back.
 */
export class LoginLimiter {
  readonly #counters: ReadonlyMap<LoginAttempt, readonly Counter[]>;

  constructor(counters: Counters, limits: LoginLimits) {
    this.#counters = new Map(
      LOGIN_ATTEMPTS.map((kind) => [
        kind,
        COUNTED_BY.flatMap((by) =>
          (limits[kind][by] ?? []).map((window) => ({
            by,
            limiter: counters.window(`yey:login:${kind}:${by}:${window[1]}`, window),
          })),
        ),
      ]),
    );
  }

  /**
   * Counts one attempt of the caller of the current request.
   * @param subject who is to be logged in, as a blind index: never a number in clear
   * @throws AppError TOO_MANY_ATTEMPTS with the seconds until the next one is let through
   */
  async attempt(kind: LoginAttempt, subject?: string): Promise<void> {
    const keys = keysOf(currentRequest()?.client, subject);
    const standings = await Promise.all(this.#of(kind, keys).map(({ limiter, key }) => limiter.consume(key)));
    const longest = Math.max(0, ...standings.map(({ isOver, resetMs }) => (isOver ? resetMs : 0)));
    if (longest > 0) throw new AppError('TOO_MANY_ATTEMPTS', { seconds: Math.ceil(longest / 1000) });
  }

  /** Takes back the attempt of the subject, not that of the address: it came to nothing that the subject could spend. */
  async giveBack(kind: LoginAttempt, subject: string): Promise<void> {
    const keys = keysOf(currentRequest()?.client, subject);
    const ofSubject = this.#of(kind, keys).filter(({ by }) => by === 'pair' || by === 'subject');
    await Promise.all(ofSubject.map(({ limiter, key }) => limiter.giveBack(key)));
  }

  #of(kind: LoginAttempt, keys: ReadonlyMap<CountedBy, string>) {
    return (this.#counters.get(kind) ?? []).flatMap(({ by, limiter }) => {
      const key = keys.get(by);
      return key === undefined ? [] : [{ by, limiter, key }];
    });
  }
}

function keysOf(client: ClientInfo | undefined, subject: string | undefined): Map<CountedBy, string> {
  const network = networkOf(client?.ip ?? '');
  const keys = new Map<CountedBy, string>([['address', network]]);
  if (client?.deviceId) keys.set('device', createHash('sha256').update(client.deviceId).digest('hex'));
  if (subject !== undefined) keys.set('subject', subject).set('pair', `${subject}:${network}`);
  return keys;
}
