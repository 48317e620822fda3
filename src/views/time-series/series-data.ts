import type { QueryResult, ResultColumn } from '../../workers/protocol';

/** The values of one device in the order of time. NaN stands for missing. Times are UTC milliseconds. */
export interface DeviceSeries {
  device: string;
  times: Float64Array;
  values: Float64Array;
}

/**
 * Takes an answer apart by device. Rows need not be sorted.
 * @param names columns of the answer; without a device column all rows are one series, named ''
 */
export function seriesOf(
  result: QueryResult,
  names: { device: string | undefined; time: string; value: string },
): DeviceSeries[] {
  const column = (name: string) => result.columns.find((candidate) => candidate.name === name);
  const time = column(names.time);
  const value = column(names.value);
  if (time?.kind !== 'timestamp' || value?.kind !== 'number') return [];
  const device = names.device === undefined ? undefined : column(names.device);
  const rowsByDevice = new Map<string, number[]>();
  for (let row = 0; row < result.rowCount; row++) {
    const name = textAt(device, row);
    const rows = rowsByDevice.get(name);
    if (rows) rows.push(row);
    else rowsByDevice.set(name, [row]);
  }
  return [...rowsByDevice].map(([name, rows]) => {
    rows.sort((left, right) => (time.values[left] ?? 0) - (time.values[right] ?? 0));
    return {
      device: name,
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

/** Points to draw as a line with breaks, and those that stand alone between two breaks. */
export interface DrawnSeries {
  /** With a NaN value wherever the line is to break. */
  times: number[];
  values: number[];
  lone: { time: number; value: number }[];
}

/** Breaks a series at missing values and at steps longer than a limit. */
export function breakAtGaps({ times, values }: DeviceSeries, limit: number): DrawnSeries {
  const drawn: DrawnSeries = { times: [], values: [], lone: [] };
  let runLength = 0;
  const endRun = () => {
    const [time, value] = [drawn.times.at(-1), drawn.values.at(-1)];
    if (runLength === 1 && time !== undefined && value !== undefined) drawn.lone.push({ time, value });
    if (runLength > 0 && time !== undefined) {
      drawn.times.push(time);
      drawn.values.push(Number.NaN);
    }
    runLength = 0;
  };
  for (const [index, time] of times.entries()) {
    const value = values[index] ?? Number.NaN;
    const before = index === 0 ? time : (times[index - 1] ?? time);
    if (Number.isNaN(value) || time - before > limit) endRun();
    if (Number.isNaN(value)) continue;
    drawn.times.push(time);
    drawn.values.push(value);
    runLength += 1;
  }
  endRun();
  return drawn;
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
