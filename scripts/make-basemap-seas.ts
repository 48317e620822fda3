import { readFileSync } from 'node:fs';
import type { FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';

/** Waters that are no seas to oceanographers. */
const LEFT_OUT = new Set(['river', 'reef']);
/** How far a simplified edge may lie from the given one, degrees. */
const TOLERANCE = 0.03;

interface SeaProperties {
  featurecla: string;
  name: string | null;
}

/**
 * The named seas of Natural Earth's marine polygons (public domain), one feature a name in the order of the names, simplified by
 * Douglas and Peucker's method, to two decimals of a degree.
 * @param file `ne_50m_geography_marine_polys.json`, in GeoJSON, cut at the antimeridian as Natural Earth is
 */
export function readSeas(file: string): FeatureCollection<MultiPolygon, { name: string }> {
  const given: FeatureCollection<MultiPolygon | Polygon, SeaProperties> = JSON.parse(readFileSync(file, 'utf8'));
  const byName = new Map<string, Position[][][]>();
  for (const { properties, geometry } of given.features) {
    if (properties.name === null || LEFT_OUT.has(properties.featurecla)) continue;
    const name = tidyName(properties.name);
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const simple = polygons
      .map((rings) => rings.map(simplifyRing).filter((ring) => ring.length >= 4))
      .filter(([outer]) => outer !== undefined);
    byName.set(name, [...(byName.get(name) ?? []), ...simple]);
  }
  return {
    type: 'FeatureCollection',
    features: [...byName]
      .sort(([left], [right]) => left.localeCompare(right, 'en'))
      .map(([name, coordinates]) => ({
        type: 'Feature',
        properties: { name },
        geometry: { type: 'MultiPolygon', coordinates },
      })),
  };
}

/** `SOUTH  PACIFIC OCEAN` as South Pacific Ocean. */
function tidyName(name: string): string {
  const single = name.replace(/\s+/g, ' ').trim();
  if (single !== single.toUpperCase()) return single;
  return single.toLowerCase().replace(/\b\w/g, (letter) => letter.toUpperCase());
}

function simplifyRing(ring: Position[]): Position[] {
  // A ring begins where it ends, so its farthest point divides it into two lines.
  const [first = []] = ring;
  const far = ring.reduce(
    (best, at, index) => (distance(at, first) > distance(ring[best] ?? first, first) ? index : best),
    0,
  );
  const simple = [...simplifyLine(ring.slice(0, far + 1)), ...simplifyLine(ring.slice(far)).slice(1)];
  return simple.map((at) => at.map((degrees) => Math.round(degrees * 100) / 100)).filter(isNoRepeat);
}

function simplifyLine(line: Position[]): Position[] {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return line;
  let [most, worst] = [0, 0];
  for (let index = 1; index < line.length - 1; index++) {
    const away = distanceToLine(line[index] ?? first, first, last);
    if (away > most) [most, worst] = [away, index];
  }
  if (most <= TOLERANCE) return [first, last];
  return [...simplifyLine(line.slice(0, worst + 1)), ...simplifyLine(line.slice(worst)).slice(1)];
}

function isNoRepeat(at: Position, index: number, ring: readonly Position[]): boolean {
  const before = ring[index - 1];
  return before === undefined || at[0] !== before[0] || at[1] !== before[1];
}

function distance([x = 0, y = 0]: Position, [u = 0, v = 0]: Position): number {
  return Math.hypot(x - u, y - v);
}

function distanceToLine(at: Position, from: Position, to: Position): number {
  const [x = 0, y = 0] = at;
  const [u = 0, v = 0] = from;
  const [p = 0, q = 0] = to;
  const length = distance(from, to);
  if (length === 0) return distance(at, from);
  const along = Math.min(1, Math.max(0, ((x - u) * (p - u) + (y - v) * (q - v)) / length ** 2));
  return Math.hypot(x - u - along * (p - u), y - v - along * (q - v));
}
