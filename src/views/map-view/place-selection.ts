import { boundsOf } from '../../stats/polygon';
import { wrapBounds } from '../../stats/bounds';
import type { LongitudeLatitude } from '../../stats/sphere';
import type { BoundingBox } from '../../queries/bounding-box';
import type { MapCells } from './map-cells';
import { entryPlaces, sitePlaces } from './site-places';

/** What a part of the map selects for everything else. */
export interface PlaceSelection {
  /** Ids of the stations in it, and of those that were in it at some time of the window. */
  stations: string[];
  /** The box around it, where stations move and only what was observed there is meant. */
  box: BoundingBox | undefined;
}

/**
 * What lies in a part of the Earth.
 * @param outline the way around it, for the box
 */
export function selectPlaces(
  cells: MapCells,
  isInside: (longitude: number, latitude: number) => boolean,
  outline: readonly LongitudeLatitude[],
): PlaceSelection {
  const places = sitePlaces(cells);
  const inside = insideEntries(cells, isInside);
  const chosen = new Set<number>();
  for (let entry = 0; entry < cells.length; entry++) {
    if (inside[entry] === 1) chosen.add(cells.site[entry] ?? -1);
  }
  for (const [site, moves] of places.moves.entries()) {
    if (moves) continue;
    // A station that stands still is in or out by its place, whether or not it has readings now.
    if (isInside(places.longitude[site] ?? NaN, places.latitude[site] ?? NaN)) chosen.add(site);
  }
  const moving = [...chosen].some((site) => places.moves[site] === true);
  return {
    stations: [...chosen].sort((left, right) => left - right).flatMap((site) => cells.sites[site]?.id ?? []),
    box: moving ? roundOutwards(wrapBounds(boundsOf(outline))) : undefined,
  };
}

/** 1 for each entry that was observed in a part of the Earth. */
export function insideEntries(cells: MapCells, isInside: (longitude: number, latitude: number) => boolean): Uint8Array {
  const { longitude, latitude } = entryPlaces(cells);
  return Uint8Array.from(longitude, (east, entry) => (isInside(east, latitude[entry] ?? NaN) ? 1 : 0));
}

/** The outline of a box. */
export function outlineOfBox({ west, south, east, north }: BoundingBox): LongitudeLatitude[] {
  const end = east < west ? east + 360 : east;
  return [
    [west, south],
    [end, south],
    [end, north],
    [west, north],
  ];
}

/** A box in thousandths of a degree, some hundred metres, so that a link can be read. */
function roundOutwards({ west, south, east, north }: BoundingBox): BoundingBox {
  const down = (degrees: number) => Math.floor(degrees * 1000) / 1000;
  const up = (degrees: number) => Math.ceil(degrees * 1000) / 1000;
  return { west: down(west), south: down(south), east: up(east), north: up(north) };
}
