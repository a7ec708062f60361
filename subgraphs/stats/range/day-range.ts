import { ArgsType, Field } from 'type-graphql';
import { addDays } from '../../../shared/clock/business-day.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';

/** A leap year. */
const MOST_DAYS = 366;

/** Business days from the first to the last, both of them included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

@ArgsType()
export class DayRangeArgs implements DayRange {
  @Field(() => CalendarDate, { description: 'The first business day. 起始日期' })
  from!: string;

  @Field(() => CalendarDate, { description: 'The last business day; 366 days at most. 截止日期' })
  to!: string;
}

/** @throws AppError VALIDATION_FAILED for days in the wrong order, or too many of them */
export function parseRange({ from, to }: DayRange): DayRange {
  if (from > to) throw new AppError('VALIDATION_FAILED', { field: 'to', reason: `≥ ${from}` });
  const last = addDays(from, MOST_DAYS - 1);
  if (to > last) throw new AppError('VALIDATION_FAILED', { field: 'to', reason: `≤ ${last}` });
  return { from, to };
}

/** Something in a range of days, as the key of a batched read. */
export interface InRange extends DayRange {
  readonly id: string;
}

/** The keys of a batch by their ranges: one statement for each range, however many things are asked for. */
export function byRange(keys: readonly InRange[]): { range: DayRange; ids: string[] }[] {
  const groups = new Map<string, { range: DayRange; ids: string[] }>();
  for (const { id, from, to } of keys) {
    const name = `${from}/${to}`;
    const group = groups.get(name) ?? { range: { from, to }, ids: [] };
    group.ids.push(id);
    groups.set(name, group);
  }
  return [...groups.values()];
}
