import { dateOfDay, dayNumberOfDate, formatPartition, MS_PER_DAY, parsePartition } from '@tidelake/lake-format';

const MICROS_PER_DAY = MS_PER_DAY * 1000;
const MICROS_PER_HOUR = 3_600_000_000;

type TimePart = 'year' | 'month' | 'day' | 'hour' | 'date';

/** What partition keys mean by their names; a key of another name is no time. */
const PARTS: Partial<Record<string, TimePart>> = {
  year: 'year',
  yyyy: 'year',
  month: 'month',
  mm: 'month',
  day: 'day',
  dd: 'day',
  hour: 'hour',
  hh: 'hour',
  date: 'date',
  dt: 'date',
};

/** How long the time is that a folder's keys name. */
export type Grain = 'year' | 'month' | 'day' | 'hour' | 'all';

/** A folder of data files, by its keys. */
export interface TimeFolder {
  /** Relative to the lake's root. */
  path: string;
  /** The same for all folders that differ in time only. */
  series: string;
  /** The station, or whatever else the first key that is no time says; for people and for the files' own description. */
  station: string;
  grain: Grain;
  /** UTC microseconds: the first instant of the folder's time, and the first after it. Infinite where it has no time. */
  start: number;
  end: number;
}

/**
 * Reads what a folder's path says.
 * @returns `grain: 'all'` where its keys name no time, or none that exists
 */
export function parseTimeFolder(path: string): TimeFolder {
  const segments = path.split('/').map((segment) => ({ segment, partition: parsePartition(segment) }));
  const others = segments.filter(({ partition }) => partition !== undefined && partOf(partition.key) === undefined);
  const named = others.find(({ partition }) => partition?.key.toLowerCase() === 'station') ?? others[0];
  const station = named?.partition?.value ?? '';
  const numbers: Partial<Record<TimePart, number>> = {};
  for (const { partition } of segments) {
    const part = partition === undefined ? undefined : partOf(partition.key);
    if (part === undefined) continue;
    const value = partition?.value ?? '';
    const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
    if (part === 'date' && date !== null) {
      numbers.year = Number(date[1]);
      numbers.month = Number(date[2]);
      numbers.day = Number(date[3]);
    } else numbers[part] = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  }
  const span = spanOf(numbers);
  const series = segments
    .map(({ segment, partition }) => (span !== undefined && isTime(partition) ? `${partition?.key}=` : segment))
    .join('/');
  return { path, series, station, ...(span ?? { grain: 'all', start: -Infinity, end: Infinity }) };
}

/**
 * The folder of the same series for another time.
 * @param padded whether numbers below 10 have a zero before them
 */
export function folderAt({ path, grain }: TimeFolder, timeMicros: number, padded: boolean): string {
  if (grain === 'all') return path;
  const { year, month, day } = dateOfDay(Math.floor(timeMicros / MICROS_PER_DAY));
  const hour = Math.floor(timeMicros / MICROS_PER_HOUR) % 24;
  const text = (value: number, width: number): string => (padded ? String(value).padStart(width, '0') : String(value));
  const texts: Record<TimePart, string> = {
    year: text(year, 4),
    month: text(month, 2),
    day: text(day, 2),
    hour: text(hour, 2),
    date: [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-'),
  };
  return path
    .split('/')
    .map((segment) => {
      const key = parsePartition(segment)?.key;
      const part = key === undefined ? undefined : partOf(key);
      return key === undefined || part === undefined ? segment : formatPartition({ key, value: texts[part] });
    })
    .join('/');
}

/** Whether the folders of a series have zeros before numbers below 10; they do where none speaks against it. */
export function isPadded(paths: readonly string[]): boolean {
  return !paths.some((path) => /(?:^|\/)(?:month|mm|day|dd|hour|hh)=\d(?:\/|$)/i.test(path));
}

/** The first instant of the time of that length that an instant is in, UTC microseconds. */
export function startOf(grain: Grain, timeMicros: number): number {
  if (grain === 'all') return -Infinity;
  if (grain === 'hour') return Math.floor(timeMicros / MICROS_PER_HOUR) * MICROS_PER_HOUR;
  const dayNumber = Math.floor(timeMicros / MICROS_PER_DAY);
  if (grain === 'day') return dayNumber * MICROS_PER_DAY;
  const { year, month } = dateOfDay(dayNumber);
  return dayNumberOfDate({ year, month: grain === 'year' ? 1 : month, day: 1 }) * MICROS_PER_DAY;
}

/** The first instant after the time of that length that starts at an instant. */
export function endOf(grain: Grain, startMicros: number): number {
  if (grain === 'all') return Infinity;
  if (grain === 'hour') return startMicros + MICROS_PER_HOUR;
  if (grain === 'day') return startMicros + MICROS_PER_DAY;
  return startOf(grain, startMicros + (grain === 'year' ? 366 : 31) * MICROS_PER_DAY);
}

function isTime(partition: { key: string } | undefined): boolean {
  return partition !== undefined && partOf(partition.key) !== undefined;
}

function partOf(key: string): TimePart | undefined {
  return PARTS[key.toLowerCase()];
}

function spanOf({
  year,
  month,
  day,
  hour,
  date,
}: Partial<Record<TimePart, number>>): Pick<TimeFolder, 'grain' | 'start' | 'end'> | undefined {
  if (year === undefined || date !== undefined) return undefined;
  const grain: Grain = month === undefined ? 'year' : day === undefined ? 'month' : hour === undefined ? 'day' : 'hour';
  const dayNumber = dayNumberOfDate({ year, month: month ?? 1, day: day ?? 1 });
  const there = Number.isFinite(dayNumber) ? dateOfDay(dayNumber) : undefined;
  if (there?.year !== year || there.month !== (month ?? 1) || there.day !== (day ?? 1)) return undefined;
  if (hour !== undefined && !(hour >= 0 && hour < 24)) return undefined;
  const start = dayNumber * MICROS_PER_DAY + (hour ?? 0) * MICROS_PER_HOUR;
  return { grain, start, end: endOf(grain, start) };
}
