import { registerEnumType } from 'type-graphql';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { ageYears } from '../patient/age.ts';
import { Sex } from '../patient/patient.entity.ts';
import { ObservationContext, ObservationKind, ObservationPart } from './observation-kinds.ts';

/** From the lowest to the highest. */
export enum ObservationFlag {
  CRITICAL_LOW = 'CRITICAL_LOW',
  LOW = 'LOW',
  NORMAL = 'NORMAL',
  HIGH = 'HIGH',
  CRITICAL_HIGH = 'CRITICAL_HIGH',
}

registerEnumType(ObservationFlag, {
  name: 'ObservationFlag',
  description: 'How a value stands to its reference range; it is no diagnosis. 异常标志',
  valuesConfig: {
    CRITICAL_LOW: { description: 'So low that a doctor should see it at once. 危急偏低' },
    LOW: { description: '偏低' },
    NORMAL: { description: '正常' },
    HIGH: { description: '偏高' },
    CRITICAL_HIGH: { description: 'So high that a doctor should see it at once. 危急偏高' },
  },
});

/** In the kind's unit. Normal is from `low` up to, but not including, `high`. */
export interface Reference {
  /** Critical below it. */
  readonly criticalLow?: number;
  readonly low?: number;
  readonly high?: number;
  /** Critical from it on. */
  readonly criticalHigh?: number;
  readonly source: string;
}

export interface Measured {
  readonly kind: ObservationKind;
  readonly context: ObservationContext | null;
  readonly takenAt: Date;
}

interface Person {
  readonly birthDate: string;
  readonly sex: Sex;
}

const DAY_MS = 24 * 3_600_000;
const HYPERTENSION = '中国高血压防治指南（2024年修订版）';
const DIABETES = '中国2型糖尿病防治指南（2020年版）';
const TRIAGE = '急诊预检分诊专家共识（2018）';
const DIAGNOSTICS = '诊断学（第9版，人民卫生出版社）';
const PALS = 'AHA Pediatric Advanced Life Support (2020)';

/** Normal heart rates of children awake: younger than so many years, from, to. */
const HEART_OF_CHILDREN = [
  [1, 100, 180],
  [3, 98, 140],
  [6, 80, 120],
  [12, 75, 118],
  [18, 60, 100],
] as const;

/**
 * What is normal for a person of this age and sex in this situation, undefined where no guideline tells: weight
 * without height, the pressure of children under 3, the glucose of newborns. Pregnancy is not taken into account.
 */
export function referenceOf(
  { kind, context, takenAt }: Measured,
  part: ObservationPart,
  { birthDate, sex }: Person,
): Reference | undefined {
  const day = businessDay(takenAt);
  const years = ageYears(birthDate, day);
  switch (kind) {
    case ObservationKind.BLOOD_PRESSURE:
      return years < 18 ? pressureOfChild(part, years, sex) : pressureOfAdult(part, context);
    case ObservationKind.BLOOD_GLUCOSE:
      return Date.parse(day) - Date.parse(birthDate) < 28 * DAY_MS ? undefined : glucose(context);
    case ObservationKind.HEART_RATE:
      return heartRate(years);
    case ObservationKind.BODY_TEMPERATURE:
      // Fever in the armpit from 37.3, hypothermia below 35, hyperpyrexia above 41.
      return { criticalLow: 35, low: 36, high: 37.3, criticalHigh: 41, source: DIAGNOSTICS };
    case ObservationKind.OXYGEN_SATURATION:
      return { criticalLow: 90, low: 95, source: TRIAGE };
    case ObservationKind.BODY_WEIGHT:
    default:
      return undefined;
  }
}

/** How a value stands to its reference, null without one. */
export function flagOf(value: number, reference: Reference | undefined): ObservationFlag | null {
  if (reference === undefined) return null;
  const { criticalLow, low, high, criticalHigh } = reference;
  if (criticalLow !== undefined && value < criticalLow) return ObservationFlag.CRITICAL_LOW;
  if (criticalHigh !== undefined && value >= criticalHigh) return ObservationFlag.CRITICAL_HIGH;
  if (low !== undefined && value < low) return ObservationFlag.LOW;
  return high !== undefined && value >= high ? ObservationFlag.HIGH : ObservationFlag.NORMAL;
}

const GRAVITY: Readonly<Record<ObservationFlag, number>> = {
  [ObservationFlag.NORMAL]: 0,
  [ObservationFlag.LOW]: 1,
  [ObservationFlag.HIGH]: 2,
  [ObservationFlag.CRITICAL_LOW]: 3,
  [ObservationFlag.CRITICAL_HIGH]: 4,
};

/** The gravest of the flags of an observation's parts. */
export function gravest(flags: readonly (ObservationFlag | null)[]): ObservationFlag | null {
  return flags.reduce(
    (worst, each) => (each !== null && (worst === null || GRAVITY[each] > GRAVITY[worst]) ? each : worst),
    null,
  );
}

/** Hypertension from 140/90, at home from 135/85; its third grade from 180/110. Below 90/60 is hypotension. */
function pressureOfAdult(part: ObservationPart, context: ObservationContext | null): Reference {
  const isOffice = context === ObservationContext.OFFICE;
  const source = `${HYPERTENSION}；${DIAGNOSTICS}；${TRIAGE}`;
  return part === ObservationPart.SYSTOLIC
    ? { criticalLow: 70, low: 90, high: isOffice ? 140 : 135, criticalHigh: 180, source }
    : { low: 60, high: isOffice ? 90 : 85, criticalHigh: 110, source };
}

/** The formulas for screening at 3 to 17 years, about the 95th percentile; hypotension as PALS has it. */
function pressureOfChild(part: ObservationPart, years: number, sex: Sex): Reference | undefined {
  if (years < 3) return undefined;
  const source = `${HYPERTENSION}；${PALS}`;
  if (part === ObservationPart.DIASTOLIC) return { high: 65 + years, source };
  // Where the sex is not known the lower limit warns.
  const high = 100 + (sex === Sex.MALE ? 2 : 1.5) * years;
  return { low: years < 10 ? 70 + 2 * years : 90, high, source };
}

/** Impaired from 6.1 fasting and 7.8 two hours after a meal, 11.1 at any time; hypoglycaemia below 3.9, grave below 3.0. */
function glucose(context: ObservationContext | null): Reference {
  const high =
    context === ObservationContext.FASTING ? 6.1 : context === ObservationContext.POSTPRANDIAL ? 7.8 : 11.1;
  return { criticalLow: 3, low: 3.9, high, criticalHigh: 16.7, source: DIABETES };
}

function heartRate(years: number): Reference {
  const [, low, most] = HEART_OF_CHILDREN.find(([below]) => years < below) ?? [0, 60, 100];
  // "Above 100" is from 101 on: beats are counted whole.
  if (years < 18) return { low, high: most + 1, source: PALS };
  return { criticalLow: 40, low, high: most + 1, criticalHigh: 181, source: `${DIAGNOSTICS}；${TRIAGE}` };
}
