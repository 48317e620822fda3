import { readFileSync } from 'node:fs';
import { contours } from 'd3-contour';
import type { Feature, FeatureCollection, MultiPolygon, Position } from 'geojson';
import { NetCDFReader } from 'netcdfjs';
import { simplifyRing } from './simplify-ring';

/** Metres below the surface. */
const DEPTHS = [200, 1000, 2000, 3000, 4000, 5000, 6000];
/** How far a simplified edge may lie from the given one, degrees; the cells of the grid are half a degree wide. */
const TOLERANCE = 0.12;
/** Areas smaller than so many square degrees are left out. */
const LEAST_AREA = 1;

/**
 * The sea floor below some depths, from a global grid of ETOPO (NOAA, public domain), each area upon the shallower ones.
 * @param file NetCDF classic with `lon`, `lat` in degrees and `Band1` in metres, up positive
 */
export function readDepths(file: string): FeatureCollection<MultiPolygon, { depth: number }> {
  const reader = new NetCDFReader(readFileSync(file));
  const [longitudes = [], latitudes = [], heights = []] = ['lon', 'lat', 'Band1'].map((name) =>
    reader.getDataVariable(name).map(Number),
  );
  const [columns, rows] = [longitudes.length, latitudes.length];
  const isUpward = (latitudes[1] ?? 0) > (latitudes[0] ?? 0);
  const place = ([x = 0, y = 0]: Position): Position => [
    (360 * x) / columns - 180,
    isUpward ? (180 * y) / rows - 90 : 90 - (180 * y) / rows,
  ];
  const areas = contours().size([columns, rows]).thresholds(DEPTHS)(heights.map((height) => -height));
  return {
    type: 'FeatureCollection',
    features: areas.map(({ value, coordinates }): Feature<MultiPolygon, { depth: number }> => ({
      type: 'Feature',
      properties: { depth: value },
      geometry: {
        type: 'MultiPolygon',
        coordinates: coordinates.flatMap((rings) => {
          const [outer, ...holes] = rings.map((ring) => simplifyRing(ring.map(place), TOLERANCE));
          return outer && isDrawn(outer) ? [[outer, ...holes.filter(isDrawn)]] : [];
        }),
      },
    })),
  };
}

function isDrawn(ring: readonly Position[]): boolean {
  return ring.length >= 4 && areaOf(ring) >= LEAST_AREA;
}

/** Square degrees, by the shoelace formula. */
function areaOf(ring: readonly Position[]): number {
  let twice = 0;
  for (const [index, [x = 0, y = 0]] of ring.entries()) {
    const [nextX = 0, nextY = 0] = ring[(index + 1) % ring.length] ?? [];
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}
