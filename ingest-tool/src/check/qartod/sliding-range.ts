import type { SeriesValues } from './series';

/**
 * The range (largest less smallest) of the values in a window that ends at each point; NaN where the window holds none.
 * Missing values are passed over. Linear in the number of points, whatever the windows' length.
 * @param starts index of each window's first point, never falling
 */
export function slidingRange(values: SeriesValues, starts: Int32Array): Float64Array {
  const ranges = new Float64Array(values.length);
  const extremes = slidingExtremes(values);
  for (let point = 0; point < values.length; point += 1) {
    extremes.add(point);
    extremes.dropBefore(starts[point] ?? 0);
    ranges[point] = extremes.range();
  }
  return ranges;
}

/**
 * For each point, how many steps back the values have stayed within a range smaller than `tolerance`. Missing values are
 * passed over.
 */
export function flatSteps(values: SeriesValues, tolerance: number): Int32Array {
  const steps = new Int32Array(values.length);
  const extremes = slidingExtremes(values);
  let start = 0;
  for (let point = 0; point < values.length; point += 1) {
    extremes.add(point);
    while (extremes.range() >= tolerance) {
      start = extremes.older() + 1;
      extremes.dropBefore(start);
    }
    steps[point] = point - start;
  }
  return steps;
}

/** Keeps the largest and smallest value of a window whose ends only move forward. */
function slidingExtremes(values: SeriesValues) {
  const highs = indexQueue(values.length);
  const lows = indexQueue(values.length);
  const at = (index: number): number => values[index] ?? NaN;
  return {
    add(point: number): void {
      const value = at(point);
      if (!Number.isFinite(value)) return;
      // What is older and less extreme can never be the extreme again.
      while (at(highs.last()) <= value) highs.pop();
      while (at(lows.last()) >= value) lows.pop();
      highs.push(point);
      lows.push(point);
    },
    dropBefore(start: number): void {
      while (highs.first() < start) highs.shift();
      while (lows.first() < start) lows.shift();
    },
    /** NaN for a window without values. */
    range: (): number => at(highs.first()) - at(lows.first()),
    /** The index of the older of the two extremes. */
    older: (): number => Math.min(highs.first(), lows.first()),
  };
}

/** A queue of indices; the first and last of an empty one are NaN, which is before and after nothing. */
function indexQueue(capacity: number) {
  const indices = new Int32Array(capacity);
  let head = 0;
  let tail = 0;
  return {
    first: (): number => (head < tail ? (indices[head] ?? NaN) : NaN),
    last: (): number => (head < tail ? (indices[tail - 1] ?? NaN) : NaN),
    push(index: number): void {
      indices[tail] = index;
      tail += 1;
    },
    pop(): void {
      tail -= 1;
    },
    shift(): void {
      head += 1;
    },
  };
}
