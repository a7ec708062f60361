import { AppError } from '../../../shared/errors/app-error.ts';

/** Words of 1 to `most` characters without those that cannot be seen. @throws AppError VALIDATION_FAILED */
export function privateWords(field: string, text: string, most: number): string {
  const trimmed = text.trim();
  const isFine = trimmed !== '' && trimmed.length <= most && !/[^\P{Cc}\n]/u.test(trimmed);
  if (!isFine) throw new AppError('VALIDATION_FAILED', { field, reason: `1 – ${most}` });
  return trimmed;
}
