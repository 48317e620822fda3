import { MS_PER_DAY } from '@tidelake/lake-format';
import type { DayCoverage } from '../../lake/coverage';
import { daysByStation } from './station-days';

/** What there is of a UTC day. */
export interface CalendarDay {
  /** Days since 1970-01-01 UTC. */
  day: number;
  /** `held`: with files, or with rows where these were counted. `within`: no file begins on it, but one that holds several days reaches over it. */
  state: 'held' | 'within' | 'gap' | 'outside';
  files: number;
  /** Of the files, those that need not be fetched again. */
  kept: number;
  bytes: number;
  /** Null where a file's rows are not known. */
  rows: number | null;
  /** What it holds as a share of a usual day of its stations, 0–1; null where that is not known. */
  share: number | null;
}

/** Days without anything between the first and the last day; both ends included. */
export interface Gap {
  from: number;
  until: number;
}

/** What there is of each day, of one station or of several together. */
export interface Coverage {
  firstDay: number;
  lastDay: number;
  /** By what days are compared: by rows where they are known, else by the bytes of files. */
  measure: 'rows' | 'bytes';
  /** What days were found to have. */
  counted: 'files' | 'rows';
  at(day: number): CalendarDay;
  /** In the order of time. */
  gaps: Gap[];
}

/**
 * What there is of each day. A usual day of a station is the median of its days that have files; a day on which all stations
 * that have begun and not ended hold as much as usual is complete.
 * @returns undefined where there is no day
 */
export function coverageOf(days: readonly DayCoverage[]): Coverage | undefined {
  if (days.length === 0) return undefined;
  const firstDay = days.reduce((first, { day }) => Math.min(first, day), Infinity);
  const lastDay = days.reduce((last, entry) => Math.max(last, entry.lastDay), -Infinity);
  const length = lastDay - firstDay + 1;
  const counted = days.every((entry) => entry.files === 0) ? 'rows' : 'files';
  const measure = days.every(({ rows }) => rows !== null) ? 'rows' : 'bytes';
  const amountOf = (entry: DayCoverage) => (measure === 'rows' ? (entry.rows ?? 0) : entry.bytes);
  const [usual, held, reached] = [new Float64Array(length), new Float64Array(length), new Uint8Array(length)];
  const [files, kept] = [new Float64Array(length), new Float64Array(length)];
  const [bytes, rows] = [new Float64Array(length), new Float64Array(length)];
  for (const own of daysByStation(days).values()) {
    const amounts = own.filter(({ day, lastDay: last }) => day === last).map(amountOf);
    const ofDay = amounts.length === 0 ? 0 : medianOf(amounts);
    const begin = own.reduce((first, { day }) => Math.min(first, day), Infinity);
    const end = own.reduce((last, entry) => Math.max(last, entry.lastDay), -Infinity);
    for (let at = begin - firstDay; at <= end - firstDay; at++) usual[at] = (usual[at] ?? 0) + ofDay;
    for (const entry of own) {
      const at = entry.day - firstDay;
      files[at] = (files[at] ?? 0) + entry.files;
      kept[at] = (kept[at] ?? 0) + entry.kept;
      bytes[at] = (bytes[at] ?? 0) + entry.bytes;
      rows[at] = (rows[at] ?? 0) + (entry.rows ?? NaN);
      held[at] = (held[at] ?? 0) + Math.min(amountOf(entry), ofDay);
      reached.fill(1, at, entry.lastDay - firstDay + 1);
    }
  }
  function at(day: number): CalendarDay {
    const index = day - firstDay;
    const count = files[index] ?? 0;
    const known = rows[index] ?? 0;
    const isHeld = count > 0 || (counted === 'rows' && known > 0);
    const state = index < 0 || index >= length ? 'outside' : isHeld ? 'held' : reached[index] ? 'within' : 'gap';
    const expected = usual[index] ?? 0;
    return {
      ...{
        day,
        state,
        files: count,
        kept: kept[index] ?? 0,
        bytes: bytes[index] ?? 0,
        rows: Number.isNaN(known) ? null : known,
      },
      share: state === 'held' && expected > 0 ? (held[index] ?? 0) / expected : null,
    };
  }
  return { firstDay, lastDay, measure, counted, at, gaps: gapsOf(reached, firstDay) };
}

function medianOf(amounts: readonly number[]): number {
  const sorted = Float64Array.from(amounts).sort();
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function gapsOf(reached: Uint8Array, firstDay: number): Gap[] {
  const gaps: Gap[] = [];
  for (const [index, has] of reached.entries()) {
    if (has) continue;
    const last = gaps.at(-1);
    if (last?.until === firstDay + index - 1) last.until++;
    else gaps.push({ from: firstDay + index, until: firstDay + index });
  }
  return gaps;
}

/** A month of a coverage. */
export interface CoverageMonth {
  /** `2012-01`. */
  month: string;
  /** Days since 1970-01-01 UTC of the first and last day of the month. */
  from: number;
  until: number;
  /** Of the days between the first and the last of the coverage, and those of them that are no gap. */
  days: number;
  held: number;
  files: number;
  rows: number | null;
}

/** The months of a coverage, in the order of time. */
export function coverageMonths(coverage: Coverage): CoverageMonth[] {
  const months: CoverageMonth[] = [];
  for (let day = coverage.firstDay; day <= coverage.lastDay; day++) {
    const found = coverage.at(day);
    const month = dayText(day).slice(0, 7);
    let last = months.at(-1);
    if (last?.month !== month) {
      const [year = 1970, number = 1] = month.split('-').map(Number);
      const [from, until] = [Date.UTC(year, number - 1) / MS_PER_DAY, Date.UTC(year, number) / MS_PER_DAY - 1];
      last = { month, from, until, days: 0, held: 0, files: 0, rows: 0 };
      months.push(last);
    }
    last.days++;
    if (found.state !== 'gap') last.held++;
    last.files += found.files;
    last.rows = last.rows === null || found.rows === null ? null : last.rows + found.rows;
  }
  return months;
}

/** A day as `2012-01-31`. */
export function dayText(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** How long a gap is, in words. */
export function gapLength({ from, until }: Gap): string {
  return until === from ? '1 day' : `${until - from + 1} days`;
}

/** A coverage in words: days with files or rows, gaps and the longest of them. */
export function describeCoverage({ firstDay, lastDay, gaps, counted }: Coverage): string {
  const days = lastDay - firstDay + 1;
  const missing = gaps.reduce((sum, { from, until }) => sum + until - from + 1, 0);
  const held = `${counted === 'rows' ? 'Rows' : 'Files'} on ${days - missing} of ${days} days, ${dayText(firstDay)} to ${dayText(lastDay)}.`;
  const longest = gaps.toSorted((left, right) => right.until - right.from - (left.until - left.from))[0];
  if (!longest) return `${held} No gap.`;
  const span = longest.from === longest.until ? '' : ` to ${dayText(longest.until)}`;
  const where = `${gapLength(longest)}, ${dayText(longest.from)}${span}`;
  return gaps.length === 1 ? `${held} One gap: ${where}.` : `${held} ${gaps.length} gaps, the longest ${where}.`;
}
