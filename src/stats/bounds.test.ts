import { describe, expect, it } from 'vitest';
import { boundsOfPositions, wrapBounds } from './bounds';

describe('the box around positions', () => {
  it('is the narrow one, over the antimeridian where that is narrower', () => {
    expect(boundsOfPositions([170, -175, 179], [0, 5, -5])).toEqual({ west: 170, east: 185, south: -5, north: 5 });
    expect(boundsOfPositions([-10, 20], [1, 2])).toEqual({ west: -10, east: 20, south: 1, north: 2 });
  });

  it('passes over what is no position', () => {
    expect(boundsOfPositions([NaN, 5, 6], [1, 2, 95])).toEqual({ west: 5, east: 5, south: 2, north: 2 });
    expect(boundsOfPositions([], [])).toBeUndefined();
  });
});

it('a box is told within ±180 degrees', () => {
  expect(wrapBounds({ west: 170, east: 190, south: -95, north: 5 })).toEqual({
    west: 170,
    east: -170,
    south: -90,
    north: 5,
  });
  expect(wrapBounds({ west: -200, east: 200, south: 0, north: 1 })).toMatchObject({ west: -180, east: 180 });
  expect(wrapBounds({ west: 100, east: 180, south: 0, north: 1 })).toMatchObject({ west: 100, east: 180 });
});
