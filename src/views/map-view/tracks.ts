import type { Feature, FeatureCollection, LineString } from 'geojson';
import { greatCirclePath, type LongitudeLatitude, sphereDistance } from '../../stats/sphere';
import type { MapCells } from './map-cells';

/** What a piece of a track carries for its drawing. */
export interface TrackProperties {
  /** The bin of time in which the piece ends. */
  bin: number;
}

/** Steps shorter than this are left out of the drawing, metres: they are the positions' own uncertainty. */
const LEAST_STEP = 20;

/**
 * The ways of moving platforms, a piece from each position to the next in time, on the great circle between the two. Pieces over the
 * antimeridian go on past ±180 degrees. Platforms that stay have none.
 */
export function trackPieces(cells: MapCells): FeatureCollection<LineString, TrackProperties> {
  const features: Feature<LineString, TrackProperties>[] = [];
  let before: { platform: number; at: LongitudeLatitude } | undefined;
  for (let entry = 0; entry < cells.length; entry++) {
    const at: LongitudeLatitude = [cells.longitude[entry] ?? NaN, cells.latitude[entry] ?? NaN];
    const platform = cells.platform[entry] ?? -1;
    if (Number.isNaN(at[0]) || !(Math.abs(at[1]) <= 90)) continue;
    if (before?.platform === platform) {
      if (sphereDistance(before.at, at) < LEAST_STEP) continue;
      features.push({
        type: 'Feature',
        properties: { bin: cells.bin[entry] ?? 0 },
        geometry: { type: 'LineString', coordinates: greatCirclePath(before.at, at) },
      });
    }
    before = { platform, at };
  }
  return { type: 'FeatureCollection', features };
}
