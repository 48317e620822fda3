import { describe, expect, it } from 'vitest';
import { greatCirclePath, longitudeBeside, sphereDistance, wrapLongitude } from './sphere';

describe('distances on the sphere', () => {
  it('are those published for Nashville to Los Angeles, and a degree at 26.5° N', () => {
    expect(sphereDistance([-86.67, 36.12], [-118.4, 33.94]) / 1000).toBeCloseTo(2886.44843, 4);
    expect(sphereDistance([-76.75, 26.5], [-75.75, 26.5]) / 1000).toBeCloseTo(99.512047, 2);
    expect(sphereDistance([10, 0], [10, 1]) / 1000).toBeCloseTo(111.19508, 4);
  });

  it('take the short way over the antimeridian', () => {
    expect(sphereDistance([179.5, 0], [-179.5, 0])).toBeCloseTo(sphereDistance([0, 0], [1, 0]), 6);
  });
});

describe('longitudes', () => {
  it('wrap into −180 to 180', () => {
    expect([190, -190, 540, -180, 359.5].map(wrapLongitude)).toEqual([-170, 170, -180, -180, -0.5]);
  });

  it('are told as the one nearest to another', () => {
    expect(longitudeBeside(-179, 179)).toBe(181);
    expect(longitudeBeside(179, -179)).toBe(-181);
    expect(longitudeBeside(10, 350)).toBe(370);
  });
});

describe('the path between two positions', () => {
  it('goes on past the antimeridian', () => {
    const path = greatCirclePath([178, -10], [-178, -10]);
    expect(path.at(0)).toEqual([178, -10]);
    expect(path.at(-1)).toEqual([182, -10]);
    for (const [index, [longitude]] of path.slice(1).entries()) {
      expect(Math.abs(longitude - (path[index]?.[0] ?? 0))).toBeLessThan(2);
    }
  });

  it('bends over the pole rather than along a parallel', () => {
    const path = greatCirclePath([0, 80], [120, 80]);
    expect(Math.max(...path.map(([, latitude]) => latitude))).toBeGreaterThan(84.9);
  });

  it('of two positions that are the same has two points', () => {
    expect(greatCirclePath([5, 5], [5, 5])).toEqual([
      [5, 5],
      [5, 5],
    ]);
  });
});
