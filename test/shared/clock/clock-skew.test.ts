import { beforeEach, expect, test } from 'vitest';
import { ClockSkews } from '../../../shared/clock/clock-skew.ts';

const NOW = 1_800_000_000_000;
let skews: ClockSkews;
beforeEach(() => {
  skews = new ClockSkews(() => NOW);
});

test('how far another clock is, ahead or behind, is measured', () => {
  skews.observe('care', String(NOW + 3_600_000), 4);
  skews.observe('users', String(NOW - 45_000), 2);
  skews.observe('stats', String(NOW), 2);
  expect(skews.all()).toEqual({ care: 3_600_000, users: -44_998, stats: 0 });
  expect(skews.of('care')?.isTooFar).toBe(true);
  expect(skews.of('users')?.isTooFar).toBe(true);
  expect(skews.of('stats')?.isTooFar).toBe(false);
});

test('what may be due to the way of the answer is no difference', () => {
  skews.observe('care', String(NOW - 900), 2000);
  expect(skews.all()).toEqual({ care: 0 });
  skews.observe('care', String(NOW - 29_000), 4000);
  expect(skews.of('care')?.isTooFar).toBe(false);
});

test('an answer without a time, or with nonsense, says nothing', () => {
  for (const given of [null, undefined, '', 'soon', Number.NaN, {}]) skews.observe('care', given, 1);
  expect(skews.all()).toEqual({});
  expect(skews.of('care')).toBeUndefined();
});

test('the last answer counts, and a peer that is gone has none', () => {
  skews.observe('care', NOW + 60_000, 0);
  skews.observe('care', NOW, 0);
  expect(skews.all()).toEqual({ care: 0 });
  skews.forget('care');
  expect(skews.all()).toEqual({});
});
