import { expect, it } from 'vitest';
import type { MapCells } from './map-cells';
import { trackPieces } from './tracks';

const EMPTY = new Float64Array();

/** An answer of positions alone. */
function cellsAt(positions: [platform: number, longitude: number, latitude: number][]): MapCells {
  return {
    length: positions.length,
    sites: [],
    positioned: true,
    cellResolution: undefined,
    judges: false,
    site: new Int32Array(positions.length),
    platform: Int32Array.from(positions, ([platform]) => platform),
    bin: Int32Array.from(positions, (_, index) => index),
    longitude: Float64Array.from(positions, ([, longitude]) => longitude),
    latitude: Float64Array.from(positions, ([, , latitude]) => latitude),
    ...{ rows: EMPTY, count: EMPTY, sum: EMPTY, low: EMPTY, high: EMPTY, last: EMPTY },
    ...{ firstTime: EMPTY, lastTime: EMPTY, flagged: EMPTY, judged: EMPTY },
  };
}

it('a track goes from each position of a platform to its next, over the antimeridian without turning back', () => {
  const { features } = trackPieces(
    cellsAt([
      [0, 178, 10],
      [0, -179, 11],
      [0, -176, 12],
      [1, 50, 0],
    ]),
  );
  expect(features.map(({ properties }) => properties.bin)).toEqual([1, 2]);
  for (const { geometry } of features) {
    const longitudes = geometry.coordinates.map(([longitude = NaN]) => longitude);
    expect(Math.max(...longitudes) - Math.min(...longitudes)).toBeLessThan(4);
  }
});

it('a track has no piece where a platform stays or has no position', () => {
  const { features } = trackPieces(
    cellsAt([
      [0, 1, 1],
      [0, 1.00001, 1],
      [0, NaN, 1],
      [0, 2, 91],
      [0, 2, 1],
    ]),
  );
  expect(features).toHaveLength(1);
  expect(features[0]?.geometry.coordinates.at(-1)).toEqual([2, 1]);
});
