import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { signCall, type SignedParts, verifyCall } from '../../shared/signing/signing.ts';

const secret = 'ab'.repeat(32);
const other = 'cd'.repeat(32);
const parts: SignedParts = {
  method: 'POST',
  path: '/graphql',
  body: '{"query":"{ me { id } }"}',
  authorization: 'Bearer token',
  requestId: 'r1',
  traceparent: '00-1-2-01',
  locale: 'zh-CN',
  timestamp: 1_800_000_000_000,
};

test('a signed call is accepted under the new and the old secret', () => {
  const signature = signCall(secret, parts);
  expect(verifyCall([secret], parts, signature, parts.timestamp)).toBe(true);
  expect(verifyCall([other, secret], parts, signature, parts.timestamp)).toBe(true);
  expect(verifyCall([other], parts, signature, parts.timestamp)).toBe(false);
});

test('a change of any part breaks the signature', () => {
  const signature = signCall(secret, parts);
  const keys = ['method', 'path', 'body', 'authorization', 'requestId', 'traceparent', 'locale'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.string({ minLength: 1 }), (key, added) => {
      const changed = { ...parts, [key]: parts[key] + added };
      return !verifyCall([secret], changed, signature, parts.timestamp);
    }),
  );
});

test('a call older or newer than thirty seconds is refused', () => {
  const signature = signCall(secret, parts);
  expect(verifyCall([secret], parts, signature, parts.timestamp + 30_000)).toBe(true);
  expect(verifyCall([secret], parts, signature, parts.timestamp + 30_001)).toBe(false);
  expect(verifyCall([secret], parts, signature, parts.timestamp - 30_001)).toBe(false);
  expect(verifyCall([secret], { ...parts, timestamp: Number.NaN }, signature, 0)).toBe(false);
});

test('what is not a signature is refused', () => {
  for (const text of ['', 'zz', 'ab'.repeat(31), 'ab'.repeat(33)]) {
    expect(verifyCall([secret], parts, text, parts.timestamp)).toBe(false);
  }
});
