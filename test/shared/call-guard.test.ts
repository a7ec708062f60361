import { expect, test } from 'vitest';
import { CallGuard, newNonce } from '../../shared/signing/call-guard.ts';

const NOW = 1_800_000_000_500;
const codeOf = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

test('a call is let in once, by the process that it names', () => {
  const [guard, other] = [new CallGuard(), new CallGuard()];
  const call = { target: guard.instance, nonce: newNonce(), timestamp: NOW };
  expect(codeOf(() => other.admit(call, NOW))).toBe('MISDIRECTED_CALL');
  expect(codeOf(() => guard.admit(call, NOW))).toBeUndefined();
  for (const later of [0, 1, 29_999, 30_000]) {
    expect(codeOf(() => guard.admit(call, NOW + later))).toBe('CALL_REPLAYED');
  }
  expect(codeOf(() => guard.admit({ ...call, nonce: newNonce() }, NOW))).toBeUndefined();
  expect(codeOf(() => guard.admit({ ...call, nonce: '' }, NOW))).toBe('UNTRUSTED_CALLER');
});

test('a call from a clock that is ahead is remembered for as long as it would be taken', () => {
  const guard = new CallGuard();
  const call = { target: guard.instance, nonce: newNonce(), timestamp: NOW + 30_000 };
  guard.admit(call, NOW);
  // By then the signature is thirty seconds old, and others have come meanwhile.
  for (let second = 1; second <= 60; second += 1) {
    guard.admit(
      { target: guard.instance, nonce: newNonce(), timestamp: NOW + second * 1000 },
      NOW + second * 1000,
    );
  }
  expect(codeOf(() => guard.admit(call, NOW + 60_000))).toBe('CALL_REPLAYED');
});

test('what it remembers is bounded, and what it has forgotten is refused, never let in', () => {
  const guard = new CallGuard(1000);
  const calls = Array.from({ length: 20_000 }, (_, index) => ({
    target: guard.instance,
    nonce: newNonce(),
    timestamp: NOW + index,
  }));
  for (const call of calls) {
    expect(codeOf(() => guard.admit(call, call.timestamp))).toBeUndefined();
    expect(guard.size).toBeLessThanOrEqual(1000);
  }
  const again = new Set(calls.map((call) => codeOf(() => guard.admit(call, NOW + 20_000))));
  expect(again).toEqual(new Set(['CLOCK_SKEW', 'CALL_REPLAYED']));
});

test('what nobody would take any more is forgotten', () => {
  const guard = new CallGuard();
  const at = (ms: number) => guard.admit({ target: guard.instance, nonce: newNonce(), timestamp: ms }, ms);
  for (let index = 0; index < 100; index += 1) at(NOW + index);
  at(NOW + 32_000);
  expect(guard.size).toBe(1);
});
