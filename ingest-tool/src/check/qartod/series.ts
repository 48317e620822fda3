/** Values of one variable, in order of time. What is not finite is missing. */
export type SeriesValues = Float64Array | Float32Array;

/** Times here are UTC microseconds since 1970, as they are in the lake; durations in configurations are seconds. */
export const MICROS_PER_SECOND = 1_000_000;

/** One flag for each point of a series. */
export function flagEach(length: number, flagAt: (point: number) => number): Uint8Array {
  const flags = new Uint8Array(length);
  for (let point = 0; point < length; point += 1) flags[point] = flagAt(point);
  return flags;
}

/** A threshold as the values of a series can meet it: a bound of 24.1 must let the 32-bit float nearest 24.1 pass. */
export function asStored(threshold: number, values: SeriesValues): number {
  return values instanceof Float32Array ? Math.fround(threshold) : threshold;
}
