import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';

/** How many bytes follow a body that is signed while it is sent: a signature in hexadecimal. */
export const TAIL_BYTES = 64;

/**
 * A body with its signature behind it. The call's own signature goes ahead of a body that nobody has read yet, so it
 * cannot cover it; this one covers both.
 * @param secret 32 bytes in hexadecimal, one per subgraph. @param callSignature that of the call, in hexadecimal.
 */
export async function* withTail(
  secret: string,
  callSignature: string,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  yield Buffer.from(tailOf(secret, callSignature, hash.digest('hex')));
}

/**
 * The body alone, after a look at its signature.
 * @throws AppError UNTRUSTED_CALLER when it is not the one that the router sent with this call
 */
export function withoutTail(secret: string, callSignature: string, whole: Buffer): Buffer {
  const body = whole.subarray(0, Math.max(0, whole.length - TAIL_BYTES));
  const given = whole.subarray(body.length);
  const expected = Buffer.from(
    tailOf(secret, callSignature, createHash('sha256').update(body).digest('hex')),
  );
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AppError('UNTRUSTED_CALLER');
  }
  return body;
}

function tailOf(secret: string, callSignature: string, bodyHash: string): string {
  const text = `body\n${callSignature}\n${bodyHash}`;
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
}
