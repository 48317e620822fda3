import { describe, expect, it } from 'vitest';
import { cellToLatLng, latLngToCell } from 'h3-js';
import { hexagonGrid, hexagonRing, hexagonsAround } from './hexagons';
import { insideTest } from './polygon';
import { sphereDistance } from './sphere';

describe('the hexagon of a position', () => {
  it('is the one H3 knows at the mooring', () => {
    expect(hexagonGrid([-76.75], [26.5], 5).ids).toEqual(['85448653fffffff']);
    expect(hexagonGrid([-76.75], [26.5], 3).ids).toEqual(['834486fffffffff']);
  });

  it('is none for what is no position', () => {
    const { cellOf, ids } = hexagonGrid([NaN, 0, 0, 10], [0, 91, 0, 0], 2);
    expect([...cellOf]).toEqual([-1, -1, 0, 1]);
    expect(ids).toHaveLength(2);
  });
});

describe('the outline of a hexagon', () => {
  it('holds its centre, at the antimeridian too', () => {
    for (const [latitude, longitude] of [
      [0, 179.99],
      [0, -179.99],
      [60, 180],
      [-40, -180],
      [26.5, -76.75],
    ] as const) {
      const id = latLngToCell(latitude, longitude, 2);
      const ring = hexagonRing(id);
      const [north, east] = cellToLatLng(id);
      expect(insideTest([[ring]])(east, north)).toBe(true);
      expect(Math.max(...ring.map(([x]) => x)) - Math.min(...ring.map(([x]) => x))).toBeLessThan(15);
    }
  });

  it('around a pole reaches the edge of the map, all the way round', () => {
    for (const pole of [90, -90]) {
      const ring = hexagonRing(latLngToCell(pole, 0, 1));
      const inside = insideTest([[ring]]);
      for (const longitude of [-170, -60, 0, 75, 179]) expect(inside(longitude, pole * 0.999)).toBe(true);
      expect(inside(0, pole * 0.8)).toBe(false);
    }
  });
});

describe('the hexagons around positions', () => {
  it('are all within the distance', () => {
    const found = new Set(hexagonsAround([179.5], [50], 300_000, 3));
    for (let longitude = 170; longitude <= 190; longitude += 0.5) {
      for (let latitude = 45; latitude <= 55; latitude += 0.5) {
        const id = latLngToCell(latitude, longitude, 3);
        const [north, east] = cellToLatLng(id);
        if (sphereDistance([east, north], [179.5, 50]) <= 300_000) expect(found.has(id)).toBe(true);
      }
    }
  });
});
