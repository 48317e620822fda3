import { epochUnitOf, microsOf } from './epoch';
import type { Zone } from './time-zone';
import { fullYear, monthNamed } from './written-date';

/** The order of day, month and year where numbers alone do not tell. */
export const DATE_ORDERS = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** How times of a table are written. */
export interface TimeRule {
  /** Undefined where every date tells by itself. */
  order: DateOrder | undefined;
  /** Of times that do not say. */
  zone: Zone;
}

const CLOCK = String.raw`(?:[T\s,]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?)?`;
const OFFSET = String.raw`\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.]?)(\d\d?)\2(\d\d?)${CLOCK}${OFFSET}$`);
const YEAR_LAST = new RegExp(String.raw`^(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)${CLOCK}${OFFSET}$`);
const COMPACT = /^((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/;
/** Year, month, day and what follows of hour, minute and second as cells of their own, of which the last may have decimals. */
const IN_CELLS = /^(\d{4})\s+(\d\d?)\s+(\d\d?)((?:\s+\d\d?){0,2}(?:\s+\d\d?(?:[.,]\d+)?)?)$/;
const EPOCH = /^\d{9,19}(?:\.\d+)?$/;
const MONTH_NAMED = new RegExp(
  String.raw`^(?:(\d\d?)[-\s.]+)?([A-Za-z]{3,9})[-\s.]+(?:(\d\d?),?\s+)?(\d{4})${CLOCK}${OFFSET}$`,
);

/** A date's three numbers as they stand in a text, where their order is not plain; undefined for any other text. */
export function ambiguousDate(text: string): { first: number; second: number } | undefined {
  const match = YEAR_LAST.exec(text);
  return match === null ? undefined : { first: Number(match[1]), second: Number(match[3]) };
}

/**
 * UTC microseconds of a time in words: ISO 8601, dates with slashes, points or dashes in a declared order, months by their English
 * names, 24 or 12 hours, year to second in cells with a blank between and decimals at the end (`2011 04 28 20.5`), seconds since
 * 1970 and their thousandths; an offset in the text goes before the rule's zone. NaN where it is none, and for days and hours that no
 * calendar or clock has. `24:00` is the end of its day.
 */
export function parseTimeText(text: string, { order, zone }: TimeRule): number {
  const parts = partsOf(text, order);
  if (parts === undefined) return EPOCH.test(text) ? microsOf(Number(text), epochUnitOf(Number(text))) : Number.NaN;
  const { year, month, day, clock, offset } = parts;
  const [hourText = '0', minute = '0', second = '0', fraction = '', half] = clock;
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return Number.NaN;
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  const isMidnight = hour === 24 && Number(minute) === 0 && Number(second) === 0;
  if ((hour > 23 && !isMidnight) || Number(minute) > 59 || Number(second) > 60) return Number.NaN;
  const date = Date.UTC(year, month - 1, day);
  const check = new Date(date);
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return Number.NaN;
  const seconds = hour * 3600 + Number(minute) * 60 + Number(second);
  const local = date * 1000 + seconds * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
  if (offset === undefined) return zone(local);
  const ahead = /([+-])(\d\d):?(\d\d)/.exec(offset);
  if (ahead === null) return local;
  return local - (Number(ahead[2]) * 60 + Number(ahead[3])) * 60e6 * (ahead[1] === '-' ? -1 : 1);
}

interface TimeParts {
  year: number;
  month: number;
  day: number;
  clock: readonly (string | undefined)[];
  offset: string | undefined;
}

function partsOf(text: string, order: DateOrder | undefined): TimeParts | undefined {
  const first = YEAR_FIRST.exec(text);
  if (first !== null) {
    const [, year, , month, day] = first;
    return { year: Number(year), month: Number(month), day: Number(day), clock: first.slice(5, 10), offset: first[10] };
  }
  const compact = COMPACT.exec(text);
  if (compact !== null && Number(compact[2]) <= 12 && Number(compact[3]) <= 31) {
    const [, year, month, day] = compact;
    return {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      clock: compact.slice(4, 7),
      offset: undefined,
    };
  }
  const cells = IN_CELLS.exec(text);
  if (cells !== null) {
    const [, year, month, day, inCells = ''] = cells;
    const clock = clockOfCells(inCells);
    if (clock === undefined) return undefined;
    return {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      clock,
      offset: undefined,
    };
  }
  const last = YEAR_LAST.exec(text);
  if (last !== null && order !== undefined) {
    const [one, two, three] = [Number(last[1]), Number(last[3]), Number(last[4])];
    const [day, month, year] =
      order === 'dmy' ? [one, two, three] : order === 'mdy' ? [two, one, three] : [three, two, one];
    return { year: year < 100 ? fullYear(year) : year, month, day, clock: last.slice(5, 10), offset: last[10] };
  }
  const named = MONTH_NAMED.exec(text);
  if (named !== null) {
    const [, dayBefore, name = '', dayAfter, year] = named;
    const month = monthNamed(name);
    if (month === 0 || (dayBefore ?? dayAfter) === undefined) return undefined;
    return {
      year: Number(year),
      month,
      day: Number(dayBefore ?? dayAfter),
      clock: named.slice(5, 10),
      offset: named[10],
    };
  }
  return undefined;
}

/**
 * Hours, minutes, seconds and their fraction, of which the last that is there may have decimals; to the millisecond. Undefined
 * where no clock shows them.
 */
function clockOfCells(text: string): string[] | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = text
    .trim()
    .split(/\s+/)
    .map((cell) => Number(cell.replace(',', '.')));
  if (Number.isInteger(hours) && Number.isInteger(minutes) && Number.isInteger(seconds)) {
    return [hours, minutes, seconds].map(String);
  }
  if (minutes >= 60 || seconds >= 60) return undefined;
  const millis = Math.round((hours * 3600 + minutes * 60 + seconds) * 1000);
  const whole = Math.floor(millis / 1000);
  const fraction = String(millis % 1000).padStart(3, '0');
  return [...[Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(String), fraction];
}
