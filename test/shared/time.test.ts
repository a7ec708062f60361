import * as fc from 'fast-check';
import { GraphQLError, parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { addDays, businessDay, instantOf } from '../../shared/clock/business-day.ts';
import { CalendarDate, DateTime } from '../../shared/scalars/scalars.ts';

const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
const instant = fc.date({
  min: new Date('1992-01-01T00:00:00Z'),
  max: new Date('2099-12-31T00:00:00Z'),
  noInvalidDate: true,
});

test('a business day is the day on the calendar in Shanghai', () => {
  fc.assert(
    fc.property(instant, (at) => {
      expect(businessDay(at)).toBe(shanghai.format(at));
    }),
  );
  expect(businessDay(new Date('2026-11-24T15:59:59.999Z'))).toBe('2026-11-24');
  expect(businessDay(new Date('2026-11-24T16:00:00.000Z'))).toBe('2026-11-25');
});

test('a wall clock in Shanghai shows the instant', () => {
  expect(instantOf('2026-11-24', '08:30').toISOString()).toBe('2026-11-24T00:30:00.000Z');
  fc.assert(
    fc.property(instant, (at) => {
      const day = businessDay(at);
      expect(businessDay(instantOf(day, '00:00'))).toBe(day);
      expect(businessDay(instantOf(day, '23:59'))).toBe(day);
    }),
  );
});

test('days are added over months and leap years, and taken away again', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  fc.assert(
    fc.property(instant, fc.integer({ min: -4000, max: 4000 }), (at, days) => {
      const day = businessDay(at);
      expect(addDays(addDays(day, days), -days)).toBe(day);
    }),
  );
});

test('a day is a day of the calendar, and text', () => {
  expect(CalendarDate.parseValue('2028-02-29')).toBe('2028-02-29');
  for (const value of ['2026-02-29', '2026-13-01', '2026-1-1', '2026-11-24T00:00:00Z', '', 20261124, null]) {
    expect(() => CalendarDate.parseValue(value), String(value)).toThrow(GraphQLError);
  }
  expect(() => CalendarDate.parseLiteral(parseValue('2026'), {})).toThrow(GraphQLError);
});

test('an instant goes out in UTC with milliseconds, and comes in as it went out', () => {
  fc.assert(
    fc.property(instant, (at) => {
      const text = DateTime.serialize(at);
      expect(text).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
      expect(DateTime.parseValue(text)).toEqual(at);
    }),
  );
  expect(DateTime.parseValue('2026-11-24T08:30:00+08:00').toISOString()).toBe('2026-11-24T00:30:00.000Z');
  expect(DateTime.parseValue('2026-11-24T00:30Z').toISOString()).toBe('2026-11-24T00:30:00.000Z');
});

test('what is not an instant, or one only with the clock of the machine, is refused', () => {
  const wrong = [
    '2026',
    '2026-11-24',
    '2026-11-24T08:30:00',
    'Nov 24 2026',
    '2026-02-30T00:00:00Z',
    '2026-11-24T25:00:00Z',
    '',
    1_700_000_000_000,
    null,
  ];
  for (const value of wrong) expect(() => DateTime.parseValue(value), String(value)).toThrow(GraphQLError);
});
