import { hexagonCentre, hexagonRing, hexagonsAround } from './hexagons';
import {
  inverseDistanceMean,
  type InverseDistanceOptions,
  type LeaveOneOut,
  leaveOneOut,
  type Samples,
  supportRange,
} from './inverse-distance';
import type { LongitudeLatitude } from './sphere';

/** A surface of interpolated values on H3 cells; cells without support are not in it. */
export interface Surface {
  resolution: number;
  ids: string[];
  rings: LongitudeLatitude[][];
  centres: LongitudeLatitude[];
  values: Float64Array;
  /** How it was made. */
  power: number;
  neighbours: number;
  /** Distance beyond which a sample does not count, metres. */
  range: number;
  /** Samples that it was made of. */
  samples: number;
  /** How well it tells the samples themselves. */
  error: LeaveOneOut;
}

/** Most cells of a surface; with more the resolution is coarser. */
const MOST_CELLS = 6000;
const METHOD = { power: 2, neighbours: 12, leastNeighbours: 3 };

/**
 * Interpolates samples by inverse distance (power 2, the 12 nearest, at least 3) to the centres of the H3 cells around them.
 * A cell farther from them than `supportRange` has no value and is left out.
 * @param finest H3 resolution that is wanted; the surface is coarser where it would have very many cells
 */
export function interpolateOnHexagons(samples: Samples, finest: number): Surface {
  const known = withValue(samples);
  const range = supportRange(known);
  const options: InverseDistanceOptions = { ...METHOD, range };
  let resolution = finest;
  let cells = hexagonsAround(known.longitude, known.latitude, range, 0);
  if (range > 0) {
    for (let next = 1; next <= finest; next++) {
      // A cell has seven children.
      if (cells.length * 7 > MOST_CELLS) {
        resolution = next - 1;
        break;
      }
      cells = hexagonsAround(known.longitude, known.latitude, range, next);
    }
  }
  const ids: string[] = [];
  const values: number[] = [];
  for (const id of cells) {
    const value = inverseDistanceMean(known, hexagonCentre(id), options);
    if (Number.isNaN(value)) continue;
    ids.push(id);
    values.push(value);
  }
  return {
    resolution,
    ids,
    rings: ids.map(hexagonRing),
    centres: ids.map(hexagonCentre),
    values: Float64Array.from(values),
    power: METHOD.power,
    neighbours: METHOD.neighbours,
    range,
    samples: known.value.length,
    error: leaveOneOut(known, options),
  };
}

/** The samples that have a position and a value. */
function withValue({ longitude, latitude, value }: Samples): Record<keyof Samples, Float64Array> {
  const places = Array.from(value, (_, index) => index).filter((index) =>
    [longitude[index], latitude[index], value[index]].every(Number.isFinite),
  );
  const pick = (values: ArrayLike<number>) => Float64Array.from(places, (index) => values[index] ?? NaN);
  return { longitude: pick(longitude), latitude: pick(latitude), value: pick(value) };
}
