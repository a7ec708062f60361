import { AppError } from '../../../shared/errors/app-error.ts';
import { AppointmentStatus as S } from './appointment.entity.ts';

/** Every move that an appointment can make. */
const MOVES: Readonly<Record<S, readonly S[]>> = {
  [S.PENDING_PAYMENT]: [S.CONFIRMED, S.CANCELLED, S.EXPIRED],
  [S.CONFIRMED]: [S.CHECKED_IN, S.CANCELLED],
  // The account may cancel it once its slot is over; a day later the clock does.
  [S.CHECKED_IN]: [S.IN_CONSULTATION, S.CANCELLED],
  // The doctor ends it; a day after both the slot and the doctor's last word the clock does: as cancelled, and with the
  // fee given back, where there was no such word.
  [S.IN_CONSULTATION]: [S.COMPLETED, S.CANCELLED],
  [S.COMPLETED]: [],
  [S.CANCELLED]: [],
  [S.EXPIRED]: [],
};

/** @throws AppError APPOINTMENT_STATE */
export function assertMoves(from: S, to: S): void {
  if (!MOVES[from].includes(to)) throw new AppError('APPOINTMENT_STATE', { status: from });
}

/** Whether nothing can become of it any more: it no longer stands in the way of another one. */
export function isOver(status: S): boolean {
  return MOVES[status].length === 0;
}
