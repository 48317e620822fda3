import { dateOfDay, dayNumberOfDate, MS_PER_DAY } from '@tidelake/lake-format';
import type { ColumnRange } from './column-range';
import type { ColumnBounds } from './column-bounds';

/**
 * Days that rows of a foreign lake may lie outside their folder, either way. After it: collectors name the folder by a
 * batch's first row, so that rows of day D+1 sit in `day=D`. Before it (and after): folders named by local time, which
 * is up to 14 hours ahead of UTC and 12 behind.
 */
export const FOREIGN_SLACK_DAYS = 1;

const MS_PER_HOUR = 3_600_000;
const US_PER_MS = 1000;
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A stretch of UTC milliseconds, the end excluded. */
interface Span {
  start: number;
  end: number;
}

/**
 * The bounds of the time column that follow from partition values named year, month, day, hour or date (in any case);
 * undefined where nothing follows: a month without a year, a day without a month, a null, a text that is no date.
 * @param partition values by key
 * @param exact whether rows lie in the folder of their own UTC day; else a day of slack is left on both sides
 */
export function timeBoundsOf(partition: Record<string, string | null>, exact: boolean): ColumnBounds | undefined {
  const span = spanOf(partition);
  if (span === undefined) return undefined;
  const slack = exact ? 0 : FOREIGN_SLACK_DAYS * MS_PER_DAY;
  return {
    min: { type: 'timestamp', value: (span.start - slack) * US_PER_MS },
    max: { type: 'timestamp', value: (span.end + slack) * US_PER_MS - 1 },
  };
}

/** Whether folders of this key say something of time. */
export function isTimeKey(name: string): boolean {
  return ['year', 'month', 'day', 'hour', 'date'].includes(name.toLowerCase());
}

/** First and last day, as day numbers, whose folders rows of a time range may lie in; undefined at an open end. */
export function daysOfRange(
  range: ColumnRange,
  exact: boolean,
): { first: number | undefined; last: number | undefined } {
  const slack = exact ? 0 : FOREIGN_SLACK_DAYS;
  const first = dayOf(range.min);
  const last = dayOf(range.max);
  return {
    first: first === undefined ? undefined : first - slack,
    last: last === undefined ? undefined : last + slack,
  };
}

function dayOf(literal: ColumnRange['min']): number | undefined {
  if (literal?.type !== 'timestamp' || !Number.isFinite(literal.value)) return undefined;
  return Math.floor(literal.value / US_PER_MS / MS_PER_DAY);
}

function spanOf(partition: Record<string, string | null>): Span | undefined {
  const value = (key: string) => Object.entries(partition).find(([name]) => name.toLowerCase() === key)?.[1];
  const hour = integerOf(value('hour'), 0, 23);
  const date = ISO_DATE.exec(value('date') ?? '');
  if (date !== null) {
    const [year, month, day] = date.slice(1).map(Number);
    return withHour(spanOfDay(year ?? 0, month ?? 0, day ?? 0), hour);
  }
  // Two digits may be meant as 2025 or as 25.
  const year = integerOf(value('year'), 1000, 9999);
  const month = integerOf(value('month'), 1, 12);
  const day = integerOf(value('day'), 1, 31);
  if (year === undefined) return undefined;
  if (month === undefined) return { start: Date.UTC(year, 0, 1), end: Date.UTC(year + 1, 0, 1) };
  if (day === undefined) return { start: Date.UTC(year, month - 1, 1), end: Date.UTC(year, month, 1) };
  return withHour(spanOfDay(year, month, day), hour);
}

function spanOfDay(year: number, month: number, day: number): Span | undefined {
  const number = dayNumberOfDate({ year, month, day });
  const back = dateOfDay(number);
  // 31 February is nobody's day.
  if (back.month !== month || back.day !== day) return undefined;
  return { start: number * MS_PER_DAY, end: (number + 1) * MS_PER_DAY };
}

function withHour(span: Span | undefined, hour: number | undefined): Span | undefined {
  if (span === undefined || hour === undefined) return span;
  const start = span.start + hour * MS_PER_HOUR;
  return { start, end: start + MS_PER_HOUR };
}

function integerOf(text: string | null | undefined, least: number, most: number): number | undefined {
  if (text === null || text === undefined || !/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
