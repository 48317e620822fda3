import { type DistanceMethod, greatCircleDistance } from './great-circle';
import type { SeriesValues } from './series';

/** Latitudes and longitudes of a series, WGS84 degrees, NaN where missing. */
export interface Positions {
  latitudes: SeriesValues;
  longitudes: SeriesValues;
}

/** Metres from the point before, for each point; 0 for the first, NaN where either is not known. */
export function positionSteps({ latitudes, longitudes }: Positions, method: DistanceMethod): Float64Array {
  const at = (point: number) => ({ latitude: latitudes[point] ?? NaN, longitude: longitudes[point] ?? NaN });
  return Float64Array.from(latitudes, (_, point) =>
    point === 0 ? 0 : greatCircleDistance(at(point - 1), at(point), method),
  );
}
