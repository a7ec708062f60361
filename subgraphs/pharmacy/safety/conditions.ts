import { ageOn } from './age.ts';
import type { Missing, Verdict } from './missing.ts';
import type { Condition } from './rule.ts';
import type { Allergy, PatientFacts, SafetyCase } from './safety-case.ts';

/** Conditions that the patient alone decides; dose and allergy need more than the patient. */
type OfPatient = Exclude<Condition, { type: 'max_daily_dose' | 'allergy_severity' }>;

type Predicates = {
  readonly [T in OfPatient['type']]: (
    condition: Extract<OfPatient, { type: T }>,
    patient: PatientFacts,
    today: string,
  ) => Verdict;
};

/** A pregnancy that nobody recorded is ruled out only by sex, or by an age before or after which there is none. */
const EARLIEST_YEARS = 8;
const LATEST_YEARS = 60;
/** Last completed week of the first and of the second trimester. */
const TRIMESTER_ENDS = [13, 27];
/**
 * The archive holds eGFR, some rules ask for creatinine clearance. The two differ by about a third in adults, so
 * that close above a limit the one says nothing about the other.
 */
const CLEARANCE_MARGIN = 1.3;

const predicates: Predicates = {
  pregnancy: ({ trimester, from_week: fromWeek }, patient, today) => {
    if (patient.pregnancy === 'NOT_PREGNANT') return false;
    if (patient.pregnancy === 'UNKNOWN') return mayBearChildren(patient, today) ? 'pregnancy' : false;
    if (trimester?.length === 3) return true;
    const { pregnancyWeeks: weeks } = patient;
    if (weeks === null) return 'gestation';
    if (fromWeek !== undefined) return weeks >= fromWeek;
    const nth = 1 + TRIMESTER_ENDS.filter((end) => weeks > end).length;
    return trimester?.includes(nth) ?? true;
  },
  lactation: (_condition, patient, today) => {
    if (patient.isLactating !== null) return patient.isLactating;
    return mayBearChildren(patient, today) ? 'lactation' : false;
  },
  age: (condition, { birthDate }, today) => {
    const age = ageOn(birthDate, today);
    if (age === undefined) return 'age';
    const { lt_years: ltYears, lt_months: ltMonths, lte_days: lteDays, gte_years: gteYears } = condition;
    return (
      (ltYears === undefined || age.years < ltYears) &&
      (ltMonths === undefined || age.months < ltMonths) &&
      (lteDays === undefined || age.days <= lteDays) &&
      (gteYears === undefined || age.years >= gteYears)
    );
  },
  egfr: (range, { egfr }) => (egfr === null ? 'egfr' : isWithin(egfr, range)),
  crcl: (range, { egfr }) => {
    if (egfr === null) return 'egfr';
    if (isWithin(egfr, range)) return true;
    return egfr >= range.lt && egfr < range.lt * CLEARANCE_MARGIN ? 'clearance' : false;
  },
  child_pugh: ({ in: classes }, { childPugh }) =>
    childPugh === null ? 'childPugh' : classes.includes(childPugh),
  diagnosis: ({ icd10 }, { diagnosisCodes }) => {
    const recorded = diagnosisCodes.map((code) => code.trim().toUpperCase()).filter((code) => code !== '');
    if (recorded.some((code) => icd10.some((prefix) => code.startsWith(prefix)))) return true;
    // `G43` may or may not be the `G43.1` that the rule is about.
    return recorded.some((code) => icd10.some((prefix) => prefix.startsWith(code))) ? 'diagnosis' : false;
  },
  lifestyle: ({ smoker, gte_years: gteYears }, { birthDate }, today) => {
    const age = ageOn(birthDate, today);
    if (gteYears !== undefined && age !== undefined && age.years < gteYears) return false;
    // No archive tells how somebody lives, so that this is never passed in silence.
    return smoker ? 'smoking' : 'alcohol';
  },
};

/** Whether a condition holds for the patient of a case. */
export function holdsFor(condition: OfPatient, { patient, today }: SafetyCase): Verdict {
  const predicate = predicates[condition.type] as (
    condition: OfPatient,
    patient: PatientFacts,
    today: string,
  ) => Verdict;
  return predicate(condition, patient, today);
}

/** A severity that is neither mild nor an anaphylaxis counts as unknown, as the rules on cross-reactions have it. */
export function isAllergySeverity(
  { in: grades }: Extract<Condition, { type: 'allergy_severity' }>,
  { severity }: Allergy,
): boolean {
  if (severity === 'SEVERE') return grades.includes('anaphylaxis');
  return grades.includes(severity === 'MILD' ? 'mild' : 'unknown');
}

/** Whether somebody is that old; what is missing if it cannot be told. */
export function isFrom(years: number, { patient, today }: SafetyCase): boolean | Extract<Missing, 'age'> {
  const age = ageOn(patient.birthDate, today);
  return age === undefined ? 'age' : age.years >= years;
}

function isWithin(value: number, { lt, gte }: { lt: number; gte?: number | undefined }): boolean {
  return value < lt && (gte === undefined || value >= gte);
}

function mayBearChildren({ sex, birthDate }: PatientFacts, today: string): boolean {
  if (sex === 'MALE') return false;
  const age = ageOn(birthDate, today);
  return age === undefined || (age.years >= EARLIEST_YEARS && age.years < LATEST_YEARS);
}
