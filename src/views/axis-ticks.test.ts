import { expect, it } from 'vitest';
import { axisTicks, tickTexts } from './axis-ticks';

it('puts ticks at round values', () => {
  expect(axisTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(axisTicks(34.61, 37.2, 5)).toEqual([35, 36, 37]);
  expect(axisTicks(-0.3, 0.3, 6)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  expect(axisTicks(0.5, 2000, 5, true)).toEqual([1, 10, 100, 1000]);
  expect(axisTicks(5, 73, 5, true)).toEqual([5, 10, 20, 50]);
  expect(axisTicks(0.03, 0.4, 5, true)).toEqual([0.05, 0.1, 0.2]);
  expect(axisTicks(1, 3, 4, true)).toEqual([1, 1.5, 2, 2.5, 3].filter((tick) => tick % 0.5 === 0));
  expect(axisTicks(5, 5, 4)).toEqual([]);
});

it('writes the numbers of an axis with the same decimals, and gaps between thousands', () => {
  expect(tickTexts([33.5, 34, 34.5])).toEqual(['33.5', '34.0', '34.5']);
  expect(tickTexts([-2000, 0, 2000])).toEqual(['−2\u202f000', '0', '2\u202f000']);
  expect(tickTexts([0.0005, 0.001])).toEqual(['0.0005', '0.0010']);
  expect(tickTexts([1e-7, 1e12])).toEqual(['1e−7', '1e12']);
});
