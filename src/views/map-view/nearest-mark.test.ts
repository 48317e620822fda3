import { expect, it } from 'vitest';
import { mercatorPositions } from './map-points';
import { nearestMark } from './nearest-mark';

/** A plate carrée of ten pixels a degree that looks at the antimeridian. */
const plane = {
  project: ([longitude, latitude]: [number, number]) => ({ x: (longitude - 170) * 10, y: (10 - latitude) * 10 }),
  unproject: ([x, y]: [number, number]) => ({ lng: x / 10 + 170, lat: 10 - y / 10 }),
};
const LONGITUDE = [175, 175.5, -179, NaN];
const LATITUDE = [5, 5, 0, 5];

it('the mark that is meant is the nearest in reach, over the antimeridian too', () => {
  const at = (x: number, y: number) => nearestMark(plane, [x, y], LONGITUDE, LATITUDE, () => true);
  expect(at(51, 50)).toBe(0);
  expect(at(54, 52)).toBe(1);
  expect(at(110, 99)).toBe(2);
  expect(at(80, 80)).toBeUndefined();
});

it('a mark that is not shown cannot be meant', () => {
  expect(nearestMark(plane, [51, 50], LONGITUDE, LATITUDE, (index) => index !== 0)).toBe(1);
});

it('positions are those of Web Mercator, and finite at the poles', () => {
  const positions = mercatorPositions({
    longitude: Float64Array.of(-180, 0, 90),
    latitude: Float64Array.of(85.0511287798, 0, 90),
  });
  expect(positions[0]).toBe(0);
  expect(positions[1]).toBeCloseTo(0, 6);
  expect([positions[2], positions[3], positions[4]]).toEqual([0.5, 0.5, 0.75]);
  expect(positions[5]).toBeLessThan(-1);
  expect(Number.isFinite(positions[5])).toBe(true);
});
