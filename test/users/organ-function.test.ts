import 'reflect-metadata';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HealthArchive } from '../../subgraphs/users/archive/archive.entity.ts';
import { ChildPugh } from '../../subgraphs/users/archive/child-pugh.ts';
import {
  Ascites,
  childPughOf,
  Encephalopathy,
  liverAssessmentOf,
} from '../../subgraphs/users/archive/liver-function.ts';
import {
  ckdEpi2021,
  cockcroftGault,
  egfrOf,
  renalFunctionOf,
} from '../../subgraphs/users/archive/renal-function.ts';
import { Sex } from '../../subgraphs/users/patient/patient.entity.ts';

const { MALE, FEMALE, UNKNOWN } = Sex;

// On both sides of the level at which the equation bends, for women and men.
test.each([
  [1, MALE, 50, 92],
  [1, FEMALE, 50, 69],
  [0.5, FEMALE, 30, 129],
  [2.5, MALE, 70, 27],
  [0.9, MALE, 18, 127],
])('creatinine %f mg/dL, %s, %i years: eGFR %i', (creatinine, sex, age, expected) => {
  expect(Math.round(ckdEpi2021({ creatinine, sex, age }) ?? 0)).toBe(expected);
});

test('clearance is by weight, and nothing is estimated for minors or without a sex or weight', () => {
  // (140 - 60) × 72 / (72 × 1) and 0.85 of it.
  expect(cockcroftGault({ creatinine: 1, sex: MALE, age: 60 }, 72)).toBeCloseTo(80, 6);
  expect(cockcroftGault({ creatinine: 1, sex: FEMALE, age: 60 }, 72)).toBeCloseTo(68, 6);
  expect(cockcroftGault({ creatinine: 1, sex: MALE, age: 60 }, null)).toBeNull();
  for (const measured of [
    { creatinine: 1, sex: MALE, age: 17 },
    { creatinine: 1, sex: UNKNOWN, age: 40 },
  ]) {
    expect([ckdEpi2021(measured), cockcroftGault(measured, 70)]).toEqual([null, null]);
  }
});

test('a worse creatinine never gives a better function', () => {
  const person = { sex: fc.constantFrom(MALE, FEMALE), age: fc.integer({ min: 18, max: 110 }) };
  const levels = fc.tuple(fc.integer({ min: 10, max: 3000 }), fc.integer({ min: 1, max: 500 }));
  fc.assert(
    fc.property(fc.record(person), levels, (who, [low, more]) => {
      const at = (centi: number) => ckdEpi2021({ ...who, creatinine: centi / 100 }) ?? Number.NaN;
      expect(at(low + more)).toBeLessThanOrEqual(at(low));
    }),
  );
});

test('what was recorded goes before what a creatinine tells, which is of the age at the measurement', () => {
  const archive = Object.assign(HealthArchive.first('pat_1', new Date(0)), {
    creatinine: { value: 88.42, unit: 'umol/L' },
    creatinineOn: '2026-03-01',
    weightKg: 72,
  });
  const patient = { sex: MALE, birthDate: '1976-03-01' };
  expect(renalFunctionOf(archive, patient)).toMatchObject({ measuredOn: '2026-03-01', egfr: 91.7 });
  expect(egfrOf(archive, patient)).toBe(91.7);
  expect(egfrOf(Object.assign(archive, { egfr: 45 }), patient)).toBe(45);
  expect(egfrOf(Object.assign(archive, { egfr: null, creatinine: null }), patient)).toBeNull();
});

test.each([
  ['the best', 10, 45, 1, Ascites.NONE, Encephalopathy.NONE, 5, ChildPugh.A],
  ['each at its first limit', 34, 35, 1.7, Ascites.NONE, Encephalopathy.NONE, 8, ChildPugh.B],
  ['each at its second limit', 50, 28, 2.3, Ascites.NONE, Encephalopathy.NONE, 8, ChildPugh.B],
  ['just above', 50.1, 27.9, 2.31, Ascites.MILD, Encephalopathy.NONE, 12, ChildPugh.C],
  ['the worst', 600, 20, 4, Ascites.SEVERE, Encephalopathy.SEVERE, 15, ChildPugh.C],
])('Child-Pugh of %s', (_name, bilirubin, albumin, inr, ascites, encephalopathy, score, grade) => {
  const input = {
    bilirubin: { value: bilirubin, unit: 'umol/L' },
    albumin: { value: albumin / 10, unit: 'g/dL' },
    inr,
    ascites,
    encephalopathy,
  };
  const assessment = liverAssessmentOf(input, '2026-03-01');
  expect(assessment.albumin.unit).toBe('g/L');
  expect(childPughOf(assessment)).toMatchObject({ childPughScore: score, childPugh: grade });
});
