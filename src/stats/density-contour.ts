/** A line of equal density in a T–S diagram that leaves the diagram at the right or the top. */
export interface DensityLabel {
  level: number;
  salinity: number;
  temperature: number;
}

/**
 * Where lines of equal density leave a T–S diagram: on its right edge, else on its upper one, found by halving.
 * @param density of salinity and temperature; grows with salinity
 */
export function densityLabels(
  density: (salinity: number, temperature: number) => number,
  levels: readonly number[],
  { low, high }: { low: { salinity: number; temperature: number }; high: { salinity: number; temperature: number } },
): DensityLabel[] {
  return levels.flatMap((level): DensityLabel[] => {
    const temperature = crossing((at) => density(high.salinity, at) - level, low.temperature, high.temperature);
    if (temperature !== undefined) return [{ level, salinity: high.salinity, temperature }];
    const salinity = crossing((at) => density(at, high.temperature) - level, low.salinity, high.salinity);
    return salinity === undefined ? [] : [{ level, salinity, temperature: high.temperature }];
  });
}

/** Where a continuous function is zero between two places of opposite sign; undefined where they are not. */
function crossing(of: (at: number) => number, from: number, to: number): number | undefined {
  let [low, high] = [from, to];
  const sign = Math.sign(of(low));
  if (sign === 0) return low;
  if (!(sign * Math.sign(of(high)) < 0)) return undefined;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (Math.sign(of(middle)) === sign) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
