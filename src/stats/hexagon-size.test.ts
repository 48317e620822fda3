import { expect, it } from 'vitest';
import { resolutionAtZoom } from './hexagon-size';

it('hexagons become finer with the zoom', () => {
  const resolutions = [0, 1, 2, 3, 5, 7, 9, 12].map(resolutionAtZoom);
  expect(resolutions).toEqual([...resolutions].sort((left, right) => left - right));
  expect(resolutions[0]).toBe(0);
  expect(new Set(resolutions).size).toBeGreaterThan(5);
});
