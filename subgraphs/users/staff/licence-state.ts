import { AppError } from '../../../shared/errors/app-error.ts';
import { LicenceStatus, type StaffLicence, statusOn } from './licence.entity.ts';

/** Every state with those that can follow it. */
const MOVES: Readonly<Record<LicenceStatus, readonly LicenceStatus[]>> = {
  SUBMITTED: [LicenceStatus.APPROVED, LicenceStatus.REJECTED],
  REJECTED: [LicenceStatus.SUBMITTED],
  // To itself by a renewal.
  APPROVED: [LicenceStatus.APPROVED, LicenceStatus.SUSPENDED, LicenceStatus.EXPIRED],
  SUSPENDED: [LicenceStatus.APPROVED],
  EXPIRED: [LicenceStatus.APPROVED],
};

/**
 * @param from the states of the day from which the wanted one may be reached by what is being done
 * @throws AppError LICENCE_STATE
 */
export function assertMove(
  licence: Pick<StaffLicence, 'status' | 'validUntil'>,
  to: LicenceStatus,
  from: readonly LicenceStatus[],
  today: string,
): void {
  const status = statusOn(licence, today);
  if (!from.includes(status) || !MOVES[status].includes(to)) throw new AppError('LICENCE_STATE', { status });
}
