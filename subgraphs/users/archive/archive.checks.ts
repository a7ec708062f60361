import { refuseValue as refuse } from '../../../shared/medical/refusal.ts';
import { quantityWithin } from '../../../shared/medical/quantity.ts';
import { Sex } from '../patient/patient.entity.ts';
import { type HealthArchive, PregnancyStatus } from './archive.entity.ts';
import type { UpdateHealthArchiveInput } from './archive.inputs.ts';
import { liverAssessmentOf } from './liver-function.ts';
import { countedFrom, MOST_WEEKS } from './pregnancy.ts';

const RANGES = { egfr: [0, 250], weightKg: [0.3, 500], heightCm: [20, 260] } as const;
const CREATININE_UMOL_L = [5, 3000] as const;
const LONGEST_OCCUPATION = 64;

/** Text of 1 to `most` characters without those that cannot be seen. @throws AppError VALIDATION_FAILED */
export function shortText(field: string, text: string, most: number): string {
  const trimmed = text.trim();
  const isShort = trimmed !== '' && trimmed.length <= most;
  return isShort && !/\p{Cc}/u.test(trimmed) ? trimmed : refuse(field, `1 – ${most}`);
}

/** A day that is not in the future. @throws AppError VALIDATION_FAILED */
export function pastDay(field: string, day: string | null | undefined, today: string): string | null {
  if (day !== null && day !== undefined && day > today) refuse(field, `≤ ${today}`);
  return day ?? null;
}

/** A whole number within limits, null if not given. @throws AppError VALIDATION_FAILED */
export function wholeNumber(
  field: string,
  value: number | null | undefined,
  least: number,
  most: number,
): number | null {
  if (value === null || value === undefined) return null;
  return value >= least && value <= most ? value : refuse(field, `${least} – ${most}`);
}

/**
 * What an update changes: what is left out stays, null makes it unknown.
 * @param before the archive that it changes @throws AppError VALIDATION_FAILED
 */
export function changesOf(
  input: UpdateHealthArchiveInput,
  before: HealthArchive,
  sex: Sex,
  today: string,
): Partial<HealthArchive> {
  for (const [field, [least, most]] of Object.entries(RANGES)) {
    const value = input[field as keyof typeof RANGES];
    // A comparison that is false for NaN too.
    if (value !== null && value !== undefined && !(value >= least && value <= most)) {
      refuse(field, `${least} – ${most}`);
    }
  }
  if (sex === Sex.MALE && input.isLactating) refuse('isLactating', sex);
  const occupation = input.occupation && shortText('occupation', input.occupation, LONGEST_OCCUPATION);
  return given({
    ...kidneyChange(input, today),
    ...liverChange(input, today),
    isLactating: input.isLactating,
    weightKg: input.weightKg,
    heightCm: input.heightCm,
    usualBloodPressure: input.usualBloodPressure,
    aboGroup: input.aboGroup,
    rhD: input.rhD,
    smoking: input.smoking,
    alcohol: input.alcohol,
    exercise: input.exercise,
    occupation: occupation === '' ? null : occupation,
    ...pregnancyChange(input, before, sex, today),
  });
}

function given(changes: {
  [K in keyof HealthArchive]?: HealthArchive[K] | undefined;
}): Partial<HealthArchive> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** A new creatinine puts an older eGFR out of force, which would hide that the kidneys got worse. */
function kidneyChange({ egfr, creatinine: input, creatinineOn }: UpdateHealthArchiveInput, today: string) {
  if (input === undefined || input === null) {
    if (creatinineOn) refuse('creatinineOn', 'creatinine');
    return input === null ? { egfr, creatinine: null, creatinineOn: null } : { egfr };
  }
  const creatinine = quantityWithin('creatinine', input, 'umol/L', CREATININE_UMOL_L, 'creatinine');
  const day = pastDay('creatinineOn', creatinineOn, today) ?? today;
  return { egfr: egfr ?? null, creatinine, creatinineOn: day };
}

function liverChange({ childPugh, liverFunction: input }: UpdateHealthArchiveInput, today: string) {
  if (input === undefined || input === null)
    return input === null ? { childPugh, liver: null } : { childPugh };
  const day = pastDay('liverFunction.assessedOn', input.assessedOn, today) ?? today;
  return { childPugh: childPugh ?? null, liver: liverAssessmentOf(input, day) };
}

function pregnancyChange(
  { pregnancy, pregnancyWeeks: weeks }: UpdateHealthArchiveInput,
  before: HealthArchive,
  sex: Sex,
  today: string,
): Partial<HealthArchive> {
  if (pregnancy === undefined && weeks === undefined) return {};
  const status = pregnancy === undefined ? before.pregnancy : (pregnancy ?? PregnancyStatus.UNKNOWN);
  const isPregnant = status === PregnancyStatus.PREGNANT;
  if (isPregnant && sex === Sex.MALE) refuse('pregnancy', sex);
  if (weeks !== null && weeks !== undefined && !(isPregnant && weeks >= 0 && weeks <= MOST_WEEKS)) {
    refuse('pregnancyWeeks', isPregnant ? `0 – ${MOST_WEEKS}` : status);
  }
  if (!isPregnant) return { pregnancy: status, pregnancyCountedFrom: null };
  if (weeks === undefined) return { pregnancy: status };
  return { pregnancy: status, pregnancyCountedFrom: weeks === null ? null : countedFrom(today, weeks) };
}
