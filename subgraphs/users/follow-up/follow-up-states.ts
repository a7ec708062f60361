import { AppError } from '../../../shared/errors/app-error.ts';
import { type FollowUpItem, FollowUpItemStatus as I, FollowUpPlanStatus as P } from './follow-up.entity.ts';

/** Every move that a plan can make; it is open again when what fulfilled one of its items is taken back. */
const PLAN_MOVES: Readonly<Record<P, readonly P[]>> = {
  [P.OPEN]: [P.COMPLETED, P.CANCELLED],
  [P.COMPLETED]: [P.OPEN],
  [P.CANCELLED]: [],
};

/** Every move that an item can make; OVERDUE is never stored. */
const ITEM_MOVES: Readonly<Record<I, readonly I[]>> = {
  [I.PENDING]: [I.DONE, I.CANCELLED],
  [I.OVERDUE]: [I.DONE, I.CANCELLED],
  [I.DONE]: [I.PENDING],
  [I.CANCELLED]: [],
};

export function canPlanMove(from: P, to: P): boolean {
  return PLAN_MOVES[from].includes(to);
}

/** @throws AppError FOLLOW_UP_STATE */
export function assertPlanMoves(from: P, to: P): void {
  if (!canPlanMove(from, to)) throw new AppError('FOLLOW_UP_STATE', { status: from });
}

/** @throws AppError FOLLOW_UP_STATE */
export function assertItemMoves(from: I, to: I): void {
  if (!ITEM_MOVES[from].includes(to)) throw new AppError('FOLLOW_UP_STATE', { status: from });
}

/** The state of an item as it is told. @param today `2026-11-24` */
export function itemStatusOn({ status, dueOn }: Pick<FollowUpItem, 'status' | 'dueOn'>, today: string): I {
  return status === I.PENDING && dueOn < today ? I.OVERDUE : status;
}
