import { AppError } from '../../../shared/errors/app-error.ts';
import { Sex } from '../patient/patient.entity.ts';
import { type HealthArchive, PregnancyStatus } from './archive.entity.ts';
import type { UpdateHealthArchiveInput } from './archive.inputs.ts';
import { countedFrom, MOST_WEEKS } from './pregnancy.ts';

const RANGES = { egfr: [0, 250], weightKg: [0.3, 500], heightCm: [20, 260] } as const;

const refuse = (field: string, reason: string): never => {
  throw new AppError('VALIDATION_FAILED', { field, reason });
};

/** An ATC code of any of its five levels (WHO). @throws AppError VALIDATION_FAILED */
export function atcCode(text: string): string {
  const code = text.trim().toUpperCase();
  return /^[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?$/.test(code) ? code : refuse('substance', 'ATC');
}

/** An ICD-10 code as GB/T 14396 writes it, `I10` or `I10.x00`. @throws AppError VALIDATION_FAILED */
export function icdCode(text: string): string {
  const code = text.trim().toUpperCase().replace('.X', '.x');
  return /^[A-Z]\d\d(\.[\dx]\d{0,3})?$/.test(code) ? code : refuse('code', 'ICD-10');
}

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
  const { isLactating, egfr, childPugh, weightKg, heightCm } = input;
  const plain = { isLactating, egfr, childPugh, weightKg, heightCm };
  if (sex === Sex.MALE && isLactating) refuse('isLactating', sex);
  return {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...pregnancyChange(input, before, sex, today),
  };
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
