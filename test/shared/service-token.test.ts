import jwt from 'jsonwebtoken';
import { expect, test } from 'vitest';
import {
  type ServiceKeys,
  signServiceToken,
  verifyServiceToken,
} from '../../shared/service/service-token.ts';

const keys: ServiceKeys = { care: 'ab'.repeat(32), users: 'cd'.repeat(32) };

/** A token as care makes it by a clock that is so many seconds ahead of ours. */
function madeAt(offsetS: number, { key = keys.care ?? '', audience = 'service:users' } = {}): string {
  const iat = Math.floor(Date.now() / 1000) + offsetS;
  return jwt.sign({ iat }, Buffer.from(key, 'hex'), { issuer: 'care', audience, expiresIn: 60 });
}

test('a token names who calls, and in whose name', () => {
  expect(verifyServiceToken(keys, signServiceToken(keys, 'care', 'users'), 'users')).toEqual({
    name: 'care',
  });
  expect(verifyServiceToken(keys, signServiceToken(keys, 'care', 'users', 'acc_1'), 'users')).toEqual({
    name: 'care',
    onBehalfOf: 'acc_1',
  });
});

test.each([-85, -30, 25])('one by a clock that is %i s ahead is taken', (offsetS) => {
  expect(verifyServiceToken(keys, madeAt(offsetS), 'users')).toEqual({ name: 'care' });
});

test.each([-3600, -95, 35, 3600])('one by a clock that is %i s ahead is refused for its time', (offsetS) => {
  const verify = () => verifyServiceToken(keys, madeAt(offsetS), 'users');
  expect(verify).toThrow(expect.objectContaining({ code: 'CLOCK_SKEW' }));
});

test('somebody without the key is told nothing of clocks, nor somebody who was to call another', () => {
  for (const offsetS of [0, -3600, 3600]) {
    for (const other of [{ key: 'ef'.repeat(32) }, { audience: 'service:stats' }]) {
      const verify = () => verifyServiceToken(keys, madeAt(offsetS, other), 'users');
      expect(verify).toThrow(expect.objectContaining({ code: 'UNTRUSTED_CALLER' }));
    }
  }
});
