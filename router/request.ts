import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { type ClientInfo, encodeClient, unknownClient } from '../shared/context/client-info.ts';
import { REFRESH_HEADER, type RefreshCookie } from '../shared/context/refresh-cookie.ts';
import { processClock } from '../shared/clock/steady-clock.ts';
import type { RequestInfo } from '../shared/context/request-context.ts';
import { newNonce } from '../shared/signing/call-guard.ts';
import { NONCE_HEADER, signCall, TARGET_HEADER } from '../shared/signing/signing.ts';
import type { OperationCost } from './cost/cost-config.ts';

/** What the router knows of a caller and hands on to the subgraphs. */
export interface RouterContext {
  readonly authorization: string;
  readonly info: RequestInfo;
  /** Of the operation of an HTTP request, once it is counted. */
  cost?: OperationCost;
}

interface Given {
  readonly authorization?: string | undefined;
  readonly requestId?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly locale?: string | undefined;
  readonly client?: ClientInfo | undefined;
  readonly refreshCookie?: RefreshCookie | undefined;
}

/** A caller's context; identifiers that are not well-formed are replaced, since they end up in logs. */
export function routerContext(given: Given): RouterContext {
  const requestId = /^[\w.-]{8,64}$/.test(given.requestId ?? '') ? given.requestId : undefined;
  const traceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given.traceparent ?? '')
    ? given.traceparent
    : undefined;
  return {
    authorization: given.authorization ?? '',
    info: {
      requestId: requestId ?? ulid(),
      traceparent:
        traceparent ?? `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
      locale: given.locale?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN',
      actorId: 'anonymous',
      needsLatest: false,
      client: given.client ?? unknownClient,
      ...(given.refreshCookie && { refreshCookie: given.refreshCookie }),
    },
  };
}

/** What is signed of a call besides who calls; the path has its query, if it has one. */
interface SignedCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body: string;
  /** What a browser's cookie says, for users alone. */
  readonly refresh?: string | undefined;
}

/**
 * Headers of a call to a subgraph, signed when there is a secret.
 * @param instance the process that gets the call, by the name that it tells; without one the call could be replayed
 */
export function signedHeaders(
  secret: string | undefined,
  instance: string | undefined,
  { method, path, body, refresh = '' }: SignedCall,
  context: RouterContext,
): Record<string, string> {
  const { requestId, traceparent, locale } = context.info;
  const timestamp = processClock.ms();
  const client = encodeClient(context.info.client ?? unknownClient);
  const parts = {
    method,
    path,
    body,
    authorization: context.authorization,
    requestId,
    traceparent,
    locale,
    client,
    refresh,
    timestamp,
    ...single(instance),
  };
  return {
    'content-type': 'application/json',
    'x-request-id': requestId,
    traceparent,
    'accept-language': locale,
    'x-yey-client': client,
    ...(refresh && { [REFRESH_HEADER]: refresh }),
    ...(context.authorization && { authorization: context.authorization }),
    ...(secret && { 'x-yey-timestamp': String(timestamp), 'x-yey-signature': signCall(secret, parts) }),
    ...(secret && parts.target && { [TARGET_HEADER]: parts.target, [NONCE_HEADER]: parts.nonce ?? '' }),
  };
}

function single(instance: string | undefined): { target?: string; nonce?: string } {
  return instance === undefined ? {} : { target: instance, nonce: newNonce() };
}

/**
 * The `extensions` that carry a caller's identity on the shared socket of a subgraph.
 * @param instance the process at the other end of the socket
 */
export function signedExtensions(
  secret: string | undefined,
  instance: string | undefined,
  operation: { query: string; variables: Record<string, unknown> },
  context: RouterContext,
): Record<string, unknown> {
  if (secret === undefined) return {};
  const { requestId, traceparent, locale } = context.info;
  const fields = {
    authorization: context.authorization,
    requestId,
    traceparent,
    locale,
    client: encodeClient(context.info.client ?? unknownClient),
    timestamp: processClock.ms(),
    ...single(instance),
  };
  const body = operation.query + JSON.stringify(operation.variables);
  const signature = signCall(secret, { method: 'SUBSCRIBE', path: '/graphql', body, ...fields });
  return { yey: { ...fields, signature } };
}
