import { createRequire } from 'node:module';
import type * as geographiclib from 'geographiclib-geodesic';

// The package is a UMD script: Node sees none of its names in an import, and its types declare no default.
const { Geodesic }: typeof geographiclib = createRequire(import.meta.url)('geographiclib-geodesic');

/** `haversine` on a sphere is fast and up to 0.5 % off; `wgs84` is Karney's geodesic on the ellipsoid. */
export const DISTANCE_METHODS = ['haversine', 'wgs84'] as const;

export type DistanceMethod = (typeof DISTANCE_METHODS)[number];

/** The radius the TEOS-10 library measures distances with, and so ioos_qc; metres. */
const EARTH_RADIUS_METRES = 6_371_000;
const RADIANS = Math.PI / 180;

/** A position in WGS84 degrees. */
export interface Position {
  latitude: number;
  longitude: number;
}

/** The distance between two positions along the surface, in metres; NaN where one is not known. */
export function greatCircleDistance(from: Position, to: Position, method: DistanceMethod): number {
  return method === 'haversine' ? haversine(from, to) : wgs84(from, to);
}

function haversine(from: Position, to: Position): number {
  const sineLatitude = Math.sin(((to.latitude - from.latitude) * RADIANS) / 2);
  const sineLongitude = Math.sin(((to.longitude - from.longitude) * RADIANS) / 2);
  const squared =
    sineLatitude ** 2 + Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * sineLongitude ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.atan2(Math.sqrt(squared), Math.sqrt(1 - squared));
}

function wgs84(from: Position, to: Position): number {
  const line = Geodesic.WGS84.Inverse(from.latitude, from.longitude, to.latitude, to.longitude);
  return line.s12 ?? NaN;
}
