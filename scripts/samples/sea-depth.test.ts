import { describe, expect, it } from 'vitest';
import { depthFromPressure } from './sea-depth';

describe('depthFromPressure', () => {
  it('gives the check value of UNESCO 44 to its last digit', () => {
    expect(depthFromPressure(10_000, 30)).toBeCloseTo(9712.653, 3);
  });

  it.each([
    [500, 0, 496.65],
    [500, 30, 496.0],
    [500, 90, 494.03],
    [10_000, 0, 9725.47],
    [10_000, 90, 9674.23],
  ])('agrees with the table of UNESCO 44 for %d dbar at %d°', (pressure, latitude, depth) => {
    expect(depthFromPressure(pressure, latitude)).toBeCloseTo(depth, 2);
  });

  it('is zero at the surface and the same on both sides of the equator', () => {
    expect(depthFromPressure(0, 26.5)).toBe(0);
    expect(depthFromPressure(3897.7, -26.5)).toBe(depthFromPressure(3897.7, 26.5));
  });
});
