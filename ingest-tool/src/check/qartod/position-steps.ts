import { type DistanceMethod, greatCircleDistance } from './great-circle';
import type { SeriesValues } from './series';

/** Latitudes and longitudes of a series, WGS84 degrees, NaN where missing. */
export interface Positions {
  latitudes: SeriesValues;
  longitudes: SeriesValues;
}

/** Metres from the point before, for each point; 0 for the first, NaN where either is not known. */
export function positionSteps({ latitudes, longitudes }: Positions, method: DistanceMethod): Float64Array {
  const steps = new Float64Array(latitudes.length);
  for (let point = 1; point < steps.length; point += 1) {
    const from = { latitude: latitudes[point - 1] ?? NaN, longitude: longitudes[point - 1] ?? NaN };
    const to = { latitude: latitudes[point] ?? NaN, longitude: longitudes[point] ?? NaN };
    // Moored and fixed stations repeat their position to the last digit.
    const isSame = from.latitude === to.latitude && from.longitude === to.longitude;
    steps[point] = isSame ? 0 : greatCircleDistance(from, to, method);
  }
  return steps;
}
