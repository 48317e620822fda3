import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { geoEquirectangular } from 'd3-geo';
import { geoProject } from 'd3-geo-projection';
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { readDepths } from './make-basemap-depths';
import { readSeas } from './make-basemap-seas';

/**
 * Writes public/basemap/land-<scale>.json from Natural Earth's land polygons (public domain, by way of world-atlas).
 * The source is made for spheres: its rings run across the antimeridian and around the pole. They are cut there with a
 * plate carrée projection whose unit is the degree, which is what flat maps (and GeoJSON, RFC 7946 §3.1.9) ask for.
 *
 * With the path of Natural Earth's `ne_50m_geography_marine_polys.json` (GeoJSON, from
 * github.com/martynafford/natural-earth-geojson, CC0) it writes the named seas too, and with that of ETOPO at half a degree (NetCDF,
 * from github.com/dankelley/oce, `create_data/topoWorld`) the depths: `npm run basemap -- <seas>.json <depths>.nc`.
 */
const SCALES = [
  { name: 'land-110m', decimals: 2 },
  { name: 'land-50m', decimals: 2 },
];

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL('../public/basemap/', import.meta.url));

function readLand(name: string): FeatureCollection<MultiPolygon | Polygon> {
  const topology: Topology<{ land: GeometryCollection }> = JSON.parse(
    readFileSync(require.resolve(`world-atlas/${name}.json`), 'utf8'),
  );
  return feature(topology, topology.objects.land) as FeatureCollection<MultiPolygon | Polygon>;
}

function cutAtAntimeridian(land: FeatureCollection<MultiPolygon | Polygon>): FeatureCollection<MultiPolygon | Polygon> {
  const degrees = geoEquirectangular()
    .scale(180 / Math.PI)
    .translate([0, 0])
    .reflectY(true)
    .precision(0);
  return geoProject(land, degrees);
}

function roundRing(ring: Position[], decimals: number): Position[] {
  const unit = 10 ** decimals;
  const rounded = ring.map(([longitude = 0, latitude = 0]) => [
    Math.round(longitude * unit) / unit,
    Math.round(latitude * unit) / unit,
  ]);
  return rounded.filter((at, index) => {
    const before = rounded[index - 1];
    return before === undefined || at[0] !== before[0] || at[1] !== before[1];
  });
}

function roundPolygons(polygons: Position[][][], decimals: number): Position[][][] {
  return polygons
    .map((polygon) => polygon.map((ring) => roundRing(ring, decimals)).filter((ring) => ring.length >= 4))
    .filter((polygon) => polygon.length > 0);
}

mkdirSync(folder, { recursive: true });
for (const { name, decimals } of SCALES) {
  const polygons = cutAtAntimeridian(readLand(name)).features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  );
  const land: Feature<MultiPolygon> = {
    type: 'Feature',
    properties: {},
    geometry: { type: 'MultiPolygon', coordinates: roundPolygons(polygons, decimals) },
  };
  const text = `${JSON.stringify(land)}\n`;
  writeFileSync(`${folder}${name}.json`, text);
  console.log(`${name}.json: ${polygons.length} polygons, ${text.length} bytes`);
}

for (const file of process.argv.slice(2)) {
  const [name, shapes] = file.endsWith('.nc') ? ['depths', readDepths(file)] : ['seas-50m', readSeas(file)];
  const text = `${JSON.stringify(shapes)}\n`;
  writeFileSync(`${folder}${name}.json`, text);
  console.log(`${name}.json: ${shapes.features.length} features, ${text.length} bytes`);
}
