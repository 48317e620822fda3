import { describe, expect, it } from 'vitest';
import { inverseDistanceMean, leaveOneOut, supportRange } from './inverse-distance';
import type { LongitudeLatitude } from './sphere';

const flat = ([x, y]: LongitudeLatitude, [u, v]: LongitudeLatitude) => Math.hypot(x - u, y - v);
const SQUARE = { longitude: [0, 1, 0, 1], latitude: [0, 0, 1, 1], value: [1, 2, 3, 4] };
const OPTIONS = { power: 2, neighbours: 12, leastNeighbours: 3, range: Infinity, distance: flat };

describe('the inverse-distance weighted mean', () => {
  it.each([
    [1, 2.0511187181],
    [2, 1.6176470588],
    [3, 1.312058767],
  ])('of the unit square with the power %d is the known one', (power, known) => {
    expect(inverseDistanceMean(SQUARE, [0.25, 0.25], { ...OPTIONS, power })).toBeCloseTo(known, 9);
  });

  it('at a sample is its value', () => {
    expect(inverseDistanceMean(SQUARE, [1, 1], OPTIONS)).toBe(4);
  });

  it('is missing where fewer samples support it than wanted', () => {
    expect(inverseDistanceMean(SQUARE, [0, 0.1], { ...OPTIONS, range: 1 })).toBeNaN();
    expect(inverseDistanceMean(SQUARE, [9, 9], { ...OPTIONS, range: 1 })).toBeNaN();
  });

  it('takes the nearest only, and passes over missing values', () => {
    const samples = { longitude: [3, 1, 2, 0.5], latitude: [0, 0, 0, 0], value: [100, 10, 20, NaN] };
    const mean = inverseDistanceMean(samples, [0, 0], { ...OPTIONS, power: 1, neighbours: 2, leastNeighbours: 2 });
    expect(mean).toBeCloseTo((10 / 1 + 20 / 2) / (1 + 1 / 2), 12);
  });
});

describe('leaving one out', () => {
  it('tells each sample from the others', () => {
    const [a, b] = [1, Math.SQRT1_2];
    const told = [
      (2 * a + 3 * a + 4 * b ** 2) / (2 * a + b ** 2),
      (1 * a + 4 * a + 3 * b ** 2) / (2 * a + b ** 2),
      (1 * a + 4 * a + 2 * b ** 2) / (2 * a + b ** 2),
      (2 * a + 3 * a + 1 * b ** 2) / (2 * a + b ** 2),
    ];
    const errors = told.map((value, index) => value - (SQUARE.value[index] ?? 0));
    const { count, rootMeanSquare, bias } = leaveOneOut(SQUARE, OPTIONS);
    expect(count).toBe(4);
    expect(rootMeanSquare).toBeCloseTo(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / 4), 12);
    expect(bias).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 4, 12);
  });

  it('counts none where none has support', () => {
    expect(leaveOneOut(SQUARE, { ...OPTIONS, range: 0.1 })).toEqual({ count: 0, rootMeanSquare: NaN, bias: NaN });
  });
});

describe('the range of support', () => {
  it('is two and a half times the distance to the nearest neighbour on an even line', () => {
    const range = supportRange({ longitude: [0, 1, 2, 3], latitude: [0, 0, 0, 0] });
    expect(range / 1000).toBeCloseTo(2.5 * 111.19508, 3);
  });

  it('of a single sample is nothing', () => {
    expect(supportRange({ longitude: [0], latitude: [0] })).toBe(0);
  });
});
