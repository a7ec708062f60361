import { AppError } from '../../../shared/errors/app-error.ts';

const LONGEST = 500;

/** A text of the patient without blanks around it, null for none. @throws AppError VALIDATION_FAILED */
export function privateText(field: string, text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed.length > LONGEST) throw new AppError('VALIDATION_FAILED', { field, reason: `0 – ${LONGEST}` });
  return trimmed === '' ? null : trimmed;
}
