import { readFileSync } from 'node:fs';
import type { Feature, MultiPolygon } from 'geojson';
import { describe, expect, it } from 'vitest';
import { outlineOf } from './coastline';

describe('the coastline', () => {
  it('leaves out the edges along the cut', () => {
    const land: Feature<MultiPolygon> = {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [170, 0],
              [180, 1],
              [180, 5],
              [170, 6],
              [170, 0],
            ],
          ],
        ],
      },
    };
    expect(outlineOf(land.geometry).coordinates).toEqual([
      [
        [170, 0],
        [180, 1],
      ],
      [
        [180, 5],
        [170, 6],
        [170, 0],
      ],
    ]);
  });

  it.each(['land-110m', 'land-50m'])('of %s has no line across the world', (name) => {
    const file = new URL(`../../../public/basemap/${name}.json`, import.meta.url);
    const land = JSON.parse(readFileSync(file, 'utf8')) as Feature<MultiPolygon>;
    const coast = outlineOf(land.geometry).coordinates;
    const steps = coast.flatMap((line) =>
      line.slice(1).map(([longitude = 0], index) => Math.abs(longitude - (line[index]?.[0] ?? 0))),
    );
    expect(steps.length).toBeGreaterThan(4000);
    expect(Math.max(...steps)).toBeLessThan(20);
  });
});
