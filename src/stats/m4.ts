/**
 * The points of a series that M4 down-sampling keeps: of each column of pixels the first, last, lowest and highest, so that a
 * line through them covers the same pixels as one through all points.
 * Uwe Jugel et al., “M4: A Visualization-Oriented Time Series Data Aggregation”, PVLDB 7(10), 2014.
 * @param x ascending; NaN in neither
 * @param from where the first column begins
 * @param to where the last column ends; points at or after it are in the last one
 * @param columns how many columns there are
 * @returns indices, ascending
 */
export function m4Indices(x: Float64Array, y: Float64Array, from: number, to: number, columns: number): number[] {
  const kept: number[] = [];
  let column = -1;
  let chosen = { first: -1, last: -1, lowest: -1, highest: -1 };
  const close = () => {
    if (chosen.first < 0) return;
    const indices = new Set([chosen.first, chosen.lowest, chosen.highest, chosen.last]);
    kept.push(...[...indices].sort((left, right) => left - right));
  };
  for (let index = 0; index < x.length; index++) {
    const at = Math.min(columns - 1, Math.max(0, Math.floor((((x[index] ?? 0) - from) / (to - from)) * columns)));
    const value = y[index] ?? 0;
    if (at !== column) {
      close();
      column = at;
      chosen = { first: index, last: index, lowest: index, highest: index };
      continue;
    }
    chosen.last = index;
    if (value < (y[chosen.lowest] ?? 0)) chosen.lowest = index;
    if (value > (y[chosen.highest] ?? 0)) chosen.highest = index;
  }
  close();
  return kept;
}
