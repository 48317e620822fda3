import { describe, expect, it } from 'vitest';
import type { LongitudeLatitude } from '../../stats/sphere';
import type { MapCells } from './map-cells';
import { outlineOfBox, selectOutline, selectZone } from './place-selection';
import { readZones } from './zones';

const EMPTY = new Float64Array();

/** One drifter over the antimeridian, one station that stands at 0° E and one that is silent. */
const CELLS: MapCells = {
  length: 3,
  sites: [
    { id: 'drifter', name: 'drifter', longitude: NaN, latitude: NaN },
    { id: 'mast', name: 'mast', longitude: 0, latitude: 50 },
    { id: 'silent', name: 'silent', longitude: 1, latitude: 51 },
  ],
  positioned: true,
  cellResolution: undefined,
  judges: false,
  site: Int32Array.of(0, 0, 1),
  platform: Int32Array.of(0, 0, 1),
  bin: Int32Array.of(0, 1, 0),
  longitude: Float64Array.of(178, -178, 0),
  latitude: Float64Array.of(10, 11, 50),
  firstTime: Float64Array.of(0, 1, 0),
  ...{ rows: EMPTY, count: EMPTY, sum: EMPTY, low: EMPTY, high: EMPTY, last: EMPTY },
  ...{ lastTime: EMPTY, flagged: EMPTY, judged: EMPTY },
};

const select = (ring: LongitudeLatitude[], isBox = true) => selectOutline(CELLS, ring, isBox);

describe('a part of the map', () => {
  it('selects stations that stand in it, with readings or without, and no box', () => {
    const ring = outlineOfBox({ west: -5, south: 45, east: 5, north: 55 });
    expect(select(ring)).toEqual({ stations: ['mast', 'silent'], box: undefined, shape: [ring] });
  });

  it('selects what moved through it, and the box around it', () => {
    const ring = outlineOfBox({ west: 170, south: 5, east: -179, north: 10.5 });
    const box = { west: 170, south: 5, east: -179, north: 10.5 };
    expect(select(ring)).toEqual({ stations: ['drifter'], box, shape: undefined });
    expect(select(ring, false)).toEqual({ stations: ['drifter'], box, shape: [ring] });
  });

  it('that is a zone is its shape, with its parts and islands, unless that is its box', () => {
    const zoneOf = (...coordinates: LongitudeLatitude[][]) => {
      const [zone] = readZones(
        JSON.stringify({ type: 'MultiPolygon', coordinates: coordinates.map((ring) => [ring]) }),
      ).features;
      if (!zone) throw new Error('no zone');
      return selectZone(CELLS, zone);
    };
    const closed = (ring: LongitudeLatitude[]) => [...ring, ...ring.slice(0, 1)];
    const triangle: LongitudeLatitude[] = [
      [170, 5],
      [190, 5],
      [180, 15],
    ];
    expect(zoneOf(closed(triangle))).toMatchObject({ stations: ['drifter'], shape: [triangle] });
    const rectangle = outlineOfBox({ west: 170, south: 5, east: -170, north: 15 });
    expect(zoneOf(closed(rectangle))).toMatchObject({ stations: ['drifter'], shape: undefined });
    const beyond = outlineOfBox({ west: -170, south: 13, east: -169, north: 14 });
    expect(zoneOf(closed(triangle), closed(beyond))).toEqual({
      stations: ['drifter'],
      box: { west: 170, south: 5, east: -169, north: 15 },
      shape: [triangle, beyond],
    });
  });

  it('selects nothing where nothing is', () => {
    expect(select(outlineOfBox({ west: 60, south: 0, east: 70, north: 10 })).stations).toEqual([]);
  });
});
