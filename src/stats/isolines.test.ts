import { expect, it } from 'vitest';
import { isoline, levelsBetween } from './isolines';

it('finds where a grid has a value, between its points', () => {
  const grid = { columns: 3, rows: 2, values: Float64Array.of(0, 1, 2, 0, 1, 2) };
  expect(isoline(grid, 0.25)).toEqual([[0.25, 0, 0.25, 1]]);
  expect(isoline(grid, 3)).toEqual([]);
  const sloped = { columns: 2, rows: 2, values: Float64Array.of(0, 2, 2, 4) };
  expect(isoline(sloped, 1)).toEqual([[0.5, 0, 0, 0.5]]);
});

it('draws two lines through a saddle, and none beside what is unknown', () => {
  expect(isoline({ columns: 2, rows: 2, values: Float64Array.of(0, 1, 0, 1) }, 0.5)).toHaveLength(1);
  expect(isoline({ columns: 2, rows: 2, values: Float64Array.of(0, 1, 1, 0) }, 0.5)).toHaveLength(2);
  expect(isoline({ columns: 2, rows: 2, values: Float64Array.of(0, 1, NaN, 1) }, 0.5)).toEqual([]);
});

it('takes round levels', () => {
  expect(levelsBetween(-0.35, 0.31, 0.1)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  expect(levelsBetween(1.2, 1.3, 1)).toEqual([]);
});
