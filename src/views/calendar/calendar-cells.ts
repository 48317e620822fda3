import { MS_PER_DAY } from '@tidelake/lake-format';

/** Where a day stands in a calendar. */
export interface CalendarCell {
  year: number;
  column: number;
  /** 0 for Monday in a calendar of weeks; 0 in one of years. */
  row: number;
}

/** More years than this are drawn a row each, for weeks would be too small to see. */
const YEARS_OF_WEEKS = 6;

/** Whether days are drawn in weeks, or all of a year in a row. */
export function isInWeeks(firstMs: number, lastMs: number): boolean {
  return new Date(lastMs).getUTCFullYear() - new Date(firstMs).getUTCFullYear() < YEARS_OF_WEEKS;
}

/** The place of a day (UTC): in weeks its column is the week of the year, weeks beginning on Monday; else the day of it. */
export function calendarCell(dayMs: number, inWeeks: boolean): CalendarCell {
  const year = new Date(dayMs).getUTCFullYear();
  const newYear = Date.UTC(year, 0, 1);
  const dayOfYear = Math.floor((dayMs - newYear) / MS_PER_DAY);
  if (!inWeeks) return { year, column: dayOfYear, row: 0 };
  const firstWeekday = (new Date(newYear).getUTCDay() + 6) % 7;
  return { year, column: Math.floor((dayOfYear + firstWeekday) / 7), row: (firstWeekday + dayOfYear) % 7 };
}
