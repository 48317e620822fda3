import { boundsOf } from './polygon';
import type { LongitudeLatitude } from './sphere';

/** Most corners of an outline: what a link, and a statement, can carry and still be read. */
const MOST_CORNERS = 96;
/** What of its size an outline may be off. */
const TOLERANCE = 1 / 500;
const MOST_DECIMALS = 5;

/**
 * An outline with as few corners and decimals as show the same: within a five-hundredth of its size, or more where it would take
 * more corners than a link can carry.
 */
export function roundedOutline(ring: readonly LongitudeLatitude[]): LongitudeLatitude[] {
  const { west, south, east, north } = boundsOf(ring);
  const size = Math.max(east - west, north - south);
  if (!(size > 0)) return [];
  const decimals = Math.max(0, Math.min(MOST_DECIMALS, Math.ceil(-Math.log10(size * TOLERANCE))));
  const round = (degrees: number) => Number(degrees.toFixed(decimals)) + 0;
  let kept = [...ring];
  for (let tolerance = size * TOLERANCE; ; tolerance *= 1.5) {
    kept = simplified(kept, tolerance);
    if (kept.length <= MOST_CORNERS) break;
  }
  return kept.map(([longitude, latitude]) => [round(longitude), round(latitude)]);
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

/** Writes an outline as `lon,lat~lon,lat`. */
export function formatOutline(ring: readonly LongitudeLatitude[]): string {
  return ring.map((corner) => corner.join(',')).join('~');
}

/** Reads what {@link formatOutline} writes; undefined where it is no outline of a part of the Earth. */
export function parseOutline(text: string, mostCorners = MOST_CORNERS): LongitudeLatitude[] | undefined {
  const corners = text.split('~');
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
