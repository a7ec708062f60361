import { AppError } from '../../shared/errors/app-error.ts';

/**
 * The refusal of an operation that is beyond a limit.
 * @param limit what was counted @param value the most that is allowed
 * @param count how much there is; what is counted while reading stops at the first beyond the limit
 */
export function tooComplex(limit: string, value: number, count: number): AppError {
  return new AppError('OPERATION_TOO_COMPLEX', {
    limit,
    value,
    count: Math.min(Math.ceil(count), Number.MAX_SAFE_INTEGER),
  });
}
