import { assert, date, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { ageYears } from '../../subgraphs/users/patient/age.ts';
import { maskIdentityNumber, parseIdentityNumber } from '../../subgraphs/users/patient/identity-number.ts';

const TODAY = '2026-11-24';
const code = (text: string) => {
  try {
    return parseIdentityNumber(text, TODAY).number;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** The check character by the pure recursion of ISO 7064, another way than that of the product. */
function checkOf(digits: string): string {
  let rest = 0;
  for (const digit of digits) rest = ((rest + Number(digit)) * 2) % 11;
  const check = (12 - rest) % 11;
  return check === 10 ? 'X' : String(check);
}

const numbers = record({
  region: integer({ min: 100_000, max: 999_999 }),
  day: date({ min: new Date('1900-01-01'), max: new Date(TODAY), noInvalidDate: true }),
  sequence: integer({ min: 0, max: 999 }),
}).map(({ region, day, sequence }) => {
  const birthDate = day.toISOString().slice(0, 10);
  const digits = `${region}${birthDate.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return { number: digits + checkOf(digits), birthDate, sex: sequence % 2 === 1 ? 'MALE' : 'FEMALE' };
});

test('the example of GB 11643 is right', () => {
  expect(parseIdentityNumber('11010519491231002X', TODAY)).toEqual({
    number: '11010519491231002X',
    birthDate: '1949-12-31',
    sex: 'FEMALE',
  });
});

test('sex and day of birth follow from every number that is formally right', () => {
  assert(
    property(numbers, ({ number, birthDate, sex }) => {
      expect(parseIdentityNumber(` ${number.toLowerCase()} `, TODAY)).toEqual({ number, birthDate, sex });
    }),
  );
});

test('one wrong digit, or two neighbours that changed places, are found out', () => {
  assert(
    property(numbers, nat(16), integer({ min: 1, max: 9 }), ({ number }, at, shift) => {
      const digits = Array.from(number);
      const wrong = digits.with(at, String((Number(digits[at]) + shift) % 10)).join('');
      expect(code(wrong)).toBe('BAD_IDENTITY_NUMBER');
      const swapped = digits
        .with(at, digits[at + 1] ?? '')
        .with(at + 1, digits[at] ?? '')
        .join('');
      if (swapped !== number) expect(code(swapped)).toBe('BAD_IDENTITY_NUMBER');
    }),
  );
});

test('a day that is none, the future, and look-alikes of digits are refused', () => {
  const withDay = (day: string) => `110101${day}002${checkOf(`110101${day}002`)}`;
  expect(code(withDay('20240229'))).toBe(withDay('20240229'));
  for (const day of ['20230229', '19901301', '19900431', '20261125', '18991231']) {
    expect(code(withDay(day)), day).toBe('BAD_IDENTITY_NUMBER');
  }
  const wide = '１10101199005120027';
  for (const text of ['', '110101900512002', `${withDay('20240229')}0`, wide, '01010119900512002X']) {
    expect(code(text), text).toBe('BAD_IDENTITY_NUMBER');
  }
});

test('a masked number cannot be made whole from the day of birth', () => {
  assert(
    property(numbers, ({ number }) => {
      const masked = maskIdentityNumber(number);
      expect(masked).toHaveLength(18);
      expect(masked.replaceAll('*', '')).toHaveLength(2);
    }),
  );
});

test('a year of age is complete on the birthday', () => {
  expect(ageYears('1990-05-12', '2026-05-11')).toBe(35);
  expect(ageYears('1990-05-12', '2026-05-12')).toBe(36);
  expect(ageYears('2024-02-29', '2026-02-28')).toBe(1);
  expect(ageYears('2026-11-24', '2026-11-24')).toBe(0);
});
