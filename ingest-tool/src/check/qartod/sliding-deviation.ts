import type { SeriesValues } from './series';

/**
 * The population standard deviation (ddof 0) of the present values in a window that ends at each point; NaN where it
 * holds none. Sums are carried from point to point (Welford's update, and its inverse), and begun anew from the window
 * itself wherever `blocks` changes: so rounding cannot pile up, and a point's result depends only on the values since
 * its block began and the window before that, not on where the series was cut.
 * @param starts index of each window's first point, never falling
 * @param blocks a number for each point that changes from time to time, such as the day
 */
export function slidingDeviation(values: SeriesValues, starts: Int32Array, blocks: Float64Array): Float64Array {
  const deviations = new Float64Array(values.length);
  const window = emptyMoments();
  let first = 0;
  for (let point = 0; point < values.length; point += 1) {
    const start = starts[point] ?? 0;
    if (point === 0 || blocks[point] !== blocks[point - 1]) {
      Object.assign(window, emptyMoments());
      for (let index = start; index <= point; index += 1) add(window, values[index] ?? NaN);
    } else {
      for (let index = first; index < start; index += 1) remove(window, values[index] ?? NaN);
      add(window, values[point] ?? NaN);
    }
    first = start;
    deviations[point] = deviation(window);
  }
  return deviations;
}

interface Moments {
  count: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
  /** How often the newest value has come in a row: over a constant window rounding must not leave a remainder. */
  repeats: number;
  newest: number;
}

function emptyMoments(): Moments {
  return { count: 0, mean: 0, squares: 0, repeats: 0, newest: NaN };
}

function add(moments: Moments, value: number): void {
  if (!Number.isFinite(value)) return;
  moments.count += 1;
  const distance = value - moments.mean;
  moments.mean += distance / moments.count;
  moments.squares += distance * (value - moments.mean);
  moments.repeats = value === moments.newest ? moments.repeats + 1 : 1;
  moments.newest = value;
}

function remove(moments: Moments, value: number): void {
  if (!Number.isFinite(value)) return;
  moments.count -= 1;
  if (moments.count === 0) {
    Object.assign(moments, { mean: 0, squares: 0 });
    return;
  }
  const distance = value - moments.mean;
  moments.mean -= distance / moments.count;
  moments.squares -= distance * (value - moments.mean);
}

function deviation({ count, squares, repeats }: Moments): number {
  if (count === 0) return NaN;
  return repeats >= count ? 0 : Math.sqrt(Math.max(0, squares) / count);
}
