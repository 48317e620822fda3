import { type Outline, roundedOutline, wholeOutline } from '../../stats/outline';
import { type Bounds, boundsOf, insideTest } from '../../stats/polygon';
import { wrapBounds } from '../../stats/bounds';
import { type LongitudeLatitude, longitudeBeside } from '../../stats/sphere';
import type { BoundingBox } from '../../queries/bounding-box';
import type { MapCells } from './map-cells';
import { entryPlaces, sitePlaces } from './site-places';
import { type Zone, zoneOutline, zoneTest } from './zones';

/** What a part of the map selects for everything else. */
export interface PlaceSelection {
  /** Ids of the stations in it, and of those that were in it at some time of the window. */
  stations: string[];
  /** The box around it, where stations move and only what was observed there is meant. */
  box: BoundingBox | undefined;
  /** What was marked out, where that is not the box: of what moves only what was observed within. */
  shape: Outline | undefined;
}

/**
 * What lies in a part of the Earth that was marked out.
 * @param isBox whether it was marked out by its corners
 */
export function selectOutline(cells: MapCells, drawn: readonly LongitudeLatitude[], isBox: boolean): PlaceSelection {
  // By the outline that the link carries, so that whoever opens it sees the same.
  const outline = roundedOutline([drawn]);
  const selection = selectPlaces(cells, outline);
  return { ...selection, shape: selection.box && isBox ? undefined : outline };
}

/**
 * What lies in a zone. Its shape has all its parts and islands, with as many corners as a link carries; there is none of a zone that
 * is its own box.
 */
export function selectZone(cells: MapCells, zone: Zone): PlaceSelection {
  const whole = zoneOutline(zone);
  const outline = wholeOutline(whole) ?? roundedOutline(whole);
  const selection = selectPlaces(cells, outline, zoneTest(zone));
  const [ring = [], ...others] = whole;
  return { ...selection, shape: others.length === 0 && isRectangle(ring) ? undefined : outline };
}

function isRectangle(ring: readonly LongitudeLatitude[]): boolean {
  const { west, south, east, north } = boundsOf(ring);
  return ring.every(([x, y]) => (x === west || x === east) && (y === south || y === north));
}

/** @param standsInside whether a station that stands still is in it, where that is told better than by the outline */
function selectPlaces(
  cells: MapCells,
  outline: Outline,
  standsInside = insideTest([outline]),
): Omit<PlaceSelection, 'shape'> {
  const places = sitePlaces(cells);
  const inside = insideEntries(cells, insideTest([outline]));
  const chosen = new Set<number>();
  for (let entry = 0; entry < cells.length; entry++) {
    const site = cells.site[entry] ?? -1;
    if (inside[entry] === 1 && places.moves[site] === true) chosen.add(site);
  }
  for (const [site, moves] of places.moves.entries()) {
    if (moves) continue;
    // A station that stands still is in or out by its place, whether or not it has readings now.
    if (standsInside(places.longitude[site] ?? NaN, places.latitude[site] ?? NaN)) chosen.add(site);
  }
  const moving = [...chosen].some((site) => places.moves[site] === true);
  return {
    stations: [...chosen].sort((left, right) => left - right).flatMap((site) => cells.sites[site]?.id ?? []),
    box: moving ? roundOutwards(boxAround(outline)) : undefined,
  };
}

/** 1 for each entry that was observed in a part of the Earth. */
export function insideEntries(cells: MapCells, isInside: (longitude: number, latitude: number) => boolean): Uint8Array {
  const { longitude, latitude } = entryPlaces(cells);
  return Uint8Array.from(longitude, (east, entry) => (isInside(east, latitude[entry] ?? NaN) ? 1 : 0));
}

/** The least box around an outline, the parts of which may lie on both sides of the antimeridian. */
function boxAround(outline: Outline): BoundingBox {
  const [widest, ...others] = outline
    .map(boundsOf)
    .sort((left, right) => right.east - right.west - (left.east - left.west));
  return wrapBounds(others.reduce(united, widest ?? boundsOf([])));
}

/** The box around two boxes, the second of them taken where it lies nearest to the first. */
function united(one: Bounds, other: Bounds): Bounds {
  const middle = (other.west + other.east) / 2;
  const turn = longitudeBeside(middle, (one.west + one.east) / 2) - middle;
  return {
    west: Math.min(one.west, other.west + turn),
    south: Math.min(one.south, other.south),
    east: Math.max(one.east, other.east + turn),
    north: Math.max(one.north, other.north),
  };
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
