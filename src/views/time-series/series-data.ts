import type { QueryResult, ResultColumn } from '../../workers/protocol';

/** Values in the order of time. NaN stands for missing. Times are UTC milliseconds. */
export interface TimedValues {
  times: Float64Array;
  values: Float64Array;
}

/** The values of one series, and what sets it apart from the others, in the order of the columns asked for. */
export interface KeyedSeries extends TimedValues {
  keys: string[];
}

/**
 * Takes an answer apart into its series. Rows need not be sorted.
 * @param names columns of the answer; the key of a series is '' where the answer has no such column, or NULL in it
 */
export function seriesOf(
  result: QueryResult,
  names: { keys: readonly string[]; time: string; value: string },
): KeyedSeries[] {
  const column = (name: string) => result.columns.find((candidate) => candidate.name === name);
  const time = column(names.time);
  const value = column(names.value);
  if (time?.kind !== 'timestamp' || value?.kind !== 'number') return [];
  const keyColumns = names.keys.map(column);
  const found = new Map<string, { keys: string[]; rows: number[] }>();
  for (let row = 0; row < result.rowCount; row++) {
    const keys = keyColumns.map((keyColumn) => textAt(keyColumn, row));
    const id = JSON.stringify(keys);
    const series = found.get(id);
    if (series) series.rows.push(row);
    else found.set(id, { keys, rows: [row] });
  }
  return [...found.values()].map(({ keys, rows }) => {
    rows.sort((left, right) => (time.values[left] ?? 0) - (time.values[right] ?? 0));
    return {
      keys,
      times: Float64Array.from(rows, (row) => time.values[row] ?? Number.NaN),
      values: Float64Array.from(rows, (row) =>
        value.valid?.[row] === 0 ? Number.NaN : (value.values[row] ?? Number.NaN),
      ),
    };
  });
}

/** Steps longer than this many usual ones are gaps. */
const GAP_STEPS = 3;

/**
 * The longest step between two readings that a line may bridge, in milliseconds: three times the median step.
 * @param least never less than this, such as the width of two pixels where readings were thinned
 */
export function gapLimit(times: Float64Array, least = 0): number {
  const steps = times.subarray(1).map((time, index) => time - (times[index] ?? time));
  const positive = steps.filter((step) => step > 0).sort();
  const median = positive[Math.floor(positive.length / 2)];
  return Math.max(least, median === undefined ? Number.POSITIVE_INFINITY : GAP_STEPS * median);
}

/** How many values there are, and the lowest and highest of them. */
export function extentOf(all: readonly TimedValues[]): { count: number; low: number; high: number } {
  let [count, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of all) {
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      count += 1;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { count, low, high };
}

/** The index of the time nearest to an instant; −1 where there is none. */
export function nearestIndex(times: Float64Array, timeMs: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [times[low - 1], times[low]];
  if (before !== undefined && after !== undefined && timeMs - before < after - timeMs) return low - 1;
  return high < 0 ? -1 : low;
}

function textAt(column: ResultColumn | undefined, row: number): string {
  if (!column || column.valid?.[row] === 0) return '';
  return String(column.values[row] ?? '');
}
