export interface Age {
  readonly days: number;
  readonly months: number;
  readonly years: number;
}

/**
 * Completed days, months and years.
 * @param birthDate and @param today calendar days, `2026-11-24`; undefined where there is no birth date, or a later one.
 */
export function ageOn(birthDate: string | null, today: string): Age | undefined {
  if (birthDate === null || !/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return undefined;
  const days = Math.round((Date.parse(today) - Date.parse(birthDate)) / 86_400_000);
  if (!(days >= 0)) return undefined;
  const [fromYear = 0, fromMonth = 0, fromDay = 0] = birthDate.split('-').map(Number);
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const months = (year - fromYear) * 12 + (month - fromMonth) - (day < fromDay ? 1 : 0);
  return { days, months, years: Math.floor(months / 12) };
}
