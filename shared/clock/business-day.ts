const OFFSET_MS = 8 * 3_600_000;

/** The business day of an instant, `2026-11-24`: Asia/Shanghai, which has had no summer time since 1991. */
export function businessDay(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 10);
}

/** What a wall clock in Shanghai shows then, `08:30`. */
export function clockTime(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(11, 16);
}

/** The instant at which a wall clock in Shanghai shows this. @param day `2026-11-24` @param time `08:30` */
export function instantOf(day: string, time: string): Date {
  return new Date(`${day}T${time}:00.000+08:00`);
}

/** The day that is so many days later. @param day `2026-11-24` */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + days * 24 * 3_600_000).toISOString().slice(0, 10);
}
