import { addDays, businessDay, instantOf } from '../../../shared/clock/business-day.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Schedule } from './schedule.entity.ts';
import { Slot } from './slot.entity.ts';

const MINUTE_MS = 60_000;
const DAYS_AHEAD = 90;
/** The longest slot, minutes. */
export const LONGEST_SLOT = 240;
const LIMITS = {
  slotMinutes: [5, LONGEST_SLOT],
  slots: [1, 96],
  capacityPerSlot: [1, 100],
  feeFen: [0, 1_000_000],
} as const;

/** A session as it is asked for: a day and a clock time of Shanghai, money in fen. */
export interface SessionPlan {
  readonly date: string;
  readonly startTime: string;
  readonly slotMinutes: number;
  readonly slots: number;
  readonly capacityPerSlot: number;
  readonly feeFen: number;
}

/** Who holds the session, and where. */
export interface SessionPlace {
  readonly doctorId: string;
  readonly doctorAccountId: string;
  readonly hospitalId: string;
  readonly departmentId: string;
}

/** The span of a session. @throws AppError VALIDATION_FAILED naming what is out of bounds */
export function spanOf(plan: SessionPlan, now: Date): { startsAt: Date; endsAt: Date } {
  for (const [field, [least, most]] of Object.entries(LIMITS)) {
    const value = plan[field as keyof typeof LIMITS];
    if (!(value >= least && value <= most)) {
      throw new AppError('VALIDATION_FAILED', {
        field: field === 'feeFen' ? 'fee' : field,
        reason: field === 'feeFen' ? '0.00 – 10000.00' : `${least} – ${most}`,
      });
    }
  }
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(plan.startTime)) {
    throw new AppError('VALIDATION_FAILED', { field: 'startTime', reason: '00:00 – 23:59' });
  }
  const today = businessDay(now);
  const last = addDays(today, DAYS_AHEAD);
  if (plan.date < today || plan.date > last) {
    throw new AppError('VALIDATION_FAILED', { field: 'date', reason: `${today} – ${last}` });
  }
  const startsAt = instantOf(plan.date, plan.startTime);
  const endsAt = new Date(startsAt.getTime() + plan.slots * plan.slotMinutes * MINUTE_MS);
  const midnight = instantOf(addDays(plan.date, 1), '00:00');
  if (endsAt > midnight || endsAt <= now) {
    throw new AppError('VALIDATION_FAILED', { field: 'slots', reason: `${plan.date} – 24:00` });
  }
  return { startsAt, endsAt };
}

/**
 * The rows of a session with its slots.
 * @param idOf makes an identifier; `part` is 0 for the session, and the number of the slot from 1 for a slot.
 */
export function layOut(
  plan: SessionPlan,
  place: SessionPlace,
  publishedAt: Date,
  idOf: (type: 'sch' | 'slt', part: number) => string,
): { schedule: Schedule; slots: Slot[] } {
  const { slotMinutes, capacityPerSlot, feeFen } = plan;
  const begin = instantOf(plan.date, plan.startTime).getTime();
  const at = (index: number) => new Date(begin + index * slotMinutes * MINUTE_MS);
  const schedule = Object.assign(new Schedule(), {
    ...place,
    id: idOf('sch', 0),
    day: plan.date,
    startsAt: at(0),
    endsAt: at(plan.slots),
    slotMinutes,
    capacityPerSlot,
    feeFen,
    lastTicket: 0,
    queueVersion: 0,
    publishedAt,
  });
  const { doctorId, hospitalId, departmentId } = place;
  const slots = Array.from({ length: plan.slots }, (_, index) =>
    Object.assign(new Slot(), {
      id: idOf('slt', index + 1),
      scheduleId: schedule.id,
      doctorId,
      hospitalId,
      departmentId,
      startsAt: at(index),
      endsAt: at(index + 1),
      capacity: capacityPerSlot,
      booked: 0,
      feeFen,
    }),
  );
  return { schedule, slots };
}
