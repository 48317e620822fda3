import type { LongitudeLatitude } from './sphere';
import { longitudeBeside } from './sphere';

/** Rings in degrees, closed or not. What an odd number of them goes around is within: parts, and holes in them. */
export type Polygon = readonly (readonly LongitudeLatitude[])[];

/** The least box around positions in degrees. `west` may lie below −180, or `east` above 180. */
export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The box around a ring. */
export function boundsOf(ring: readonly LongitudeLatitude[]): Bounds {
  const bounds: Bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [longitude, latitude] of ring) {
    bounds.west = Math.min(bounds.west, longitude);
    bounds.east = Math.max(bounds.east, longitude);
    bounds.south = Math.min(bounds.south, latitude);
    bounds.north = Math.max(bounds.north, latitude);
  }
  return bounds;
}

/**
 * A test for lying in any of some polygons, on the flat map, by the even-odd rule over all rings of a polygon. Longitudes
 * are taken by what they mean: 190 lies where −170 does. Points on an edge may fall to either side.
 */
export function insideTest(polygons: readonly Polygon[]): (longitude: number, latitude: number) => boolean {
  const known = polygons.map((rings) => rings.map((ring) => ({ ring, bounds: boundsOf(ring) })));
  return (longitude, latitude) =>
    known.some((rings) =>
      rings.reduce((inside, { ring, bounds: { west, south, east, north } }) => {
        if (latitude < south || latitude > north) return inside;
        // Each ring may go on past ±180 by itself.
        const beside = longitudeBeside(longitude, (west + east) / 2);
        if (beside < west || beside > east) return inside;
        return inside !== crossesOddly(ring, beside, latitude);
      }, false),
    );
}

/** Whether a ray to the east of a point crosses a ring an odd number of times (even-odd rule). */
function crossesOddly(ring: readonly LongitudeLatitude[], longitude: number, latitude: number): boolean {
  let odd = false;
  let from = ring.at(-1);
  for (const to of ring) {
    if (
      from &&
      from[1] > latitude !== to[1] > latitude &&
      longitude < from[0] + ((latitude - from[1]) / (to[1] - from[1])) * (to[0] - from[0])
    ) {
      odd = !odd;
    }
    from = to;
  }
  return odd;
}
