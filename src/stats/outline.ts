import { boundsOf } from './polygon';
import type { LongitudeLatitude } from './sphere';

/**
 * The edge of a part of the Earth, which may have several parts and islands: rings in degrees that are not closed. What an odd number
 * of them goes around is within. Over the antimeridian a ring goes on past ±180.
 */
export type Outline = readonly (readonly LongitudeLatitude[])[];

/** Most corners of an outline: what a link, and a statement, can carry and still be read. */
const MOST_CORNERS = 192;
/** What of its size an outline may be off. */
const TOLERANCE = 1 / 500;
const MOST_DECIMALS = 5;
/** Between rings; between the corners of one. */
const [RING, CORNER] = [';', '~'];

/** How many corners an outline has. */
export function cornersOf(outline: Outline): number {
  return outline.reduce((sum, { length }) => sum + length, 0);
}

/** An outline with all of its corners, to the metre; undefined where these are more than a link can carry. */
export function wholeOutline(outline: Outline): LongitudeLatitude[][] | undefined {
  return cornersOf(outline) > MOST_CORNERS ? undefined : outline.map((ring) => rounded(ring, MOST_DECIMALS));
}

/**
 * An outline with as few corners and decimals as show the same: within a five-hundredth of the size of its largest part, or more
 * where it would take more corners than a link can carry. Parts and islands that are smaller than that are left out.
 */
export function roundedOutline(outline: Outline): LongitudeLatitude[][] {
  const size = Math.max(0, ...outline.map(sizeOf));
  if (size === 0) return [];
  let kept = outline;
  for (let tolerance = size * TOLERANCE; ; tolerance *= 1.5) {
    kept = kept.filter((ring) => sizeOf(ring) > tolerance).map((ring) => simplified(ring, tolerance));
    kept = kept.filter(({ length }) => length > 2);
    if (cornersOf(kept) <= MOST_CORNERS) break;
  }
  const decimals = Math.max(0, Math.min(MOST_DECIMALS, Math.ceil(-Math.log10(size * TOLERANCE))));
  return kept.map((ring) => rounded(ring, decimals));
}

function sizeOf(ring: readonly LongitudeLatitude[]): number {
  const { west, south, east, north } = boundsOf(ring);
  return Math.max(east - west, north - south);
}

function rounded(ring: readonly LongitudeLatitude[], decimals: number): LongitudeLatitude[] {
  const round = (degrees: number) => Number(degrees.toFixed(decimals)) + 0;
  return ring.map(([longitude, latitude]) => [round(longitude), round(latitude)]);
}

/** The corners of a ring that keep it within a tolerance in degrees (Ramer 1972; Douglas and Peucker 1973), first and last included. */
function simplified(ring: readonly LongitudeLatitude[], tolerance: number): LongitudeLatitude[] {
  const keep = new Uint8Array(ring.length);
  const stretches: [from: number, to: number][] = [[0, ring.length - 1]];
  keep[0] = keep[ring.length - 1] = 1;
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const [from, to] = stretch;
    let [farthest, distance] = [from, tolerance];
    for (let at = from + 1; at < to; at++) {
      const off = distanceToLine(ring[at], ring[from], ring[to]);
      if (off > distance) [farthest, distance] = [at, off];
    }
    if (farthest === from) continue;
    keep[farthest] = 1;
    stretches.push([from, farthest], [farthest, to]);
  }
  return ring.filter((_, at) => keep[at] === 1);
}

function distanceToLine(
  [x, y]: LongitudeLatitude = [NaN, NaN],
  [x1, y1]: LongitudeLatitude = [NaN, NaN],
  [x2, y2]: LongitudeLatitude = [NaN, NaN],
): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}

/** Writes an outline as `lon,lat~lon,lat`, its rings with `;` between them. */
export function formatOutline(outline: Outline): string {
  return outline.map(formatRing).join(RING);
}

/** Reads what {@link formatOutline} writes; undefined where it is no outline of a part of the Earth. */
export function parseOutline(text: string): LongitudeLatitude[][] | undefined {
  const rings = text.split(RING).map((ring) => parseRing(ring, MOST_CORNERS));
  const outline = rings.flatMap((ring) => (ring ? [ring] : []));
  return outline.length === rings.length && cornersOf(outline) <= MOST_CORNERS ? outline : undefined;
}

/** Writes a ring as `lon,lat~lon,lat`. */
export function formatRing(ring: readonly LongitudeLatitude[]): string {
  return ring.map((corner) => corner.join(',')).join(CORNER);
}

/** Reads what {@link formatRing} writes; undefined where it is no way around a part of the Earth. */
export function parseRing(text: string, mostCorners: number): LongitudeLatitude[] | undefined {
  const corners = text.split(CORNER);
  if (corners.length < 3 || corners.length > mostCorners) return undefined;
  const ring = corners.flatMap((corner): LongitudeLatitude[] => {
    const [longitude = NaN, latitude = NaN, ...more] = corner
      .split(',')
      .map((part) => (part.trim() === '' ? NaN : Number(part)));
    const fits = Math.abs(longitude) <= 540 && Math.abs(latitude) <= 90 && more.length === 0;
    return fits ? [[longitude, latitude]] : [];
  });
  return ring.length === corners.length ? ring : undefined;
}
