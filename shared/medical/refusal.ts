import { AppError } from '../errors/app-error.ts';

/** Refuses a medical value. @param reason what would have been right. @throws AppError VALIDATION_FAILED */
export function refuseValue(field: string, reason: string): never {
  throw new AppError('VALIDATION_FAILED', { field, reason });
}
