import { roundedOutline } from '../../stats/outline';
import { boundsOf, insideTest } from '../../stats/polygon';
import { wrapBounds } from '../../stats/bounds';
import type { LongitudeLatitude } from '../../stats/sphere';
import type { BoundingBox } from '../../queries/bounding-box';
import type { MapCells } from './map-cells';
import { entryPlaces, sitePlaces } from './site-places';
import { type Zone, zonePolygons } from './zones';

/** What a part of the map selects for everything else. */
export interface PlaceSelection {
  /** Ids of the stations in it, and of those that were in it at some time of the window. */
  stations: string[];
  /** The box around it, where stations move and only what was observed there is meant. */
  box: BoundingBox | undefined;
  /** What was marked out, where that is not the box: of what moves only what was observed within. */
  shape: LongitudeLatitude[] | undefined;
}

/**
 * What lies in a part of the Earth that was marked out.
 * @param isBox whether it was marked out by its corners
 */
export function selectOutline(cells: MapCells, drawn: readonly LongitudeLatitude[], isBox: boolean): PlaceSelection {
  // By the outline that the link carries, so that whoever opens it sees the same.
  const ring = roundedOutline(drawn);
  const selection = selectPlaces(cells, insideTest([[ring]]), ring);
  return { ...selection, shape: selection.box && isBox ? undefined : ring };
}

/**
 * What lies in a zone. Its shape is its outer ring, with as many corners as a link carries; there is none of a zone of several
 * parts, or that is its own box.
 */
export function selectZone(cells: MapCells, { geometry }: Zone): PlaceSelection {
  const polygons = zonePolygons(geometry);
  const outline = polygons.flatMap(([outer = []]) => [...outer]);
  const selection = selectPlaces(cells, insideTest(polygons), outline);
  const isShape = polygons.length === 1 && !isRectangle(outline);
  return { ...selection, shape: isShape ? roundedOutline(outline.slice(0, -1)) : undefined };
}

function isRectangle(ring: readonly LongitudeLatitude[]): boolean {
  const { west, south, east, north } = boundsOf(ring);
  return ring.every(([x, y]) => (x === west || x === east) && (y === south || y === north));
}

/** @param outline the way around it, for the box */
function selectPlaces(
  cells: MapCells,
  isInside: (longitude: number, latitude: number) => boolean,
  outline: readonly LongitudeLatitude[],
): Omit<PlaceSelection, 'shape'> {
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
