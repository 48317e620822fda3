import fc from 'fast-check';
import { expect, it } from 'vitest';
import { m4Indices } from './m4';

it('keeps the points of the published example', () => {
  const y = Float64Array.of(0, 2, 1, 4, 3, 8, 2, 7, 1, 6, 0, 5, 9, 3, 4, 8, 2, 1, 7, 0);
  const x = y.map((_, index) => index);
  expect(m4Indices(x, y, 0, 20, 4)).toEqual([0, 3, 4, 5, 8, 9, 10, 12, 14, 15, 19]);
});

it('keeps the extremes, the ends and the order of any series, and at most four points a column', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), fc.nat(20), (given, n) => {
      const y = Float64Array.from(given);
      const x = y.map((_, index) => index);
      const kept = m4Indices(x, y, 0, y.length, n + 1);
      const values = kept.map((index) => y[index] ?? NaN);
      expect([Math.min(...values), Math.max(...values)]).toEqual([Math.min(...y), Math.max(...y)]);
      expect([kept[0], kept.at(-1)]).toEqual([0, y.length - 1]);
      expect(kept).toEqual(kept.toSorted((left, right) => left - right));
      expect(kept.length).toBeLessThanOrEqual(Math.min(y.length, 4 * (n + 1)));
    }),
    { numRuns: 50 },
  );
  expect(m4Indices(new Float64Array(), new Float64Array(), 0, 1, 3)).toEqual([]);
});
