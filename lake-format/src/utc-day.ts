/** Milliseconds in a UTC day. POSIX time has no leap seconds, so every day is this long. */
export const MS_PER_DAY = 86_400_000;

/** A calendar date in UTC. `month` is 1–12, `day` is 1–31. */
export interface UtcDate {
  year: number;
  month: number;
  day: number;
}

/**
 * The UTC day an instant falls in, as whole days since 1970-01-01 (negative before).
 * @param timeMs UTC milliseconds since 1970-01-01
 */
export function dayNumberOf(timeMs: number): number {
  return Math.floor(timeMs / MS_PER_DAY);
}

/** Days since 1970-01-01 of a calendar date; the inverse of {@link dateOfDay}. */
export function dayNumberOfDate({ year, month, day }: UtcDate): number {
  // Date.UTC reads years 0–99 as 1900–1999, so the year is set apart.
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / MS_PER_DAY);
}

/** The calendar date of a day number; the inverse of {@link dayNumberOfDate}. */
export function dateOfDay(dayNumber: number): UtcDate {
  const date = new Date(dayNumber * MS_PER_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
