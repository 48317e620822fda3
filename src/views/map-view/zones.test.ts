import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readZones, zoneTest } from './zones';

const square = (west: number, east: number) => [
  [west, 0],
  [east, 0],
  [east, 10],
  [west, 10],
  [west, 0],
];
const feature = (geometry: unknown, properties: unknown = {}) => ({ type: 'Feature', properties, geometry });
const polygon = (west: number, east: number) => ({ type: 'Polygon', coordinates: [square(west, east)] });

describe('zones of a GeoJSON file', () => {
  it('are its polygons, by their names, whatever they are wrapped in', () => {
    const text = JSON.stringify({
      type: 'FeatureCollection',
      features: [
        feature(polygon(0, 10), { name: 'Bight' }),
        feature({ type: 'Point', coordinates: [1, 1] }),
        feature({ type: 'GeometryCollection', geometries: [polygon(20, 30)] }, { id: 7 }),
        feature({ type: 'MultiPolygon', coordinates: [[square(40, 50)], [square(60, 70)]] }, null),
      ],
    });
    const { features } = readZones(text);
    expect(features.map(({ properties }) => properties.name)).toEqual(['Bight', '7', 'Zone 3']);
    expect(features.map((zone) => zoneTest(zone)(65, 5))).toEqual([false, false, true]);
    expect(readZones(JSON.stringify(polygon(0, 1))).features).toHaveLength(1);
  });

  it('lie over the antimeridian where their edges jump', () => {
    const [zone] = readZones(
      JSON.stringify({
        type: 'Polygon',
        coordinates: [
          [
            [170, 0],
            [-170, 0],
            [-170, 10],
            [170, 10],
            [170, 0],
          ],
        ],
      }),
    ).features;
    const inside = zone && zoneTest(zone);
    expect([175, -175, 0].map((longitude) => inside?.(longitude, 5))).toEqual([true, true, false]);
  });

  it('go around the world where they say so', () => {
    const around = [
      [-180, 60],
      [180, 60],
      [180, 90],
      [-180, 90],
      [-180, 60],
    ];
    const [zone] = readZones(JSON.stringify({ type: 'Polygon', coordinates: [around] })).features;
    expect([-179, 0, 100].map((longitude) => zone && zoneTest(zone)(longitude, 70))).toEqual([true, true, true]);
  });

  it.each([
    ['text', 'no JSON', /not JSON/],
    ['other JSON', '[1, {"type": "Polygon"}]', /no polygon/],
    ['points only', JSON.stringify(feature({ type: 'Point', coordinates: [0, 0] })), /no polygon/],
    ['metres', JSON.stringify(polygon(500_000, 600_000)), /degrees/],
    [
      'corners that are none',
      JSON.stringify({ type: 'Polygon', coordinates: [[[0, 'x'], null, [1], 5]] }),
      /no polygon/,
    ],
  ])('are refused in words where a file is %s', (_, text, words) => {
    expect(() => readZones(text)).toThrow(words);
  });
});

it('the named seas hold the places that are known to lie in them', () => {
  const file = new URL('../../../public/basemap/seas-50m.json', import.meta.url);
  const { features } = readZones(readFileSync(file, 'utf8'));
  const of = (longitude: number, latitude: number) =>
    features.filter((zone) => zoneTest(zone)(longitude, latitude)).map(({ properties }) => properties.name);
  expect(features.length).toBeGreaterThan(100);
  expect(of(1.5, 40)).toContain('Balearic Sea');
  expect(of(3, 56)).toContain('North Sea');
  expect(of(-60, 28)).toContain('Sargasso Sea');
  expect(of(175, -50)).toContain('South Pacific Ocean');
  expect(of(-175, -50)).toContain('South Pacific Ocean');
  expect(of(0, 89.9)).toEqual(['Arctic Ocean']);
  expect(of(2.35, 48.85)).toEqual([]);
});
