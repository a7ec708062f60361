import 'reflect-metadata';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, instantOf } from '../../shared/clock/business-day.ts';
import { CodeSystem, codeOf } from '../../shared/medical/coded-concept.ts';
import { checkItem, numbersOf, Refused } from '../../subgraphs/users/observation/observation.checks.ts';
import type { ObservationItemInput } from '../../subgraphs/users/observation/observation.inputs.ts';
import {
  KINDS,
  ObservationContext,
  ObservationKind,
  ObservationPart,
} from '../../subgraphs/users/observation/observation-kinds.ts';
import {
  flagOf,
  gravest,
  ObservationFlag,
  referenceOf,
} from '../../subgraphs/users/observation/reference-ranges.ts';
import { ObservationRefusal, reasonOf } from '../../subgraphs/users/observation/refusals.ts';
import { bucketSeconds, downsample, type Sample } from '../../subgraphs/users/observation/series.ts';
import { Sex } from '../../subgraphs/users/patient/patient.entity.ts';
import { nextDue, Weekday } from '../../subgraphs/users/reminder/reminder-schedule.ts';

const FROM = new Date('2026-01-01T00:00:00.000Z');
const DAY_MS = 24 * 3_600_000;

/** The plain way: every bucket looks through all samples. */
function bruteForce(samples: readonly Sample[], to: Date, seconds: number) {
  const buckets = [];
  for (let start = FROM.getTime(); start < to.getTime(); start += seconds * 1000) {
    const within = samples
      .filter(({ at }) => at.getTime() >= start && at.getTime() < start + seconds * 1000)
      .map(({ value }) => value);
    if (within.length === 0) continue;
    buckets.push({
      at: new Date(start),
      count: within.length,
      min: Math.min(...within),
      max: Math.max(...within),
      mean: Number((within.reduce((sum, each) => sum + each, 0) / within.length).toFixed(4)),
      last: within.at(-1),
    });
  }
  return buckets;
}

test('a downsampled series says the same as looking at every value, in no more points than asked for', () => {
  const span = fc.integer({ min: 1, max: 3 * DAY_MS });
  const samples = fc.array(fc.tuple(fc.nat(3 * DAY_MS), fc.integer({ min: 20, max: 3000 })), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(span, fc.integer({ min: 1, max: 60 }), samples, (length, points, given) => {
      const to = new Date(FROM.getTime() + length);
      const taken = given
        .filter(([offset]) => offset < length)
        .map(([offset, value]) => ({ at: new Date(FROM.getTime() + offset), value: value / 10 }))
        .sort((a, b) => a.at.getTime() - b.at.getTime());
      const seconds = bucketSeconds(FROM, to, points);
      const buckets = downsample(taken, FROM, seconds);
      expect(buckets).toEqual(bruteForce(taken, to, seconds));
      expect(buckets.length).toBeLessThanOrEqual(points);
    }),
  );
});

const person = fc.record({
  birthDate: fc.integer({ min: 0, max: 100 * 365 }).map((days) => addDays('1926-01-01', days)),
  sex: fc.constantFrom(...Object.values(Sex)),
});
const measured = fc.record({
  kind: fc.constantFrom(...Object.values(ObservationKind)),
  context: fc.constantFrom(null, ...Object.values(ObservationContext)),
  takenAt: fc.integer({ min: 0, max: 300 }).map((days) => new Date(FROM.getTime() + days * DAY_MS)),
});

test('a flag never falls when the value rises, whoever it is, and normal lies between low and high', () => {
  const order = Object.values(ObservationFlag);
  const values = fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 4000 }));
  fc.assert(
    fc.property(measured, person, values, (what, who, [one, other]) => {
      for (const { part } of KINDS[what.kind].parts) {
        const reference = referenceOf(what, part, who);
        const [lower, upper] = [
          flagOf(Math.min(one, other) / 10, reference),
          flagOf(Math.max(one, other) / 10, reference),
        ];
        if (reference === undefined || lower === null || upper === null) {
          expect([lower, upper]).toEqual([null, null]);
          continue;
        }
        expect(order.indexOf(lower)).toBeLessThanOrEqual(order.indexOf(upper));
        const { criticalLow = -1, low = criticalLow, high = 1e9, criticalHigh = high } = reference;
        expect([criticalLow, low, high, criticalHigh]).toEqual(
          [criticalLow, low, high, criticalHigh].toSorted((a, b) => a - b),
        );
        if (reference.low !== undefined) expect(flagOf(reference.low, reference)).toBe('NORMAL');
        expect(reference.source).not.toBe('');
      }
    }),
    { numRuns: 300 },
  );
});

const { SYSTOLIC, VALUE } = ObservationPart;
const adult = { birthDate: '1980-01-01', sex: Sex.MALE };

test.each([
  {
    kind: ObservationKind.BLOOD_PRESSURE,
    part: SYSTOLIC,
    context: ObservationContext.HOME,
    values: [69, 89, 90, 134, 135, 179, 180],
  },
  {
    kind: ObservationKind.BLOOD_PRESSURE,
    part: SYSTOLIC,
    context: ObservationContext.OFFICE,
    values: [69, 70, 90, 139, 140, 179, 180],
  },
  {
    kind: ObservationKind.BLOOD_GLUCOSE,
    part: VALUE,
    context: ObservationContext.FASTING,
    values: [2.9, 3, 3.9, 6, 6.1, 16.6, 16.7],
  },
  {
    kind: ObservationKind.BLOOD_GLUCOSE,
    part: VALUE,
    context: ObservationContext.POSTPRANDIAL,
    values: [2.9, 3.8, 3.9, 7.7, 7.8, 16.6, 16.7],
  },
  { kind: ObservationKind.HEART_RATE, part: VALUE, context: null, values: [39, 59, 60, 100, 101, 180, 181] },
  {
    kind: ObservationKind.BODY_TEMPERATURE,
    part: VALUE,
    context: null,
    values: [34.9, 35.9, 36, 37.2, 37.3, 40.9, 41],
  },
])('$kind $context has its borders where the guidelines have them', ({ kind, part, context, values }) => {
  const reference = referenceOf({ kind, context, takenAt: FROM }, part, adult);
  expect(values.map((value) => flagOf(value, reference))).toEqual([
    'CRITICAL_LOW',
    'LOW',
    'NORMAL',
    'NORMAL',
    'HIGH',
    'HIGH',
    'CRITICAL_HIGH',
  ]);
});

test('what is normal depends on age and sex', () => {
  const takenAt = FROM;
  const pressure = { kind: ObservationKind.BLOOD_PRESSURE, context: null, takenAt };
  const of = (birthDate: string, sex: Sex) =>
    referenceOf(pressure, ObservationPart.SYSTOLIC, { birthDate, sex })?.high;
  expect([of('2015-06-01', Sex.MALE), of('2015-06-01', Sex.FEMALE), of('2024-01-01', Sex.MALE)]).toEqual([
    120,
    115,
    undefined,
  ]);
  const heart = { kind: ObservationKind.HEART_RATE, context: null, takenAt };
  const flag = (birthDate: string) =>
    flagOf(130, referenceOf(heart, ObservationPart.VALUE, { birthDate, sex: Sex.MALE }));
  expect([flag('2025-08-01'), flag('2024-06-01'), flag('2018-01-01')]).toEqual(['NORMAL', 'NORMAL', 'HIGH']);
  expect(gravest([ObservationFlag.HIGH, null, ObservationFlag.CRITICAL_LOW, ObservationFlag.NORMAL])).toBe(
    'CRITICAL_LOW',
  );
  expect(gravest([null])).toBeNull();
});

const item = (more: Partial<ObservationItemInput>): ObservationItemInput => ({
  kind: ObservationKind.BLOOD_GLUCOSE,
  takenAt: FROM,
  quantity: { value: 5.6, unit: 'mmol/L' },
  ...more,
});
const check = (more: Partial<ObservationItemInput>) => {
  const found = checkItem(item(more), { deviceId: 'd', birthDate: '1990-01-01', now: FROM });
  return found instanceof Refused ? found.refusal : [found.value, found.asEntered];
};
const pressure = (systolic: number, diastolic: number, unit = 'mm[Hg]') => ({
  kind: ObservationKind.BLOOD_PRESSURE,
  quantity: null,
  bloodPressure: { systolic, diastolic, unit },
});

test('values are put into one unit, and what is not to be believed is refused with a reason', () => {
  expect(check({})).toEqual(['5.6 mmol/L', null]);
  expect(check({ quantity: { value: 101, unit: 'mg/dL' } })).toEqual(['5.61 mmol/L', '101 mg/dL']);
  expect(check(pressure(120, 80))).toEqual(['120/80 mmHg', null]);
  expect(check(pressure(16, 10.7, 'kPa'))).toEqual(['120/80 mmHg', '16/10.7 kPa']);
  expect(
    check({ kind: ObservationKind.BODY_TEMPERATURE, quantity: { value: 98.6, unit: '[degF]' } }),
  ).toEqual(['37 Cel', '98.6 [degF]']);
  expect(numbersOf(ObservationKind.BLOOD_PRESSURE, '120/80 mmHg')).toEqual([120, 80]);
  const late = (ms: number) => ({ takenAt: new Date(FROM.getTime() + ms) });
  expect(check(late(5 * 60_000))).toEqual(['5.6 mmol/L', null]);
  const refusals: [Partial<ObservationItemInput>, string][] = [
    [late(5 * 60_000 + 1), 'IN_THE_FUTURE'],
    [{ takenAt: new Date('1989-12-31T15:59:59.999Z') }, 'BEFORE_BIRTH'],
    [{ quantity: { value: 55.1, unit: 'mmol/L' } }, 'VALUE_IMPLAUSIBLE'],
    [{ quantity: { value: Number.NaN, unit: 'mmol/L' } }, 'VALUE_IMPLAUSIBLE'],
    [{ quantity: { value: 1e300, unit: 'mmol/L' } }, 'VALUE_IMPLAUSIBLE'],
    [{ quantity: { value: 5.6, unit: 'kg' } }, 'UNIT_NOT_ACCEPTED'],
    [{ quantity: { value: 5.6, unit: 'MMOL/L' } }, 'UNIT_NOT_ACCEPTED'],
    [{ quantity: null }, 'VALUE_MISSING'],
    [{ bloodPressure: { systolic: 120, diastolic: 80, unit: 'mm[Hg]' } }, 'VALUE_MISSING'],
    [pressure(80, 120), 'VALUE_IMPLAUSIBLE'],
    [pressure(301, 80), 'VALUE_IMPLAUSIBLE'],
    [{ ...pressure(120, 80), context: ObservationContext.FASTING }, 'CONTEXT_NOT_APPLICABLE'],
    [{ clientId: ' ' }, 'CLIENT_ID_INVALID'],
    [{ clientId: 'x'.repeat(65) }, 'CLIENT_ID_INVALID'],
    [{ note: 'x'.repeat(201) }, 'NOTE_INVALID'],
    [{ note: 'a\u0000b' }, 'NOTE_INVALID'],
  ];
  for (const [more, refusal] of refusals) expect(check(more), JSON.stringify(more)).toBe(refusal);
  for (const refusal of Object.values(ObservationRefusal)) {
    for (const locale of ['en', 'zh-CN']) expect(reasonOf(refusal, {}, locale)).not.toBe('');
  }
});

test('every code of a kind is one of LOINC', () => {
  for (const { loinc, parts } of Object.values(KINDS)) {
    for (const code of [loinc, ...parts.map((part) => part.loinc)]) {
      expect(codeOf('code', CodeSystem.LOINC, code)).toBe(code);
    }
  }
});

test('the next time of a schedule is the one that a look at every day finds', () => {
  const week = Object.values(Weekday);
  const clock = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((each) => String(each).padStart(2, '0')).join(':'));
  const schedule = fc.record({
    times: fc.uniqueArray(clock, { minLength: 1, maxLength: 3 }).map((times) => times.toSorted()),
    daysOfWeek: fc.subarray(week),
    everyDays: fc.integer({ min: 1, max: 20 }),
    from: fc.integer({ min: 0, max: 60 }).map((days) => addDays('2026-01-01', days)),
    until: fc.option(fc.integer({ min: 61, max: 200 }).map((days) => addDays('2026-01-01', days))),
  });
  fc.assert(
    fc.property(schedule, fc.integer({ min: -10 * 1440, max: 150 * 1440 }), (given, minutes) => {
      // Days of the week and longer steps are not asked for together.
      const one = given.everyDays > 1 ? { ...given, daysOfWeek: [] } : given;
      const after = new Date(FROM.getTime() + minutes * 60_000);
      let expected: Date | null = null;
      for (let count = 0; count < 300 && expected === null; count += 1) {
        const day = addDays(one.from, count);
        if (one.until !== null && day > one.until) break;
        const weekday = week[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;
        const isOn =
          count % one.everyDays === 0 && (one.daysOfWeek.length === 0 || one.daysOfWeek.includes(weekday));
        if (isOn) expected = one.times.map((time) => instantOf(day, time)).find((due) => due > after) ?? null;
      }
      expect(nextDue(one, after)).toEqual(expected);
    }),
  );
});
