import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { MAX_SKEW_MS } from '../clock/clock-skew.ts';

/** Name of the process that a call is for, and what no other call has. */
export const TARGET_HEADER = 'x-yey-target';
export const NONCE_HEADER = 'x-yey-nonce';

/** What the router signs of each call: strings are empty where there is none, the timestamp is ms since 1970. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly authorization: string;
  readonly requestId: string;
  readonly traceparent: string;
  readonly locale: string;
  /** From where the call comes, encoded; empty when that is not known. */
  readonly client?: string;
  /** What a browser's cookie says; left out where none is used. */
  readonly refresh?: string;
  readonly timestamp: number;
  /** The process that the call is for, and what no other call has: left out where the answerer names none. */
  readonly target?: string;
  readonly nonce?: string;
}

/**
 * HMAC-SHA256 over the call, in hexadecimal.
 * @param secret 32 bytes in hexadecimal, one per subgraph.
 */
export function signCall(secret: string, parts: SignedParts): string {
  const bodyHash = createHash('sha256').update(parts.body).digest('hex');
  const identity = [
    parts.authorization,
    parts.requestId,
    parts.traceparent,
    parts.locale,
    parts.client ?? '',
    // Only where there is one: a router and a subgraph of different ages agree on all other calls.
    ...(parts.refresh ? [parts.refresh] : []),
  ];
  const single = parts.target ? [parts.target, parts.nonce ?? ''] : [];
  const text = [parts.method, parts.path, bodyHash, ...identity, String(parts.timestamp), ...single].join(
    '\n',
  );
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
}

/** Whether a call was signed lately by our clock: not long ago, and not in the future either. */
export function isInTime(timestamp: number, nowMs: number): boolean {
  return Math.abs(nowMs - timestamp) <= MAX_SKEW_MS;
}

/** True when one of the secrets (the new one and, while it is changed, the old one) made the signature in time. */
export function verifyCall(
  secrets: readonly string[],
  parts: SignedParts,
  signature: string,
  nowMs: number,
): boolean {
  if (!isInTime(parts.timestamp, nowMs)) return false;
  const given = Buffer.from(signature, 'hex');
  return secrets.some((secret) => {
    const expected = Buffer.from(signCall(secret, parts), 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
