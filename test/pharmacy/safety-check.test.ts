import { SafetyKind } from '../../shared/safety/safety-finding.ts';
import { expect, test } from 'vitest';
import { ageOn } from '../../subgraphs/pharmacy/safety/age.ts';
import { dailyMilligrams } from '../../subgraphs/pharmacy/safety/daily-dose.ts';
import { checkSafety } from '../../subgraphs/pharmacy/safety/safety-check.ts';
import type { CheckedLine, PatientFacts } from '../../subgraphs/pharmacy/safety/safety-case.ts';
import { ruleOf } from '../../subgraphs/pharmacy/safety/safety-rule.store.ts';
import { safetyRules } from '../../subgraphs/pharmacy/seed/safety-rules.ts';
import { caseOf, lineOf } from './safety-cases.ts';

const rules = safetyRules().map(ruleOf);
const check = (lines: CheckedLine[], patient: Partial<PatientFacts> = {}) =>
  checkSafety(rules, caseOf(lines, patient));
const severityOf = (id: string, lines: CheckedLine[], patient: Partial<PatientFacts> = {}) =>
  check(lines, patient).find(({ ruleId }) => ruleId === id)?.severity;
const allergy = (substance: string, severity: 'MILD' | 'MODERATE' | 'SEVERE' | null = 'MILD') => ({
  allergies: [{ substance, name: substance, severity }],
});

const PARACETAMOL = 'N02BE01';
const tablets = (lineId: string, doseValue: string, timesPerDay: number, strength = '0.5g') =>
  lineOf(lineId, PARACETAMOL, { strength, doseValue, doseUnit: '片', timesPerDay });

test('a dose in any unit that means a mass comes out in milligrams', () => {
  const cases: [string, string, string, number | undefined][] = [
    ['0.5', 'g', '0.25g', 500],
    ['250', 'mg', '0.25g', 250],
    ['50', 'μg', '50μg', 0.05],
    ['50', 'µg', '50µg', 0.05],
    ['0.5', ' G ', '', 500],
    ['2', '片', '0.25g', 500],
    ['1.5', 'tablets', '100 mg', 150],
    ['2', '揿', '100μg/揿', 0.2],
    ['5', 'ml', '100ml:2g', 100],
    ['5', '毫升', '100ml：2g', 100],
    ['10', '滴', '100ml:2g', undefined],
    ['8', '单位', '3ml:300单位', undefined],
    ['5', 'ml', '10ml', undefined],
    ['1', '片', 'SMZ 0.4g/TMP 80mg', undefined],
    ['1', 'constructor', '1mg', undefined],
    ['1e3', 'mg', '1mg', undefined],
    ['-1', 'mg', '1mg', undefined],
    ['0', 'mg', '1mg', undefined],
    ['', 'mg', '1mg', undefined],
  ];
  for (const [doseValue, doseUnit, strength, expected] of cases) {
    const line = lineOf('L1', PARACETAMOL, { doseValue, doseUnit, strength });
    expect(dailyMilligrams(line, { atc: PARACETAMOL, milligrams: null }), `${doseValue}${doseUnit}`).toBe(
      expected,
    );
  }
});

test('one ingredient of several has a dose only by its own amount in a tablet', () => {
  const combination = lineOf('L1', [PARACETAMOL, 'R01BA02'], {
    doseValue: '2',
    doseUnit: '片',
    timesPerDay: 3,
  });
  expect(dailyMilligrams(combination, { atc: PARACETAMOL, milligrams: 325 })).toBe(1950);
  expect(dailyMilligrams(combination, { atc: PARACETAMOL, milligrams: null })).toBeUndefined();
  expect(
    dailyMilligrams({ ...combination, doseUnit: '支' }, { atc: PARACETAMOL, milligrams: 325 }),
  ).toBeUndefined();
  const suspension = lineOf('L1', 'M01AE01', {
    doseValue: '5',
    doseUnit: 'mL',
    unit: 'ml',
    strength: '100ml:2g',
  });
  expect(dailyMilligrams(suspension, { atc: 'M01AE01', milligrams: 20 })).toBe(100);
  const byMass = { ...combination, doseUnit: 'mg' };
  expect(dailyMilligrams(byMass, { atc: PARACETAMOL, milligrams: 325 })).toBeUndefined();
});

test('the daily dose is that of all lines together, and the limit itself is allowed', () => {
  expect(severityOf('CI247', [tablets('L1', '2', 4)])).toBeUndefined();
  expect(severityOf('CI247', [tablets('L1', '2', 4), tablets('L2', '0.5', 1)])).toBe('MAJOR');
  expect(
    severityOf('CI247', [
      tablets('L1', '2', 3),
      lineOf('L2', 'N02BE51', { doseValue: '1.1', doseUnit: 'g' }),
    ]),
  ).toBe('MAJOR');
  const colchicine = (lineId: string) => lineOf(lineId, 'M04AC01', { doseValue: '0.3', timesPerDay: 3 });
  expect(severityOf('CI279', [colchicine('L1'), colchicine('L2')])).toBeUndefined();
});

test('a dose that cannot be converted is not passed, unless what is known is too much already', () => {
  const drops = lineOf('L2', PARACETAMOL, { doseValue: '20', doseUnit: '滴' });
  expect(severityOf('CI247', [tablets('L1', '1', 1), drops])).toBe('CANNOT_CHECK');
  expect(severityOf('CI247', [tablets('L1', '3', 3), drops])).toBe('MAJOR');
  expect(
    severityOf('CI247', [tablets('L1', '1', 1)], { medications: [{ substance: PARACETAMOL, name: '' }] }),
  ).toBe('CANNOT_CHECK');
});

test('limits of children, the elderly, labels without prescription, and days', () => {
  const child = { birthDate: '2020-01-01' };
  expect(severityOf('CI247', [tablets('L1', '1', 1)], child)).toBe('CANNOT_CHECK');
  expect(severityOf('CI247', [tablets('L1', '3', 3)], child)).toBe('MAJOR');
  const zolpidem = [lineOf('L1', 'N05CF02', { doseValue: '7.5' })];
  expect(severityOf('CI269', zolpidem)).toBeUndefined();
  expect(severityOf('CI269', zolpidem, { birthDate: '1950-01-01' })).toBe('MAJOR');
  expect(severityOf('CI269', zolpidem, { birthDate: null })).toBe('CANNOT_CHECK');
  expect(severityOf('CI247', [{ ...tablets('L1', '2', 3), isPrescription: false }])).toBe('MAJOR');
  const domperidone = (days: number) => [lineOf('L1', 'A03FA03', { doseValue: '10', timesPerDay: 3, days })];
  expect(severityOf('CI261', domperidone(7))).toBeUndefined();
  expect(severityOf('CI261', domperidone(8))).toBe('MAJOR');
});

test('an interaction that depends on a dose', () => {
  const amlodipine = lineOf('L2', 'C08CA01');
  const simvastatin = (doseValue: string) => lineOf('L1', 'C10AA01', { doseValue });
  expect(severityOf('CI018', [simvastatin('40'), lineOf('L2', 'C01BD01')])).toBe('MAJOR');
  expect(severityOf('CI017', [simvastatin('20'), amlodipine])).toBeUndefined();
  const medications = [{ substance: 'C10AA01', name: '辛伐他汀' }];
  expect(severityOf('CI017', [amlodipine], { medications })).toBe('CANNOT_CHECK');
});

test('an allergy reaches the ingredient, its class, its other codes and what reacts across', () => {
  const amoxicillin = [lineOf('L1', 'J01CA04')];
  expect(severityOf('CI103', amoxicillin, allergy('J01CE01'))).toBe('CONTRAINDICATED');
  expect(severityOf('CI103', amoxicillin, allergy('J01C'))).toBe('CONTRAINDICATED');
  expect(severityOf('CI103', amoxicillin, allergy('J01'))).toBe('CONTRAINDICATED');
  expect(severityOf('CI103', amoxicillin, allergy('J01FA09'))).toBeUndefined();
  const cefixime = [lineOf('L1', 'J01DD08')];
  for (const [severity, expected] of [
    ['SEVERE', ['CI104', 'CONTRAINDICATED']],
    ['MILD', ['CI105', 'MODERATE']],
    ['MODERATE', ['CI105', 'MODERATE']],
    [null, ['CI105', 'MODERATE']],
  ] as const) {
    const found = check(cefixime, allergy('J01C', severity)).filter(
      ({ kind }) => kind === SafetyKind.ALLERGY,
    );
    expect(found.map((each) => [each.ruleId, each.severity])).toEqual([expected]);
  }
  // No rule of the table names omeprazole, and metronidazole has two codes.
  expect(severityOf('ALLERGEN_ITSELF', [lineOf('L1', 'A02BC01')], allergy('A02BC01'))).toBe(
    'CONTRAINDICATED',
  );
  expect(severityOf('ALLERGEN_ITSELF', [lineOf('L1', 'P01AB01')], allergy('J01XD01'))).toBe(
    'CONTRAINDICATED',
  );
  expect(severityOf('ALLERGEN_ITSELF', [lineOf('L1', 'A02BC01')], allergy('A02BC02'))).toBeUndefined();
  expect(severityOf('ALLERGY_WITHOUT_CODE', [lineOf('L1', 'A02BC01')], allergy('花生'))).toBe('CANNOT_CHECK');
});

test('the same ingredient twice, in one line or hidden in a combination, and what is taken already', () => {
  const twice = [lineOf('L1', 'A02BA03'), lineOf('L2', 'A02BA03'), lineOf('L3', 'R05CB06')];
  expect(check(twice).find(({ ruleId }) => ruleId === 'SAME_INGREDIENT')?.lineIds).toEqual(['L1', 'L2']);
  const hidden = [tablets('L1', '1', 1), lineOf('L2', [PARACETAMOL, 'R01BA02', 'R05DA09'])];
  expect(severityOf('CI245', hidden)).toBe('CONTRAINDICATED');
  expect(severityOf('SAME_INGREDIENT', hidden)).toBeUndefined();
  expect(severityOf('SAME_INGREDIENT', [lineOf('L1', ['C09DX04', 'C09CA03'])])).toBeUndefined();
  const taken = { medications: [{ substance: 'C10AA05', name: '阿托伐他汀' }] };
  expect(severityOf('CI234', [lineOf('L1', 'C10AA07')], taken)).toBe('MAJOR');
  expect(severityOf('CI234', [lineOf('L1', 'C10AA05')], taken)).toBeUndefined();
  expect(severityOf('TAKEN_ALREADY', [lineOf('L1', 'C10AA05')], taken)).toBe('MODERATE');
});

test('what has no code cannot be checked and says so', () => {
  expect(severityOf('DRUG_WITHOUT_CODE', [lineOf('L1', [])])).toBe('CANNOT_CHECK');
  expect(severityOf('DRUG_WITHOUT_CODE', [lineOf('L1', [''])])).toBe('CANNOT_CHECK');
  const uncoded = { medications: [{ substance: '', name: '祖传秘方' }] };
  expect(severityOf('MEDICATION_WITHOUT_CODE', [lineOf('L1', 'A02BC01')], uncoded)).toBe('CANNOT_CHECK');
  const vague = { medications: [{ substance: 'N06A', name: '抗抑郁药' }] };
  expect(severityOf('CI061', [lineOf('L1', 'N02AX02')], vague)).toBe('CANNOT_CHECK');
});

test('an archive that nobody ever filled in lets nothing pass', () => {
  expect(severityOf('ARCHIVE_EMPTY', [lineOf('L1', 'A02BC01')], { isArchiveEmpty: true })).toBe(
    'CANNOT_CHECK',
  );
  expect(check([lineOf('L1', 'A02BC01')])).toEqual([]);
});

test('pregnancy is ruled out by sex and by age alone, and its week matters', () => {
  const valsartan = [lineOf('L1', 'C09CA03')];
  const woman = { sex: 'FEMALE', pregnancy: 'UNKNOWN' } as const;
  expect(severityOf('CI116', valsartan, { ...woman, sex: 'MALE' })).toBeUndefined();
  expect(severityOf('CI116', valsartan, woman)).toBe('CANNOT_CHECK');
  expect(severityOf('CI116', valsartan, { ...woman, birthDate: null })).toBe('CANNOT_CHECK');
  expect(severityOf('CI116', valsartan, { ...woman, birthDate: '1950-01-01' })).toBeUndefined();
  const pregnant = { ...woman, pregnancy: 'PREGNANT' } as const;
  expect(severityOf('CI116', valsartan, pregnant)).toBe('CANNOT_CHECK');
  expect(severityOf('CI116', valsartan, { ...pregnant, pregnancyWeeks: 13 })).toBeUndefined();
  expect(severityOf('CI116', valsartan, { ...pregnant, pregnancyWeeks: 14 })).toBe('CONTRAINDICATED');
  expect(severityOf('CI118', [lineOf('L1', 'B01AA03')], pregnant)).toBe('CONTRAINDICATED');
});

test('a diagnosis is met by its code or a longer one; a shorter one leaves it open', () => {
  const pill = [lineOf('L1', 'G03AA07')];
  expect(severityOf('CI209', pill, { diagnosisCodes: ['g43.1x00'] })).toBe('CONTRAINDICATED');
  expect(severityOf('CI209', pill, { diagnosisCodes: ['G43'] })).toBe('CANNOT_CHECK');
  expect(severityOf('CI209', pill, { diagnosisCodes: ['G43.9'] })).toBeUndefined();
});

test('an eGFR close above a limit of creatinine clearance decides nothing', () => {
  const levofloxacin = [lineOf('L1', 'J01MA12')];
  expect(severityOf('CI185', levofloxacin, { egfr: 49 })).toBe('MODERATE');
  expect(severityOf('CI185', levofloxacin, { egfr: 60 })).toBe('CANNOT_CHECK');
  expect(severityOf('CI185', levofloxacin, { egfr: 70 })).toBeUndefined();
});

test('findings come gravest first, one a rule, and say why nothing could be checked in both languages', () => {
  const found = check([tablets('L1', '1', 1), tablets('L2', '1', 1)], { childPugh: null });
  expect(found.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([
    ['CI245', 'CONTRAINDICATED'],
    ['CI194', 'CANNOT_CHECK'],
  ]);
  expect(found[1]?.zh).toMatch(/^无法审查：无肝功能/);
  expect(found[1]?.en).toMatch(/^Not checked, since the liver function/);
  expect(found[1]?.lineIds).toEqual(['L1', 'L2']);
});

test('completed days, months and years', () => {
  expect(ageOn('2024-02-29', '2026-02-28')).toEqual({ days: 730, months: 23, years: 1 });
  expect(ageOn('2026-06-15', '2026-06-15')).toEqual({ days: 0, months: 0, years: 0 });
  expect(ageOn('2026-06-16', '2026-06-15')).toBeUndefined();
  expect(ageOn('someday', '2026-06-15')).toBeUndefined();
});

test('whatever is not known of the patient is told, and never passes in silence', () => {
  const nothing: Partial<PatientFacts> = {
    sex: 'FEMALE',
    birthDate: null,
    pregnancy: 'UNKNOWN',
    isLactating: null,
    egfr: null,
    childPugh: null,
    isArchiveEmpty: true,
  };
  const told = check([lineOf('L1', 'C09CA03')], nothing);
  const severities = new Map(told.map((each) => [each.ruleId, each.severity]));
  for (const id of ['ARCHIVE_EMPTY', 'CHILD_DOSE', 'CI116']) {
    expect(severities.get(id), id).toBe('CANNOT_CHECK');
  }
});

test('no dose for somebody under 18 passes as checked, since no rule knows doses by weight', () => {
  const ofAge = (birthDate: string | null) =>
    severityOf('CHILD_DOSE', [lineOf('L1', 'A02BC01')], { birthDate });
  expect(ofAge('2016-01-01')).toBe('CANNOT_CHECK');
  expect(ofAge('2008-06-16')).toBe('CANNOT_CHECK');
  expect(ofAge(null)).toBe('CANNOT_CHECK');
  expect(ofAge('2008-06-15')).toBeUndefined();
});
