import { type LongitudeLatitude, sphereDistance } from './sphere';

/** Measurements at places, for interpolation. The arrays are equally long. */
export interface Samples {
  longitude: ArrayLike<number>;
  latitude: ArrayLike<number>;
  value: ArrayLike<number>;
}

export interface InverseDistanceOptions {
  /** Exponent of the distance; 2 is Shepard's. */
  power: number;
  /** At most so many of the nearest samples count. */
  neighbours: number;
  /** A place with fewer samples in range has no value. */
  leastNeighbours: number;
  /** Samples farther away than this do not count, metres. */
  range: number;
  /** Distance of two places; metres along the sphere unless given. */
  distance?: (from: LongitudeLatitude, to: LongitudeLatitude) => number;
}

/**
 * The inverse-distance weighted mean of the samples around a place, Σ d⁻ᵖ z / Σ d⁻ᵖ (Shepard 1968). A sample at the place
 * itself gives its own value.
 * @param without index of a sample that is left out
 * @returns NaN where too few samples are in range
 */
export function inverseDistanceMean(
  samples: Samples,
  place: LongitudeLatitude,
  { power, neighbours, leastNeighbours, range, distance = sphereDistance }: InverseDistanceOptions,
  without = -1,
): number {
  // The nearest so far, sorted; insertion is quick for the dozen that count.
  const near: { away: number; value: number }[] = [];
  for (let index = 0; index < samples.value.length; index++) {
    const value = samples.value[index] ?? NaN;
    if (index === without || Number.isNaN(value)) continue;
    const away = distance(place, [samples.longitude[index] ?? NaN, samples.latitude[index] ?? NaN]);
    if (!(away <= range) || (near.length === neighbours && away >= (near.at(-1)?.away ?? 0))) continue;
    let at = near.length;
    while (at > 0 && (near[at - 1]?.away ?? 0) > away) at--;
    near.splice(at, 0, { away, value });
    if (near.length > neighbours) near.pop();
  }
  if (near.length < leastNeighbours) return NaN;
  const exact = near.filter(({ away }) => away === 0);
  if (exact.length > 0) return exact.reduce((sum, { value }) => sum + value, 0) / exact.length;
  let [sum, weights] = [0, 0];
  for (const { away, value } of near) {
    const weight = away ** -power;
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

/** How well samples are told by the others. */
export interface LeaveOneOut {
  /** Samples that had enough others in range. */
  count: number;
  /** Root mean square of the errors; NaN without any. */
  rootMeanSquare: number;
  /** Mean of the errors, told minus measured. */
  bias: number;
}

/** Leaves out each sample in turn and tells it from the others. */
export function leaveOneOut(samples: Samples, options: InverseDistanceOptions): LeaveOneOut {
  let [count, squares, errors] = [0, 0, 0];
  for (let index = 0; index < samples.value.length; index++) {
    const place: LongitudeLatitude = [samples.longitude[index] ?? NaN, samples.latitude[index] ?? NaN];
    const error = inverseDistanceMean(samples, place, options, index) - (samples.value[index] ?? NaN);
    if (Number.isNaN(error)) continue;
    count += 1;
    squares += error ** 2;
    errors += error;
  }
  return { count, rootMeanSquare: Math.sqrt(squares / count), bias: errors / count };
}

/** How far samples’ values reach: two and a half times the median distance from a sample to the nearest other, metres. */
export function supportRange({ longitude, latitude }: Pick<Samples, 'longitude' | 'latitude'>): number {
  const nearest = new Float64Array(longitude.length).fill(Infinity);
  for (let left = 0; left < nearest.length; left++) {
    for (let right = left + 1; right < nearest.length; right++) {
      const away = sphereDistance(
        [longitude[left] ?? NaN, latitude[left] ?? NaN],
        [longitude[right] ?? NaN, latitude[right] ?? NaN],
      );
      if (away === 0) continue;
      if (away < (nearest[left] ?? 0)) nearest[left] = away;
      if (away < (nearest[right] ?? 0)) nearest[right] = away;
    }
  }
  const known = nearest.filter(Number.isFinite).sort();
  return 2.5 * (known[Math.floor((known.length - 1) / 2)] ?? 0);
}
