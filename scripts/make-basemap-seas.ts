import { readFileSync } from 'node:fs';
import type { FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { simplifyRing } from './simplify-ring';

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
      .map((rings) => rings.map((ring) => simplifyRing(ring, TOLERANCE)).filter((ring) => ring.length >= 4))
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
