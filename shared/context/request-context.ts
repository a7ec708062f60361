import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientInfo } from './client-info.ts';
import type { RefreshCookie } from './refresh-cookie.ts';

/**
 * What a request carries for logging and for reading its own writes. It never decides who may do what: actors
 * that decide are parameters.
 */
export interface RequestInfo {
  readonly requestId: string;
  readonly traceparent: string;
  /** BCP 47, `zh-CN` or `en`. */
  readonly locale: string;
  /** Account id, or `anonymous`. */
  actorId: string;
  /**
   * Set when its reads must not be answered by a replica that lags: it changes something, has just done so, decides
   * for another subgraph, or tells of what was written a moment ago.
   */
  needsLatest: boolean;
  /** From where it comes; undefined for what no client asked for. */
  readonly client?: ClientInfo;
  /** Undefined unless a browser asks to have its refresh token as a cookie. */
  readonly refreshCookie?: RefreshCookie;
  /** Aborted when the subscription that this is ends; undefined for everything else. */
  ended?: AbortSignal;
}

const storage = new AsyncLocalStorage<RequestInfo>();

export function currentRequest(): RequestInfo | undefined {
  return storage.getStore();
}

/** From here on the request is that of this account: somebody who logs in reads what the login wrote. */
export function continueAs(accountId: string): void {
  const request = storage.getStore();
  if (request !== undefined) request.actorId = accountId;
}

/** Runs `work` with `info` as the ambient request. */
export function inRequest<T>(info: RequestInfo, work: () => T): T {
  return storage.run(info, work);
}
