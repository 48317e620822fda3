import type { SeriesValues } from './series';

/**
 * The range (largest less smallest) of the values in a window that ends at each point; NaN where the window holds none.
 * Missing values are passed over. Linear in the number of points, whatever the windows' length.
 * @param starts index of each window's first point, never falling
 */
export function slidingRange(values: SeriesValues, starts: Int32Array): Float64Array {
  const ranges = new Float64Array(values.length);
  const highs = monotonicQueue(values, (value, last) => value >= last);
  const lows = monotonicQueue(values, (value, last) => value <= last);
  for (let point = 0; point < values.length; point += 1) {
    const start = starts[point] ?? 0;
    ranges[point] = highs.advance(point, start) - lows.advance(point, start);
  }
  return ranges;
}

/** A queue of indices whose values fall (or rise) from head to tail, so that its head is the window's extreme. */
function monotonicQueue(values: SeriesValues, replaces: (value: number, last: number) => boolean) {
  const indices = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  return {
    /** Takes in a point, drops what is before `start`, and gives the extreme of what is left. */
    advance(point: number, start: number): number {
      const value = values[point] ?? NaN;
      if (Number.isFinite(value)) {
        while (tail > head && replaces(value, values[indices[tail - 1] ?? 0] ?? NaN)) tail -= 1;
        indices[tail] = point;
        tail += 1;
      }
      while (head < tail && (indices[head] ?? 0) < start) head += 1;
      return head < tail ? (values[indices[head] ?? 0] ?? NaN) : NaN;
    },
  };
}
