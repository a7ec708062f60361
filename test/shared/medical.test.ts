import 'reflect-metadata';
import * as fc from 'fast-check';
import { parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import {
  BloodPressure,
  bloodPressureColumn,
  parseBloodPressure,
} from '../../shared/medical/blood-pressure.ts';
import { CodeSystem, codeOf, conceptColumn, conceptOf } from '../../shared/medical/coded-concept.ts';
import { dosageColumn, dosageOf, DoseFrequency, MedicationRoute } from '../../shared/medical/dosage.ts';
import { converted, parseQuantity, quantityColumn, quantityOf } from '../../shared/medical/quantity.ts';
import type { TextTransformer } from '../../shared/medical/text-transformer.ts';
import { knownUnits } from '../../shared/medical/units.ts';

const codeFrom = (work: () => unknown): string => {
  try {
    work();
    return 'OK';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

const number = fc.integer({ min: -999_999_999, max: 999_999_999 }).map((millis) => millis / 1000);
const quantity = fc
  .record({ value: number, unit: fc.constantFrom(...knownUnits) })
  .map((given) => quantityOf('quantity', given));
const dosage = fc
  .record({
    dose: fc.record({
      value: fc.integer({ min: 1, max: 999_999 }).map((millis) => millis / 1000),
      unit: fc.constantFrom('mg', 'mL', '[iU]', '{tablet}', '[drp]'),
    }),
    frequency: fc.constantFrom(...Object.values(DoseFrequency)),
    route: fc.constantFrom(...Object.values(MedicationRoute)),
  })
  .map((given) => dosageOf('dosage', given));
const concept = fc
  .record({
    coded: fc.constantFrom(
      { system: CodeSystem.ATC, code: 'J01CA04' },
      { system: CodeSystem.ICD10, code: 'I10.x00' },
      { system: CodeSystem.ICD9CM3, code: '47.01x001' },
      { system: CodeSystem.LOINC, code: '2160-0' },
      { system: CodeSystem.UCUM, code: 'mm[Hg]' },
    ),
    display: fc.stringMatching(/^[\p{L}|\\"]{1,40}$/u),
  })
  .map(({ coded, display }) => conceptOf('concept', { ...coded, display }));
const pressure = fc
  .tuple(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 40, max: 300 }))
  .filter(([diastolic, systolic]) => systolic > diastolic)
  .map(([diastolic, systolic]) => ({ systolic, diastolic }));

test('every medical value comes back from the text of its column as it was, and its text is canonical', () => {
  const same = <T>(values: fc.Arbitrary<T>, { to, from }: TextTransformer<T>) =>
    fc.assert(
      fc.property(values, (value) => {
        expect(from(to(value))).toEqual(value);
        expect(to(from(to(value)))).toBe(to(value));
      }),
    );
  same(quantity, quantityColumn);
  same(dosage, dosageColumn);
  same(concept, conceptColumn);
  same(pressure, bloodPressureColumn);
  expect(dosageColumn.from('0.5 g q8h po')).toMatchObject({
    dose: { value: 0.5, unit: 'g' },
    frequency: 'q8h',
  });
  expect([quantityColumn.to(null), quantityColumn.from(null)]).toEqual([null, null]);
});

test('blood pressure travels as text and is refused when nobody could live with it', () => {
  expect(BloodPressure.serialize({ systolic: 120, diastolic: 80 })).toBe('120/80 mmHg');
  expect(BloodPressure.parseValue('99/60 mmHg')).toEqual({ systolic: 99, diastolic: 60 });
  expect(BloodPressure.parseLiteral(parseValue('"300/200 mmHg"'))).toEqual({ systolic: 300, diastolic: 200 });
  for (const bad of [
    '120/80',
    '80/120 mmHg',
    '80/80 mmHg',
    '120/80 kPa',
    ' 120/80 mmHg',
    '120/080 mmHg',
    '120.5/80 mmHg',
    '１２０/80 mmHg',
    '301/80 mmHg',
    '120/19 mmHg',
    '120/80 mmHg; DROP',
    '',
    120,
    null,
  ]) {
    expect(
      codeFrom(() => BloodPressure.parseValue(bad)),
      String(bad),
    ).toBe('VALIDATION_FAILED');
  }
  expect(codeFrom(() => BloodPressure.parseLiteral(parseValue('120')))).toBe('VALIDATION_FAILED');
});

test('what is not a medical value is refused with its field', () => {
  const dose = { value: 500, unit: 'mg' };
  const taken = { dose, frequency: DoseFrequency.TID, route: MedicationRoute.ORAL };
  const refused: Record<string, () => unknown> = {
    'an unknown unit': () => quantityOf('q', { value: 1, unit: 'MG' }),
    'a Chinese unit': () => quantityOf('q', { value: 1, unit: '斤' }),
    'not a number': () => quantityOf('q', { value: Number.NaN, unit: 'mg' }),
    'infinitely many': () => quantityOf('q', { value: Number.POSITIVE_INFINITY, unit: 'mg' }),
    'too many decimals': () => quantityOf('q', { value: 0.1234567, unit: 'mg' }),
    'too many': () => quantityOf('q', { value: 1e9, unit: 'mg' }),
    'an exponent in text': () => parseQuantity('q', '1e3 mg'),
    'text without a unit': () => parseQuantity('q', '1'),
    'text with more': () => parseQuantity('q', '1 mg mg'),
    'no dose': () => dosageOf('d', { ...taken, dose: { ...dose, value: 0 } }),
    'a dose in degrees': () => dosageOf('d', { ...taken, dose: { value: 1, unit: 'Cel' } }),
    'an unknown frequency': () => dosageColumn.from('500 mg often po'),
    'an unknown route': () => dosageColumn.from('500 mg tid x'),
    'a code of another system': () => codeOf('c', CodeSystem.ICD10, 'J01CA04'),
    'half an ATC level': () => codeOf('c', CodeSystem.ATC, 'J01CA0'),
    'a LOINC code with a wrong check digit': () => codeOf('c', CodeSystem.LOINC, '2160-1'),
    'no words': () => conceptOf('c', { system: CodeSystem.ICD10, code: 'I10', display: ' ' }),
    'words with controls': () =>
      conceptOf('c', { system: CodeSystem.ICD10, code: 'I10', display: 'a\u0000b' }),
    'an unknown system': () => conceptColumn.from('SNOMED|1|x'),
  };
  for (const [what, work] of Object.entries(refused)) expect(codeFrom(work), what).toBe('VALIDATION_FAILED');
  expect(() => parseBloodPressure('x')).toThrow(
    expect.objectContaining({ params: expect.objectContaining({ field: 'bloodPressure' }) as unknown }),
  );
});

test('units are converted where that is safe, and nowhere else', () => {
  const inUnit = (
    value: number,
    unit: string,
    to: string,
    substance?: 'glucose' | 'creatinine' | 'bilirubin',
  ) => converted('q', { value, unit }, to, substance).value;
  expect(inUnit(5.55, 'mmol/L', 'mg/dL', 'glucose')).toBeCloseTo(99.99, 1);
  expect(inUnit(100, 'mg/dL', 'mmol/L', 'glucose')).toBeCloseTo(5.551, 3);
  expect(inUnit(1, 'mg/dL', 'umol/L', 'creatinine')).toBeCloseTo(88.4, 1);
  expect(inUnit(1, 'mg/dL', 'umol/L', 'bilirubin')).toBeCloseTo(17.1, 1);
  expect(inUnit(150, '[lb_av]', 'kg')).toBeCloseTo(68.039, 3);
  expect(inUnit(98.6, '[degF]', 'Cel')).toBeCloseTo(37, 6);
  expect(inUnit(16, 'kPa', 'mm[Hg]')).toBeCloseTo(120.01, 2);
  for (const [from, to] of [
    ['mmol/L', 'mg/dL'],
    ['{tablet}', '{capsule}'],
    ['{tablet}', 'mg'],
    ['kg', 'cm'],
    ['mL/min', 'mL/min/{1.73_m2}'],
  ] as const) {
    expect(
      codeFrom(() => inUnit(1, from, to)),
      `${from} → ${to}`,
    ).toBe('VALIDATION_FAILED');
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (milli) => {
      const there = converted('q', { value: milli / 1000, unit: 'mmol/L' }, 'mg/dL', 'glucose');
      expect(converted('q', there, 'mmol/L', 'glucose').value).toBeCloseTo(milli / 1000, 5);
    }),
  );
});
