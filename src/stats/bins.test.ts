import { expect, it } from 'vitest';
import { binValues, binWidth } from './bins';

it('counts values in classes of a round width, each value once', () => {
  const bins = binValues(Float64Array.of(0, 1, 1.5, 2, 9.9, 10, NaN, Infinity), 5);
  expect(bins).toEqual({ start: 0, width: 2, counts: [3, 1, 0, 0, 1, 1] });
  expect(binValues(Float64Array.of(3, 3, NaN), 5)).toEqual({ start: 2.5, width: 1, counts: [2] });
  expect(binValues(new Float64Array(), 5).counts).toEqual([]);
  expect([binWidth(0, 1, 30), binWidth(-2.1, 28, 40), binWidth(1, 1, 4)]).toEqual([0.05, 1, undefined]);
});
