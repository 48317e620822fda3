import { cellToBoundary, cellToLatLng, getHexagonEdgeLengthAvg, gridDisk, latLngToCell } from 'h3-js';
import { longitudeBeside, type LongitudeLatitude } from './sphere';

/** Positions sorted into H3 cells. */
export interface HexagonGrid {
  resolution: number;
  /** H3 indexes, in the order in which they first came. */
  ids: string[];
  /** For each position the place of its cell in `ids`; −1 where it is no position on the Earth. */
  cellOf: Int32Array;
  /** The outline of each cell, for a flat map. */
  rings: LongitudeLatitude[][];
  centres: LongitudeLatitude[];
}

/** Sorts positions in degrees into the H3 cells of a resolution, 0–15. */
export function hexagonGrid(
  longitude: ArrayLike<number>,
  latitude: ArrayLike<number>,
  resolution: number,
): HexagonGrid {
  const known = new Map<string, number>();
  const cellOf = new Int32Array(longitude.length);
  for (let index = 0; index < longitude.length; index++) {
    const [east = NaN, north = NaN] = [longitude[index], latitude[index]];
    if (!Number.isFinite(east) || !(Math.abs(north) <= 90)) {
      cellOf[index] = -1;
      continue;
    }
    const id = latLngToCell(north, east, resolution);
    const cell = known.get(id) ?? known.size;
    if (cell === known.size) known.set(id, cell);
    cellOf[index] = cell;
  }
  const ids = [...known.keys()];
  return { resolution, ids, cellOf, rings: ids.map(hexagonRing), centres: ids.map(hexagonCentre) };
}

/**
 * The outline of an H3 cell as a flat map draws it, closed. Where it crosses the antimeridian its longitudes go on past
 * ±180; around a pole it runs along the pole's edge of the map.
 */
export function hexagonRing(id: string): LongitudeLatitude[] {
  const corners = cellToBoundary(id, true);
  const ring: LongitudeLatitude[] = [];
  let before = corners[0]?.[0] ?? 0;
  for (const [longitude = 0, latitude = 0] of corners) {
    before = longitudeBeside(longitude, before);
    ring.push([before, latitude]);
  }
  const [first, last] = [ring[0], ring.at(-1)];
  // A ring that has gone once around the world holds a pole.
  if (first && last && Math.abs(last[0] - first[0]) > 180) {
    const pole = first[1] > 0 ? 90 : -90;
    ring.push([last[0], pole], [first[0], pole], first);
  }
  return ring;
}

/** The centre of an H3 cell. */
export function hexagonCentre(id: string): LongitudeLatitude {
  const [latitude, longitude] = cellToLatLng(id);
  return [longitude, latitude];
}

/** The H3 cells of a resolution that may lie within a distance (metres) of some positions. */
export function hexagonsAround(
  longitude: ArrayLike<number>,
  latitude: ArrayLike<number>,
  distance: number,
  resolution: number,
): string[] {
  // Neighbouring centres are at least some 1.3 edges apart where cells are smallest and most distorted.
  const rings = Math.ceil(distance / (1.3 * getHexagonEdgeLengthAvg(resolution, 'm')));
  const { ids } = hexagonGrid(longitude, latitude, resolution);
  return [...new Set(ids.flatMap((id) => gridDisk(id, rings)))];
}
