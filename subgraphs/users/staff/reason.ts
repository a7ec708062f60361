import { AppError } from '../../../shared/errors/app-error.ts';

const LONGEST = 500;

/** A written reason, put right. @throws AppError VALIDATION_FAILED */
export function checkedReason(given: string | null | undefined): string {
  const reason = (given ?? '').normalize('NFC').trim();
  if (reason === '' || reason.length > LONGEST) {
    throw new AppError('VALIDATION_FAILED', { field: 'reason', reason: `1 – ${LONGEST}` });
  }
  return reason;
}
