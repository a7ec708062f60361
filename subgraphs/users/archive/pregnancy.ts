import { addDays } from '../../../shared/clock/business-day.ts';
import { type HealthArchive, PregnancyStatus } from './archive.entity.ts';

export const MOST_WEEKS = 44;
const DAY_MS = 24 * 3_600_000;

interface Pregnancy {
  readonly pregnancy: PregnancyStatus;
  /** Completed weeks; null when not pregnant or not known. */
  readonly pregnancyWeeks: number | null;
}

/** The day on which a count began that stands at so many weeks today. */
export function countedFrom(today: string, weeks: number): string {
  return addDays(today, -7 * weeks);
}

/**
 * A pregnancy as it stands on a day: weeks go on by themselves, and one that must be over by now is not known any
 * more, so that nothing is taken for safe.
 */
export function pregnancyOn(archive: HealthArchive, today: string): Pregnancy {
  const { pregnancy, pregnancyCountedFrom } = archive;
  if (pregnancy !== PregnancyStatus.PREGNANT || pregnancyCountedFrom === null) {
    return { pregnancy, pregnancyWeeks: null };
  }
  const days = (Date.parse(today) - Date.parse(pregnancyCountedFrom)) / DAY_MS;
  const pregnancyWeeks = Math.max(0, Math.floor(days / 7));
  return pregnancyWeeks > MOST_WEEKS
    ? { pregnancy: PregnancyStatus.UNKNOWN, pregnancyWeeks: null }
    : { pregnancy, pregnancyWeeks };
}
