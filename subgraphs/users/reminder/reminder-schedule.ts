import { registerEnumType } from 'type-graphql';
import { addDays, businessDay, instantOf } from '../../../shared/clock/business-day.ts';

export enum Weekday {
  MONDAY = 'MONDAY',
  TUESDAY = 'TUESDAY',
  WEDNESDAY = 'WEDNESDAY',
  THURSDAY = 'THURSDAY',
  FRIDAY = 'FRIDAY',
  SATURDAY = 'SATURDAY',
  SUNDAY = 'SUNDAY',
}

registerEnumType(Weekday, {
  name: 'Weekday',
  description: 'Day of the week. 星期',
  valuesConfig: {
    MONDAY: { description: '星期一' },
    TUESDAY: { description: '星期二' },
    WEDNESDAY: { description: '星期三' },
    THURSDAY: { description: '星期四' },
    FRIDAY: { description: '星期五' },
    SATURDAY: { description: '星期六' },
    SUNDAY: { description: '星期日' },
  },
});

/** The longest step between two days on which a reminder is due. */
export const MOST_EVERY_DAYS = 365;
const DAY_MS = 24 * 3_600_000;
const WEEK = Object.values(Weekday);

export interface Schedule {
  /** Of a day in Asia/Shanghai, `08:30`, ascending. */
  readonly times: readonly string[];
  /** None for all. */
  readonly daysOfWeek: readonly Weekday[];
  /** Counted from the first day. */
  readonly everyDays: number;
  readonly from: string;
  readonly until: string | null;
}

/** When a schedule is due first after an instant, null when it is not due any more. */
export function nextDue(schedule: Schedule, after: Date): Date | null {
  const { times, everyDays, from, until } = schedule;
  const today = businessDay(after);
  const passed = today > from ? Math.floor(daysBetween(from, today) / everyDays) * everyDays : 0;
  // A week of steps holds every day of the week that can come at all.
  for (let step = 0; step <= 7; step += 1) {
    const day = addDays(from, passed + step * everyDays);
    if (until !== null && day > until) return null;
    if (!isOn(schedule, day)) continue;
    const due = times.map((time) => instantOf(day, time)).find((each) => each > after);
    if (due) return due;
  }
  return null;
}

function isOn({ daysOfWeek }: Schedule, day: string): boolean {
  // The first of January 1970 was a Thursday.
  const weekday = WEEK[(Math.floor(Date.parse(day) / DAY_MS) + 3) % 7];
  return daysOfWeek.length === 0 || (weekday !== undefined && daysOfWeek.includes(weekday));
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
