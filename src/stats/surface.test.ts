import { expect, it } from 'vitest';
import { hexagonCentre } from './hexagons';
import { sphereDistance } from './sphere';
import { interpolateOnHexagons } from './surface';

const PLACES = Array.from({ length: 36 }, (_, index) => [175 + (index % 6) * 2, 40 + Math.floor(index / 6)] as const);
const SAMPLES = {
  longitude: PLACES.map(([longitude]) => (longitude > 180 ? longitude - 360 : longitude)),
  latitude: PLACES.map(([, latitude]) => latitude),
  value: PLACES.map(([, latitude]) => latitude),
};

it('a surface lies between its samples’ values, where it has support, over the antimeridian too', () => {
  const { ids, values, range, error, samples, rings } = interpolateOnHexagons(SAMPLES, 4);
  expect(ids.length).toBeGreaterThan(100);
  expect(rings).toHaveLength(ids.length);
  for (const [index, id] of ids.entries()) {
    // Weights add up to one only up to rounding.
    expect(values[index]).toBeGreaterThanOrEqual(40 - 1e-9);
    expect(values[index]).toBeLessThanOrEqual(45 + 1e-9);
    const nearest = Math.min(
      ...PLACES.map(([longitude, latitude]) => sphereDistance(hexagonCentre(id), [longitude, latitude])),
    );
    expect(nearest).toBeLessThanOrEqual(range);
  }
  const longitudes = ids.map((id) => hexagonCentre(id)[0]);
  expect(longitudes.some((longitude) => longitude > 175)).toBe(true);
  expect(longitudes.some((longitude) => longitude < -175)).toBe(true);
  expect(samples).toBe(36);
  expect(error).toMatchObject({ count: 36 });
  expect(error.rootMeanSquare).toBeGreaterThan(0);
  expect(error.rootMeanSquare).toBeLessThan(1);
});

it('a surface is made of values that are there, and coarser rather than endless', () => {
  const holes = { ...SAMPLES, value: SAMPLES.value.map((value, index) => (index % 2 === 0 ? NaN : value)) };
  const { samples, resolution, ids } = interpolateOnHexagons(holes, 9);
  expect(samples).toBe(18);
  expect(resolution).toBeLessThan(9);
  expect(ids.length).toBeLessThan(7 * 6000);
});

it('a surface of fewer than three samples is empty', () => {
  const { ids, error } = interpolateOnHexagons({ longitude: [0, 1], latitude: [0, 0], value: [1, 2] }, 3);
  expect(ids).toEqual([]);
  expect(error.count).toBe(0);
});
