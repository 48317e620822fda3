import { longitudeBeside } from '../../stats/sphere';
import type { MapCells } from './map-cells';

/** Where stations are, and which of them move. */
export interface SitePlaces {
  /** Degrees; NaN where not known. */
  longitude: Float64Array;
  latitude: Float64Array;
  moves: boolean[];
}

/** A station whose positions spread farther than this moves, degrees; a mooring swings by less. */
const MOVING = 0.1;

/**
 * The place of each station: its last position up to a bin of time where it moves, else the one the lake gives it.
 * @param lastBin the last bin that counts
 */
export function sitePlaces(cells: MapCells, lastBin = Infinity): SitePlaces {
  const count = cells.sites.length;
  const places: SitePlaces = {
    longitude: Float64Array.from(cells.sites, ({ longitude }) => longitude),
    latitude: Float64Array.from(cells.sites, ({ latitude }) => latitude),
    moves: Array.from({ length: count }, () => false),
  };
  if (!cells.positioned) return places;
  const first = new Int32Array(count).fill(-1);
  const latest = new Int32Array(count).fill(-1);
  for (let entry = 0; entry < cells.length; entry++) {
    const site = cells.site[entry] ?? -1;
    const [longitude = NaN, latitude = NaN] = [cells.longitude[entry], cells.latitude[entry]];
    if (site < 0 || Number.isNaN(longitude) || !(Math.abs(latitude) <= 90)) continue;
    const start = first[site] ?? -1;
    if (start < 0) first[site] = entry;
    else {
      const beside = longitudeBeside(longitude, cells.longitude[start] ?? NaN);
      const spread = Math.max(
        Math.abs(beside - (cells.longitude[start] ?? NaN)),
        Math.abs(latitude - (cells.latitude[start] ?? NaN)),
      );
      if (spread > MOVING) places.moves[site] = true;
    }
    const before = latest[site] ?? -1;
    const isLater = before < 0 || (cells.firstTime[entry] ?? 0) >= (cells.firstTime[before] ?? 0);
    if ((cells.bin[entry] ?? 0) <= lastBin && isLater) latest[site] = entry;
  }
  for (let site = 0; site < count; site++) {
    const hasPlace = !Number.isNaN(places.longitude[site] ?? NaN);
    if (hasPlace && places.moves[site] !== true) continue;
    const entry = latest[site] ?? -1;
    places.longitude[site] = cells.longitude[entry] ?? NaN;
    places.latitude[site] = cells.latitude[entry] ?? NaN;
  }
  return places;
}

/** The place of each entry: its own where observations have positions, else its station's. */
export function entryPlaces(cells: MapCells): { longitude: Float64Array; latitude: Float64Array } {
  if (cells.positioned) return { longitude: cells.longitude, latitude: cells.latitude };
  const of = (key: 'longitude' | 'latitude') =>
    Float64Array.from(cells.site, (site) => cells.sites[site]?.[key] ?? NaN);
  return { longitude: of('longitude'), latitude: of('latitude') };
}
