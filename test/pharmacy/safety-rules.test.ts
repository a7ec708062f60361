import { SafetyKind } from '../../shared/safety/safety-finding.ts';
import { describe, expect, test } from 'vitest';
import { safetyRules } from '../../subgraphs/pharmacy/seed/safety-rules.ts';
import { checkSafety } from '../../subgraphs/pharmacy/safety/safety-check.ts';
import type { SafetyCase } from '../../subgraphs/pharmacy/safety/safety-case.ts';
import { ruleOf } from '../../subgraphs/pharmacy/safety/safety-rule.store.ts';
import { atcOf, caseOf, casesFor, lineOf } from './safety-cases.ts';

const rules = safetyRules().map(ruleOf);
const severityIn = (given: SafetyCase, id: string) =>
  checkSafety(rules, given).find(({ ruleId }) => ruleId === id)?.severity;

test('all 284 rules are there, each with both languages and a source', () => {
  expect(rules).toHaveLength(284);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(284);
  for (const { id, effectZh, effectEn, source } of rules) {
    expect(effectZh, id).toMatch(/\p{Script=Han}/u);
    expect(effectEn, id).toMatch(/[a-z]/i);
    expect(source, id).not.toBe('');
  }
});

describe('each rule finds its case, and not the one just beside it', () => {
  test.each(rules.map((rule) => [rule.id, rule.kind, rule] as const))('%s %s', (id, _kind, rule) => {
    const { hit, miss } = casesFor(rule);
    if (rule.condition?.type === 'lifestyle') {
      expect(severityIn(hit, id)).toBe('CANNOT_CHECK');
      const young = { ...hit, patient: { ...hit.patient, birthDate: '2000-01-01' } };
      expect(severityIn(rule.condition.gte_years === undefined ? caseOf([]) : young, id)).toBeUndefined();
      return;
    }
    expect(severityIn(hit, id)).toBe(rule.severity);
    if (rule.condition?.type === 'child_pugh' && rule.condition.in.length === 3) {
      expect(severityIn(caseOf([lineOf('L1', 'V99XX99')]), id)).toBeUndefined();
    } else expect(severityIn(miss, id)).toBeUndefined();
  });
});

describe('each rule on one drug and the patient cannot be checked when the archive is empty', () => {
  const unknown = {
    sex: 'UNKNOWN',
    birthDate: null,
    pregnancy: 'UNKNOWN',
    isLactating: null,
    egfr: null,
    childPugh: null,
  } as const;
  const asked = [
    'pregnancy',
    'lactation',
    'age',
    'egfr',
    'crcl',
    'child_pugh',
    'lifestyle',
    'max_daily_dose',
  ];
  const concerned = rules.filter(
    ({ condition }) => condition !== undefined && asked.includes(condition.type),
  );
  test.each(concerned.map((rule) => [rule.id, rule] as const))('%s', (id, { a, b }) => {
    const lines = [lineOf('L1', atcOf(a)), ...(b === undefined ? [] : [lineOf('L2', atcOf(b))])];
    expect(severityIn(caseOf(lines, unknown), id)).toBe('CANNOT_CHECK');
  });
});

test('the order of the two drugs of an interaction is of no account, nor is who of them is taken already', () => {
  for (const rule of rules.filter(
    ({ kind, condition }) => kind === SafetyKind.INTERACTION && condition === undefined,
  )) {
    const { a, b = a, id, severity } = rule;
    expect(severityIn(caseOf([lineOf('L1', atcOf(b)), lineOf('L2', atcOf(a))]), id), id).toBe(severity);
    for (const [prescribed, taken] of [[a, b] as const, [b, a] as const]) {
      const medications = [{ substance: atcOf(taken), name: taken.en }];
      expect(severityIn(caseOf([lineOf('L1', atcOf(prescribed))], { medications }), id), id).toBe(severity);
    }
  }
});
