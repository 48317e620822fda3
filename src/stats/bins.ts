/** Classes of one width: how many values fell into each, and where the first begins. */
export interface Bins {
  start: number;
  width: number;
  counts: number[];
}

/**
 * A width of classes that is 1, 2 or 5 times a power of ten, for about so many classes between two values.
 * @returns undefined where the values are none or one
 */
export function binWidth(low: number, high: number, about: number): number | undefined {
  if (!(low < high) || !Number.isFinite(high - low)) return undefined;
  const rough = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
}

/** Counts values in classes of a round width; NaN and infinities are left out. A single value is one class about it. */
export function binValues(values: Float64Array, about: number): Bins {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { start: 0, width: 1, counts: [] };
  const width = binWidth(low, high, about) ?? 1;
  const start = low === high ? low - 0.5 : Math.floor(low / width) * width;
  const counts = new Array<number>(Math.max(1, Math.floor((high - start) / width) + 1)).fill(0);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const index = Math.min(counts.length - 1, Math.floor((value - start) / width));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return { start, width, counts };
}
