import { AppError } from '../../../shared/errors/app-error.ts';
import { OccurrenceStatus as O, ReminderKind, ReminderStatus as R } from './reminder.entity.ts';

/** Every move that a reminder can make. */
const REMINDER_MOVES: Readonly<Record<R, readonly R[]>> = {
  [R.ACTIVE]: [R.PAUSED, R.CANCELLED, R.ENDED],
  [R.PAUSED]: [R.ACTIVE, R.CANCELLED, R.ENDED],
  [R.CANCELLED]: [],
  [R.ENDED]: [],
};

/** Every move that an occurrence can make; to OVERDUE, MISSED, and from SNOOZED to DUE, it is moved by the clock. */
const OCCURRENCE_MOVES: Readonly<Record<O, readonly O[]>> = {
  [O.DUE]: [O.DONE, O.SNOOZED, O.OVERDUE, O.CANCELLED],
  [O.SNOOZED]: [O.DUE, O.DONE, O.SNOOZED, O.MISSED, O.CANCELLED],
  [O.OVERDUE]: [O.DONE, O.SNOOZED, O.MISSED, O.CANCELLED],
  [O.DONE]: [],
  [O.MISSED]: [],
  [O.CANCELLED]: [],
};

/** The states in which an occurrence waits for somebody. */
export const OPEN: readonly O[] = [O.DUE, O.SNOOZED, O.OVERDUE];

const HOUR_MS = 3_600_000;

/** After how long, ms, a due occurrence is overdue, and then missed. */
const PATIENCE: Readonly<Record<ReminderKind, { readonly overdue: number; readonly missed: number }>> = {
  [ReminderKind.MEDICATION]: { overdue: HOUR_MS, missed: 12 * HOUR_MS },
  [ReminderKind.MEASUREMENT]: { overdue: 2 * HOUR_MS, missed: 24 * HOUR_MS },
  [ReminderKind.FOLLOW_UP]: { overdue: 24 * HOUR_MS, missed: 7 * 24 * HOUR_MS },
};

/** @throws AppError REMINDER_STATE */
export function assertReminderMoves(from: R, to: R): void {
  if (!REMINDER_MOVES[from].includes(to)) throw new AppError('REMINDER_STATE', { status: from });
}

/** @throws AppError REMINDER_STATE */
export function assertOccurrenceMoves(from: O, to: O): void {
  if (!OCCURRENCE_MOVES[from].includes(to)) throw new AppError('REMINDER_STATE', { status: from });
}

export interface ClockState {
  readonly status: O;
  /** When the clock moves it on. */
  readonly changesAt: Date | null;
}

/** The state of an occurrence that becomes due, or is found due late. */
export function stateWhenDue(kind: ReminderKind, dueAt: Date, now: Date): ClockState {
  const { overdue, missed } = PATIENCE[kind];
  const missedAt = new Date(dueAt.getTime() + missed);
  if (now >= missedAt) return { status: O.MISSED, changesAt: null };
  // However late it is told, there is time before it is overdue.
  const overdueAt = new Date(now.getTime() + overdue);
  return { status: O.DUE, changesAt: overdueAt < missedAt ? overdueAt : missedAt };
}

/** What the clock makes of an open occurrence whose time to change has come. */
export function stateByClock(status: O, kind: ReminderKind, dueAt: Date, now: Date): ClockState {
  if (status === O.SNOOZED) return stateWhenDue(kind, dueAt, now);
  if (status === O.OVERDUE) return { status: O.MISSED, changesAt: null };
  // One that is missed already is seen to be overdue first, and missed with the next look.
  return { status: O.OVERDUE, changesAt: new Date(dueAt.getTime() + PATIENCE[kind].missed) };
}
