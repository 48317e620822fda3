import { dateOfDay, dayNumberOfDate, formatPartition, type PartitionKey } from '@tidelake/lake-format';
import { mayMatch } from './column-bounds';
import { hullOf, type ColumnRange } from './column-range';
import { boundsWithin, type PartitionValues } from './folder';
import type { LakeSchema } from './lake-schema';
import { DAYS_BY_NAME } from './limits';
import type { Predicate } from './predicate';
import { daysOfRange } from './time-partitions';

/** A year, month or day folder that may hold matching rows. */
export interface CalendarFolder {
  /** Path below the folder it was asked for, ending in `/`. */
  path: string;
  partition: PartitionValues;
  /** Its place among the periods of its length, one after the other. */
  ordinal: number;
}

/** Year, month or day folders named without listing them. */
export interface CalendarFolders {
  folders: CalendarFolder[];
  /** How many levels their paths go down. */
  levels: number;
  /** Days in the longest of them. */
  days: number;
  /** Whether the order of their names is that of time, so that a run of them is one stretch of a listing. */
  ordered: boolean;
}

const GRAINS = ['year', 'month', 'day'] as const;
type Grain = (typeof GRAINS)[number];

const DAYS_OF_GRAIN = { year: 366, month: 31, day: 1 };
const WIDTH_OF_GRAIN = { year: 4, month: 2, day: 2 };

/**
 * The year, month and day folders below a folder that rows of `where` may lie in, in the order of time; undefined where
 * the next levels are not of the calendar or the range of days is open. For lakes of uniform folders only.
 * @param where as it looks from within the folder, so that it speaks of no key above but those of the calendar
 * @param partition the values of the calendar's keys above
 * @param remaining the keys below the folder
 */
export function calendarFolders(
  schema: LakeSchema,
  where: Predicate,
  partition: PartitionValues,
  remaining: PartitionKey[],
): CalendarFolders | undefined {
  const fixed = GRAINS.map((grain) => valueNamed(partition, grain)).filter((value) => value !== undefined);
  const levels = leadingGrains(remaining, fixed.length);
  const finest = GRAINS[fixed.length + levels.length - 1];
  if (finest === undefined || levels.length === 0 || fixed.some((value) => Number.isNaN(value))) return undefined;
  const range = daysWithin(schema, where, fixed, levels[0]?.name ?? '');
  if (range === undefined || range.last - range.first > DAYS_BY_NAME) return undefined;

  const folders: CalendarFolder[] = [];
  const visit = (from: number, to: number, level: number, path: string, inside: PartitionValues): void => {
    const key = levels[level];
    const grain = GRAINS[fixed.length + level];
    if (key === undefined || grain === undefined) {
      folders.push({ path, partition: inside, ordinal: ordinalOf(from, finest) });
      return;
    }
    for (let first = from; first <= to; first = lastDayOf(first, grain) + 1) {
      const value = String(dateOfDay(first)[grain]).padStart(key.width ?? 1, '0');
      const next = { ...inside, [key.name]: value };
      if (!mayMatch(where, boundsWithin(next, schema))) continue;
      const folder = `${path}${formatPartition({ key: key.name, value })}/`;
      visit(first, Math.min(to, lastDayOf(first, grain)), level + 1, folder, next);
    }
  };
  visit(range.first, range.last, 0, '', partition);
  const ordered = levels.every((key, index) => key.width === WIDTH_OF_GRAIN[GRAINS[fixed.length + index] ?? 'day']);
  return { folders, levels: levels.length, days: DAYS_OF_GRAIN[finest], ordered };
}

function lastDayOf(day: number, grain: Grain): number {
  const { year, month } = dateOfDay(day);
  return grain === 'day' ? day : daysOfFolder(year, grain === 'month' ? month : undefined).last;
}

function ordinalOf(day: number, grain: Grain): number {
  const { year, month } = dateOfDay(day);
  return grain === 'day' ? day : grain === 'month' ? year * 12 + month : year;
}

/** The next keys that go on with year, month, day, after as many of them as are fixed already. */
function leadingGrains(remaining: PartitionKey[], fixed: number): PartitionKey[] {
  const end = remaining.findIndex(
    (key, index) => key.type !== 'integer' || key.name.toLowerCase() !== GRAINS[fixed + index],
  );
  return end < 0 ? remaining : remaining.slice(0, end);
}

/** The days that rows must lie in; undefined where either end is open or outside the years 1000 to 9999. */
function daysWithin(schema: LakeSchema, where: Predicate, fixed: number[], firstKey: string) {
  const [year, month, day] = fixed;
  if (day !== undefined) return undefined;
  const time = schema.timeColumn === null ? {} : hullOf(where, schema.timeColumn);
  const years = year === undefined ? hullOf(where, firstKey) : {};
  if (time === null || years === null) return { first: 0, last: -1 };
  const inTime = daysOfRange(time, schema.exact);
  const inYears = year === undefined ? daysOfYears(years) : daysOfFolder(year, month);
  const first = Math.max(inTime.first ?? -Infinity, inYears.first);
  const last = Math.min(inTime.last ?? Infinity, inYears.last);
  const isNamed =
    first >= dayNumberOfDate({ year: 1000, month: 1, day: 1 }) &&
    last < dayNumberOfDate({ year: 10_000, month: 1, day: 1 });
  return isNamed ? { first, last } : undefined;
}

function daysOfFolder(year: number, month: number | undefined) {
  const first = dayNumberOfDate({ year, month: month ?? 1, day: 1 });
  const next = month === undefined ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return { first, last: dayNumberOfDate(next) - 1 };
}

function daysOfYears({ min, max }: ColumnRange) {
  const first = min?.type === 'number' ? dayNumberOfDate({ year: Math.ceil(min.value), month: 1, day: 1 }) : -Infinity;
  const last =
    max?.type === 'number' ? dayNumberOfDate({ year: Math.floor(max.value) + 1, month: 1, day: 1 }) - 1 : Infinity;
  return { first: Number.isNaN(first) ? -Infinity : first, last: Number.isNaN(last) ? Infinity : last };
}

/** The number a partition has for a key of the calendar; undefined where it has none, NaN where it is no number. */
function valueNamed(partition: PartitionValues, name: string): number | undefined {
  const value = Object.entries(partition).find(([key]) => key.toLowerCase() === name)?.[1];
  if (value === undefined) return undefined;
  return value !== null && /^\d+$/.test(value) ? Number(value) : NaN;
}
