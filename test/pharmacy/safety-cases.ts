import { SafetyKind } from '../../shared/safety/safety-finding.ts';
import type { Agent, Condition, Rule } from '../../subgraphs/pharmacy/safety/rule.ts';
import type {
  Allergy,
  CheckedLine,
  PatientFacts,
  SafetyCase,
} from '../../subgraphs/pharmacy/safety/safety-case.ts';

export const TODAY = '2026-06-15';

/** A man of 40 of whom everything is known, and nothing is wrong. */
export const healthy: PatientFacts = {
  sex: 'MALE',
  birthDate: '1986-01-01',
  allergies: [],
  diagnosisCodes: ['Z00.0'],
  medications: [],
  pregnancy: 'NOT_PREGNANT',
  pregnancyWeeks: null,
  isLactating: false,
  egfr: 100,
  childPugh: 'A',
  isArchiveEmpty: false,
};

export function lineOf(lineId: string, atc: string | string[], more: Partial<CheckedLine> = {}): CheckedLine {
  return {
    lineId,
    skuId: `sku-${lineId}`,
    ingredients: [atc].flat().map((each) => ({ atc: each, milligrams: null })),
    strength: '1mg',
    unit: '片',
    isPrescription: true,
    doseValue: '1',
    doseUnit: 'mg',
    timesPerDay: 1,
    days: 3,
    ...more,
  };
}

export const caseOf = (lines: CheckedLine[], patient: Partial<PatientFacts> = {}): SafetyCase => ({
  lines,
  patient: { ...healthy, ...patient },
  today: TODAY,
});

/** A whole code below the beginning of one: `J01C` → `J01CA04`, or another one for another `nth`. */
export function atcOf({ codes }: Agent, nth = 0): string {
  const [code = ''] = codes;
  if (code.length === 7) return codes[nth] ?? code;
  return `${code}${['A00AA01', 'A00AB02'][nth]?.slice(code.length)}`;
}

const before = (years: number, months = 0, days = 0): string => {
  const date = new Date(`${TODAY}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() - years, date.getUTCMonth() - months, date.getUTCDate() - days);
  return date.toISOString().slice(0, 10);
};

const woman = { sex: 'FEMALE', pregnancy: 'PREGNANT' } as const;

/** The patient for whom a condition holds, and one for whom it just does not. */
export function patientsFor(condition: Condition): {
  hit: Partial<PatientFacts>;
  miss: Partial<PatientFacts>;
} {
  switch (condition.type) {
    case 'pregnancy': {
      const { trimester = [], from_week: fromWeek } = condition;
      const weekOf = [0, 13, 27, 40];
      const last = fromWeek ?? weekOf[trimester.at(-1) ?? 0] ?? 0;
      const other = [1, 2, 3].find((each) => !trimester.includes(each));
      return {
        hit: { ...woman, pregnancyWeeks: last },
        miss:
          fromWeek !== undefined
            ? { ...woman, pregnancyWeeks: fromWeek - 1 }
            : other === undefined
              ? { sex: 'FEMALE', pregnancy: 'NOT_PREGNANT' }
              : { ...woman, pregnancyWeeks: weekOf[other] ?? 0 },
      };
    }
    case 'lactation':
      return { hit: { sex: 'FEMALE', isLactating: true }, miss: { sex: 'FEMALE', isLactating: false } };
    case 'age': {
      const { lt_years: years, lt_months: months, lte_days: days, gte_years: from } = condition;
      if (from !== undefined)
        return { hit: { birthDate: before(from) }, miss: { birthDate: before(from, 0, -1) } };
      if (days !== undefined)
        return { hit: { birthDate: before(0, 0, days) }, miss: { birthDate: before(0, 0, days + 1) } };
      if (months !== undefined)
        return { hit: { birthDate: before(0, months, -1) }, miss: { birthDate: before(0, months) } };
      return { hit: { birthDate: before(years ?? 0, 0, -1) }, miss: { birthDate: before(years ?? 0) } };
    }
    case 'egfr':
      return { hit: { egfr: condition.lt - 0.1 }, miss: { egfr: condition.lt } };
    case 'crcl':
      return { hit: { egfr: condition.lt - 0.1 }, miss: { egfr: condition.lt * 1.3 } };
    case 'child_pugh': {
      const [one = 'A'] = condition.in;
      const other = (['A', 'B', 'C'] as const).find((each) => !condition.in.includes(each));
      return { hit: { childPugh: one }, miss: other === undefined ? {} : { childPugh: other } };
    }
    case 'diagnosis':
      return {
        hit: { diagnosisCodes: [`${condition.icd10.at(-1)}00`] },
        miss: { diagnosisCodes: ['Z00.0'] },
      };
    default:
      return { hit: {}, miss: {} };
  }
}

/** An allergy to an agent, of the severity that the rule asks for, or of the opposite one. */
export function allergyTo(agent: Agent, condition: Condition | undefined, fits: boolean): Allergy {
  const isGrave = condition?.type === 'allergy_severity' && condition.in.includes('anaphylaxis');
  return { substance: atcOf(agent), name: agent.en, severity: isGrave === fits ? 'SEVERE' : 'MILD' };
}

/** A prescription that a rule finds something in, and one that differs only in what makes the difference. */
export function casesFor(rule: Rule): { hit: SafetyCase; miss: SafetyCase } {
  const { a, b, condition, kind } = rule;
  const own = lineOf('L1', atcOf(a));
  if (kind === SafetyKind.ALLERGY && b !== undefined) {
    const withAllergy = (fits: boolean) => ({ allergies: [allergyTo(b, condition, fits)] });
    return {
      hit: caseOf([own], withAllergy(true)),
      miss: caseOf([own], condition === undefined ? {} : withAllergy(false)),
    };
  }
  const other = b === undefined ? [] : [lineOf('L2', atcOf(b, kind === SafetyKind.DUPLICATE ? 1 : 0))];
  if (condition?.type === 'max_daily_dose') {
    const dosed = (doseValue: string) => [lineOf('L1', atcOf(a), { doseValue }), ...other];
    return { hit: caseOf(dosed((condition.mg + 0.1).toFixed(1))), miss: caseOf(dosed(String(condition.mg))) };
  }
  if (condition !== undefined) {
    const { hit, miss } = patientsFor(condition);
    return { hit: caseOf([own, ...other], hit), miss: caseOf([own, ...other], miss) };
  }
  return { hit: caseOf([own, ...other]), miss: caseOf([own]) };
}
