import { sameName, type LakeSchema } from './lake-schema';
import type { ColumnFacts, FileFacts } from './manifest-files';
import type { Literal } from './predicate';

/**
 * How values are spread, as far as the ends and counts of files tell: of each bin the fewest values that must lie in it, the
 * most that can, and what it would be if each file's values were spread evenly between its ends. NaN, which statistics pass
 * over, is taken for a value between its file's ends.
 */
export interface BoundedHistogram {
  /** The lower end of the first bin, and the upper end of the last, which belongs to it; bins are of one width. */
  low: number;
  high: number;
  least: number[];
  likely: number[];
  most: number[];
}

/** What the statistics of files say of a column of numbers, without any of its data. */
export interface ColumnSummary {
  name: string;
  /** Rows of the files whose statistics are known. */
  rows: number;
  /** How many of them have no value; null where a file does not count them. */
  missing: number | null;
  /** Rows of files that say nothing of the column. */
  unknown: number;
  /** No value lies outside; null where there is none, or none is known. */
  min: number | null;
  max: number | null;
  /** Whether values can be NaN, which `min` and `max` pass over. */
  canBeNan: boolean;
  /** UTC milliseconds of the first and last row of the files that have a value of it. */
  span: { from: number; until: number } | null;
  histogram: BoundedHistogram | null;
}

/** Bins of a histogram of one column. */
const BINS = 24;

const US_PER_MS = 1000;

/** The names of a lake's columns of numbers inside its files. */
export function numberColumns({ columns, partitionKeys }: LakeSchema): string[] {
  return columns
    .filter(({ duckdbType }) => /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE)$/.test(duckdbType))
    .map(({ name }) => name)
    .filter((name) => !partitionKeys.some((key) => sameName(key.name, name)));
}

/** First and last time of each file, UTC milliseconds; NaN where they are not known. */
interface FileTimes {
  from: Float64Array;
  until: Float64Array;
}

/** The files that have values of a column: their ends and how many there are, at most where they are not counted. */
interface ColumnRanges {
  low: Float64Array;
  high: Float64Array;
  values: Float64Array;
  isCounted: Uint8Array;
  length: number;
}

/** Adds up what a manifest says of each column of numbers; columns of which no file says anything are left out. */
export function summarizeColumns(files: readonly FileFacts[], schema: LakeSchema): ColumnSummary[] {
  if (files.length === 0) return [];
  const times = timesOf(files, schema.timeColumn);
  const newArray = () => new Float64Array(files.length);
  const ranges = { low: newArray(), high: newArray(), values: newArray(), isCounted: new Uint8Array(files.length) };
  return numberColumns(schema).flatMap((name) => summarizeColumn(files, name, times, { ...ranges, length: 0 }) ?? []);
}

function timesOf(files: readonly FileFacts[], timeColumn: string | null): FileTimes {
  const bounds = files.map((file) => (timeColumn === null ? undefined : file.boundsOf(timeColumn)));
  const msOf = (literal: Literal | undefined) => (literal?.type === 'timestamp' ? literal.value / US_PER_MS : NaN);
  return {
    from: Float64Array.from(bounds, (bound) => msOf(bound?.min)),
    until: Float64Array.from(bounds, (bound) => msOf(bound?.max)),
  };
}

/** @param ranges room for what is found of each file */
function summarizeColumn(
  files: readonly FileFacts[],
  name: string,
  times: FileTimes,
  ranges: ColumnRanges,
): ColumnSummary | undefined {
  const sum: ColumnSummary = {
    ...{ name, rows: 0, missing: 0, unknown: 0, min: null, max: null },
    ...{ canBeNan: false, span: null, histogram: null },
  };
  let [low, high, from, until] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [index, file] of files.entries()) {
    const known = file.column(name);
    const range = rangeOf(known);
    const isEmpty = known?.nulls === file.rows;
    if (!known || (!range && !isEmpty)) {
      sum.unknown += file.rows;
      continue;
    }
    sum.rows += file.rows;
    sum.missing = sum.missing === null || known.nulls === undefined ? null : sum.missing + known.nulls;
    sum.canBeNan ||= known.canBeNan && !isEmpty;
    if (!range) continue;
    low = Math.min(low, range.min);
    high = Math.max(high, range.max);
    const [first = NaN, last = NaN] = [times.from[index], times.until[index]];
    if (first < from) from = first;
    if (last > until) until = last;
    ranges.low[ranges.length] = range.min;
    ranges.high[ranges.length] = range.max;
    ranges.values[ranges.length] = file.rows - (known.nulls ?? 0);
    ranges.isCounted[ranges.length++] = known.nulls === undefined ? 0 : 1;
  }
  if (sum.rows === 0) return undefined;
  if (from <= until) sum.span = { from, until };
  return low <= high ? { ...sum, min: low, max: high, histogram: spreadValues(ranges, low, high) } : sum;
}

function spreadValues(ranges: ColumnRanges, low: number, high: number): BoundedHistogram | null {
  if (!Number.isFinite(high - low)) return null;
  const bins = high > low ? BINS : 1;
  const zeros = () => Array.from({ length: bins }, () => 0);
  const histogram: BoundedHistogram = { low, high, least: zeros(), likely: zeros(), most: zeros() };
  for (let index = 0; index < ranges.length; index++) {
    const range = { min: ranges.low[index] ?? low, max: ranges.high[index] ?? high };
    addFile(histogram, range, ranges.values[index] ?? 0, ranges.isCounted[index] === 1);
  }
  return histogram;
}

/**
 * Adds the values of a file to each bin that they may be in.
 * @param isCounted whether it has just so many values; it has at most so many otherwise
 */
function addFile(
  into: BoundedHistogram,
  range: { min: number; max: number },
  values: number,
  isCounted: boolean,
): void {
  const { low, high, least, likely, most } = into;
  const width = (high - low) / most.length;
  const binOf = (value: number) =>
    width === 0 ? 0 : Math.max(0, Math.min(most.length - 1, Math.floor((value - low) / width)));
  const [first, last] = [binOf(range.min), binOf(range.max)];
  for (let bin = first; bin <= last; bin++) {
    const [from, to] = [Math.max(range.min, low + bin * width), Math.min(range.max, low + (bin + 1) * width)];
    const share = first === last ? 1 : Math.max(0, to - from) / (range.max - range.min);
    likely[bin] = (likely[bin] ?? 0) + values * share;
    most[bin] = (most[bin] ?? 0) + values;
  }
  if (first === last && isCounted) least[first] = (least[first] ?? 0) + values;
}

function rangeOf(known: ColumnFacts | undefined): { min: number; max: number } | undefined {
  const { min, max } = known ?? {};
  if (min?.type !== 'number' || max?.type !== 'number') return undefined;
  return Number.isFinite(min.value) && Number.isFinite(max.value) && min.value <= max.value
    ? { min: min.value, max: max.value }
    : undefined;
}
