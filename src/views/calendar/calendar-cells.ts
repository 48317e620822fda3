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

/** So many weeks are drawn at least, so that days do not become stripes. */
const FEWEST_WEEKS = 17;

/** The first and the last column to draw: of several years all, of one year only the part that is there. */
export function calendarColumns(cells: readonly CalendarCell[], inWeeks: boolean): { first: number; last: number } {
  const end = inWeeks ? 53 : 365;
  if (new Set(cells.map(({ year }) => year)).size > 1 || cells.length === 0) return { first: 0, last: end };
  const columns = cells.map(({ column }) => column);
  const first = Math.min(...columns);
  return { first, last: Math.max(...columns, Math.min(end, first + FEWEST_WEEKS)) };
}
