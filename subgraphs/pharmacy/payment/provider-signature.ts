import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signed message may be, seconds. */
const WINDOW_S = 300;

interface Signed {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** HMAC-SHA256 over method, path, time and body. @param key 64 hexadecimal digits @param timestamp seconds since 1970 */
export function providerSignature(key: string, { method, path, body }: Signed, timestamp: string): string {
  const text = [method, path, timestamp, body].join('\n');
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex');
}

/** Whether the holder of the key made this message, not long ago. */
export function isProvidersMessage(
  key: string,
  message: Signed,
  proof: { readonly timestamp: string; readonly signature: string },
  now: Date,
): boolean {
  const seconds = /^\d{1,12}$/.test(proof.timestamp) ? Number(proof.timestamp) : Number.NaN;
  if (!(Math.abs(now.getTime() / 1000 - seconds) <= WINDOW_S)) return false;
  const given = Buffer.from(proof.signature, 'hex');
  const expected = Buffer.from(providerSignature(key, message, proof.timestamp), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
