const MS_PER_DAY = 86_400_000;
const MS_PER_HOUR = 3_600_000;
const MICROS_PER_HOUR = 3_600_000_000;

/** A part of the UTC calendar that recurs (or, `year`, does not), as climatologies are keyed by. */
export const CALENDAR_PERIODS = ['year', 'quarter', 'month', 'week', 'dayofyear', 'dayofweek', 'day', 'hour'] as const;

export type CalendarPeriod = (typeof CALENDAR_PERIODS)[number];

const numbering: Record<CalendarPeriod, (timeMs: number) => number> = {
  year: (timeMs) => new Date(timeMs).getUTCFullYear(),
  quarter: (timeMs) => Math.floor(new Date(timeMs).getUTCMonth() / 3) + 1,
  month: (timeMs) => new Date(timeMs).getUTCMonth() + 1,
  week: isoWeek,
  dayofyear: (timeMs) => Math.floor((timeMs - Date.UTC(new Date(timeMs).getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1,
  dayofweek: (timeMs) => (new Date(timeMs).getUTCDay() + 6) % 7,
  day: (timeMs) => new Date(timeMs).getUTCDate(),
  hour: (timeMs) => Math.floor(timeMs / MS_PER_HOUR) - 24 * Math.floor(timeMs / MS_PER_DAY),
};

/**
 * Reads the number a time has in a period, numbered as in pandas: quarter 1–4, month 1–12, ISO week 1–53, dayofyear
 * 1–366, dayofweek 0–6 from Monday, day 1–31, hour 0–23. Times are UTC microseconds.
 */
export function calendarReader(period: CalendarPeriod): (time: number) => number {
  let hour = NaN;
  let number = NaN;
  return (time) => {
    // No period is shorter than an hour, and the next time mostly lies in the same one.
    const current = Math.floor(time / MICROS_PER_HOUR);
    if (current !== hour) {
      hour = current;
      number = numbering[period](current * MS_PER_HOUR);
    }
    return number;
  };
}

/** The week of ISO 8601: Monday to Sunday, belonging to the year that holds its Thursday. */
function isoWeek(timeMs: number): number {
  const thursday = timeMs + (3 - numbering.dayofweek(timeMs)) * MS_PER_DAY;
  return Math.ceil(numbering.dayofyear(thursday) / 7);
}
