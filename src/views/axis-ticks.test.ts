import { expect, it } from 'vitest';
import { axisTicks } from './axis-ticks';

it('puts ticks at round values', () => {
  expect(axisTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(axisTicks(34.61, 37.2, 5)).toEqual([35, 36, 37]);
  expect(axisTicks(-0.3, 0.3, 6)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  expect(axisTicks(0.5, 2000, 5, true)).toEqual([1, 10, 100, 1000]);
  expect(axisTicks(1, 3, 4, true)).toEqual([1, 1.5, 2, 2.5, 3].filter((tick) => tick % 0.5 === 0));
  expect(axisTicks(5, 5, 4)).toEqual([]);
});
