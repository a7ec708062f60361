import * as fc from 'fast-check';
import { GraphQLError, parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { fenOf, lineTotalFen, Money, yuanOf } from '../../shared/money/money.ts';

const fen = fc.integer({ min: -99_999_999_999_999, max: 99_999_999_999_999 });

test('fen and yuan are the same amount, both ways', () => {
  fc.assert(
    fc.property(fen, (amount) => {
      expect(yuanOf(amount)).toMatch(/^-?\d+\.\d{2}$/);
      expect(fenOf(yuanOf(amount))).toBe(amount);
    }),
  );
});

test.each([
  [0, '0.00'],
  [1, '0.01'],
  [-5, '-0.05'],
  [100, '1.00'],
  [123_456, '1234.56'],
])('%i fen are %s', (amount, text) => {
  expect(yuanOf(amount)).toBe(text);
  expect(fenOf(text)).toBe(amount);
});

test('yuan may have fewer decimals, and never more than two', () => {
  expect([fenOf('12'), fenOf('12.5'), fenOf('-0.00')]).toEqual([1200, 1250, 0]);
  for (const text of [
    '',
    '.5',
    '1.',
    '1.234',
    '1e3',
    '1,000',
    ' 1',
    '+1',
    '１',
    '--1',
    '9'.repeat(13),
    'NaN',
  ]) {
    expect(() => fenOf(text), text).toThrow(RangeError);
  }
});

test('what is not a whole number of fen is no money', () => {
  for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(() => yuanOf(amount)).toThrow(RangeError);
  }
});

test.each([
  ['0.005', 1, 1],
  ['0.004999', 1, 0],
  ['0.0049995', 1, undefined],
  ['1.005', 1, 101],
  ['0.015', 3, 5],
  ['0.333333', 3, 100],
  ['28', 2, 5600],
  ['12.5', 0, 0],
])('%s yuan times %i are rounded half up', (price, quantity, total) => {
  if (total === undefined) expect(() => lineTotalFen(price, quantity)).toThrow(RangeError);
  else expect(lineTotalFen(price, quantity)).toBe(total);
});

test('a line is the exact product, off by half a fen at most', () => {
  const micro = fc.bigInt({ min: 0n, max: 9_999_999_999n });
  fc.assert(
    fc.property(micro, fc.integer({ min: 0, max: 10_000 }), (price, quantity) => {
      const text = `${price / 1_000_000n}.${String(price % 1_000_000n).padStart(6, '0')}`;
      const total = BigInt(lineTotalFen(text, quantity));
      const exact = price * BigInt(quantity) * 100n;
      const off = total * 1_000_000n - exact;
      expect(off > -500_000n && off <= 500_000n).toBe(true);
    }),
  );
});

test('a line that no number can hold exactly is refused', () => {
  expect(() => lineTotalFen('9999999999.999999', 1_000_000)).toThrow(RangeError);
  for (const quantity of [-1, 0.5, Number.NaN]) expect(() => lineTotalFen('1', quantity)).toThrow(RangeError);
});

test('the scalar takes text alone and gives text', () => {
  expect(Money.parseValue('12.50')).toBe(1250);
  expect(Money.serialize(1250)).toBe('12.50');
  expect(Money.serialize('1250')).toBe('12.50');
  expect(Money.parseLiteral(parseValue('"0.01"'), {})).toBe(1);
  for (const value of [12.5, 12, null, undefined, {}, 'x']) {
    expect(() => Money.parseValue(value)).toThrow(GraphQLError);
  }
  expect(() => Money.parseLiteral(parseValue('12.50'), {})).toThrow(GraphQLError);
  for (const value of ['', null, 'x']) expect(() => Money.serialize(value)).toThrow();
});
