import jwt from 'jsonwebtoken';
import { beforeEach, expect, test } from 'vitest';
import {
  type ServiceKeys,
  signServiceToken,
  verifyServiceToken,
} from '../../shared/service/service-token.ts';
import { CallGuard } from '../../shared/signing/call-guard.ts';

const keys: ServiceKeys = { care: 'ab'.repeat(32), users: 'cd'.repeat(32) };
const BODY = '{"query":"{ x }"}';

let guard: CallGuard;
beforeEach(() => void (guard = new CallGuard()));

const verify = (token: string, body = BODY) => verifyServiceToken(keys, token, 'users', { body, guard });
const sign = (onBehalfOf?: string) =>
  signServiceToken(keys, 'care', 'users', onBehalfOf, { instance: guard.instance, body: BODY });

/** A token as care makes it by a clock that is so many seconds ahead of ours. */
function madeAt(
  offsetS: number,
  { key = keys.care ?? '', audience = 'service:users', without = '' } = {},
): string {
  const iat = Math.floor(Date.now() / 1000) + offsetS;
  const { tgt, jti, bdy } = jwt.decode(sign(), { json: true }) ?? {};
  const claims = Object.fromEntries(
    Object.entries({ iat, tgt, jti, bdy }).filter(([name]) => name !== without),
  );
  return jwt.sign(claims, Buffer.from(key, 'hex'), { issuer: 'care', audience, expiresIn: 60 });
}

test('a token names who calls, and in whose name', () => {
  expect(verify(sign())).toEqual({ name: 'care' });
  expect(verify(sign('acc_1'))).toEqual({ name: 'care', onBehalfOf: 'acc_1' });
});

test('it is good for one call alone', () => {
  const token = sign();
  expect(() => verify(token, '{"query":"{ y }"}')).toThrow('UNTRUSTED_CALLER');
  expect(verify(token)).toEqual({ name: 'care' });
  expect(() => verify(token)).toThrow('CALL_REPLAYED');
});

test.each(['tgt', 'jti', 'bdy'])('one without %s, which would be good for more, is refused', (without) => {
  expect(verify(madeAt(0))).toEqual({ name: 'care' });
  expect(() => verify(madeAt(0, { without }))).toThrow('UNTRUSTED_CALLER');
});

test.each([-25, 25])('one by a clock that is %i s ahead is taken', (offsetS) => {
  expect(verify(madeAt(offsetS))).toEqual({ name: 'care' });
});

test.each([-3600, -35, 35, 3600])('one by a clock that is %i s ahead is refused for its time', (offsetS) => {
  expect(() => verify(madeAt(offsetS))).toThrow(expect.objectContaining({ code: 'CLOCK_SKEW' }));
});

test('somebody without the key is told nothing of clocks, nor somebody who was to call another', () => {
  for (const offsetS of [0, -3600, 3600]) {
    for (const other of [{ key: 'ef'.repeat(32) }, { audience: 'service:stats' }]) {
      const attempt = () => verify(madeAt(offsetS, other));
      expect(attempt).toThrow(expect.objectContaining({ code: 'UNTRUSTED_CALLER' }));
    }
  }
});
