import type { Bounds } from './polygon';
import { wrapLongitude } from './sphere';

/**
 * The least box that holds positions, which may lie across the antimeridian: `east` then is above 180.
 * @returns undefined without any position
 */
export function boundsOfPositions(longitude: ArrayLike<number>, latitude: ArrayLike<number>): Bounds | undefined {
  const known = Array.from(longitude, (_, index) => index).filter(
    (index) => Number.isFinite(longitude[index]) && Math.abs(latitude[index] ?? NaN) <= 90,
  );
  const east = Float64Array.from(known, (index) => wrapLongitude(longitude[index] ?? NaN)).sort();
  const [first, last] = [east[0], east.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  // The widest stretch without a position is what the box leaves out.
  let [start, widest] = [0, first + 360 - last];
  for (let index = 1; index < east.length; index++) {
    const gap = (east[index] ?? 0) - (east[index - 1] ?? 0);
    if (gap > widest) [start, widest] = [index, gap];
  }
  const west = east[start] ?? first;
  let [south, north] = [Infinity, -Infinity];
  for (const index of known) {
    south = Math.min(south, latitude[index] ?? NaN);
    north = Math.max(north, latitude[index] ?? NaN);
  }
  return { west, east: west + 360 - widest, south, north };
}

/** A box with longitudes from −180 to 180; `west` is greater than `east` where it lies across the antimeridian. */
export function wrapBounds({ west, south, east, north }: Bounds): Bounds {
  const clipped = { south: Math.max(-90, south), north: Math.min(90, north) };
  if (east - west >= 360) return { west: -180, east: 180, ...clipped };
  const end = wrapLongitude(east);
  return { west: wrapLongitude(west), east: end === -180 ? 180 : end, ...clipped };
}
