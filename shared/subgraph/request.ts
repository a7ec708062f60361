import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { z } from 'zod';
import { processClock } from '../clock/steady-clock.ts';
import { AppError } from '../errors/app-error.ts';
import { decodeClient } from '../context/client-info.ts';
import { decodeGiven, REFRESH_HEADER } from '../context/refresh-cookie.ts';
import type { RequestInfo } from '../context/request-context.ts';
import { SERVICE_TOKEN_HEADER } from '../service/service-client.ts';
import { type ServiceCaller, type ServiceKeys, verifyServiceToken } from '../service/service-token.ts';
import type { CallGuard } from '../signing/call-guard.ts';
import { isInTime, NONCE_HEADER, type SignedParts, TARGET_HEADER, verifyCall } from '../signing/signing.ts';

/** Who called, as the router told and signed it. */
export interface CallIdentity {
  readonly authorization: string;
  /** The subgraph that calls; then there is no authorization of a person. */
  readonly service?: ServiceCaller;
  readonly info: RequestInfo;
}

const header = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? '';

/** By what a subgraph knows its callers. */
export interface Trust {
  readonly routerSecret: string;
  readonly serviceKeys: ServiceKeys;
  readonly name: string;
  readonly guard: CallGuard;
}

/**
 * Checks the router's signature of an HTTP call, or the token of another subgraph.
 * @throws AppError UNTRUSTED_CALLER; CLOCK_SKEW for one that was not made lately by our clock; MISDIRECTED_CALL for one
 *   that was made for another process; CALL_REPLAYED for one that came before
 */
export function identifyHttp(
  trust: Trust,
  request: {
    method: string;
    path: string;
    body: string;
    headers: Record<string, string | string[] | undefined>;
  },
): CallIdentity {
  const { headers } = request;
  const serviceToken = header(headers[SERVICE_TOKEN_HEADER]);
  if (serviceToken !== '') {
    const service = verifyServiceToken(trust.serviceKeys, serviceToken, trust.name, {
      body: request.body,
      guard: trust.guard,
    });
    const locale = header(headers['accept-language']) || 'en';
    // Another subgraph asks for what it decides by.
    const info = {
      ...infoOf(header(headers['x-request-id']), header(headers.traceparent), locale),
      needsLatest: true,
    };
    return { authorization: '', service, info };
  }
  const parts: SignedParts = {
    method: request.method,
    path: request.path,
    body: request.body,
    authorization: header(headers.authorization),
    requestId: header(headers['x-request-id']),
    traceparent: header(headers.traceparent),
    locale: header(headers['accept-language']),
    client: header(headers['x-yey-client']),
    refresh: header(headers[REFRESH_HEADER]),
    timestamp: Number(header(headers['x-yey-timestamp'])),
    target: header(headers[TARGET_HEADER]),
    nonce: header(headers[NONCE_HEADER]),
  };
  return identity(trust, parts, header(headers['x-yey-signature']));
}

const subscribeExtension = z.object({
  authorization: z.string(),
  requestId: z.string(),
  traceparent: z.string(),
  locale: z.string(),
  client: z.string(),
  timestamp: z.number(),
  target: z.string(),
  nonce: z.string(),
  signature: z.string(),
});

/**
 * Checks the router's signature of one operation on the shared socket, as that of an HTTP call.
 * @throws AppError UNTRUSTED_CALLER, CLOCK_SKEW, MISDIRECTED_CALL, CALL_REPLAYED
 */
export function identifySubscribe(
  trust: Trust,
  payload: { query: string; variables?: unknown; extensions?: Record<string, unknown> | null },
): CallIdentity {
  const given = subscribeExtension.safeParse(payload.extensions?.yey);
  if (!given.success) throw new AppError('UNTRUSTED_CALLER');
  const { signature, ...fields } = given.data;
  const body = payload.query + JSON.stringify(payload.variables ?? {});
  return identity(trust, { method: 'SUBSCRIBE', path: '/graphql', body, ...fields }, signature);
}

function identity({ routerSecret, guard }: Trust, parts: SignedParts, signature: string): CallIdentity {
  // Whose signature it is comes first: only somebody we know is told that the clocks differ, and may call again.
  if (!verifyCall([routerSecret], parts, signature, parts.timestamp)) throw new AppError('UNTRUSTED_CALLER');
  const now = processClock.ms();
  if (!isInTime(parts.timestamp, now)) throw new AppError('CLOCK_SKEW');
  const { target = '', nonce = '', timestamp } = parts;
  // A signature for nobody would be good for everybody.
  if (target === '') throw new AppError('UNTRUSTED_CALLER');
  guard.admit({ target, nonce, timestamp }, now);
  const { requestId, traceparent, locale } = parts;
  const refreshCookie = decodeGiven(parts.refresh ?? '');
  const info = {
    ...infoOf(requestId, traceparent, locale),
    client: decodeClient(parts.client ?? ''),
    ...(refreshCookie && { refreshCookie }),
  };
  return { authorization: parts.authorization, info };
}

function infoOf(requestId: string, traceparent: string, locale: string): RequestInfo {
  return {
    requestId: requestId || ulid(),
    traceparent: traceparent || `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    locale: locale.toLowerCase().startsWith('en') ? 'en' : 'zh-CN',
    actorId: 'anonymous',
    needsLatest: false,
  };
}
