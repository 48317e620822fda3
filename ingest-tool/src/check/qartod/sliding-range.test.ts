import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slidingDeviation } from './sliding-deviation';
import { flatSteps, slidingRange } from './sliding-range';

const value = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -6, max: 6 }) }, fc.constant(NaN));
const values = fc.array(value, { minLength: 1, maxLength: 40 }).map((own) => Float64Array.from(own));

const present = (own: Float64Array): number[] => [...own].filter(Number.isFinite);
const rangeOf = (own: Float64Array): number =>
  present(own).length === 0 ? NaN : Math.max(...present(own)) - Math.min(...present(own));

function startsOf(length: number, width: number): Int32Array {
  return Int32Array.from({ length }, (_, point) => Math.max(0, point - width));
}

describe('windows that slide', () => {
  it('have the range that each window has alone', () => {
    fc.assert(
      fc.property(values, fc.nat(8), (own, width) => {
        const starts = startsOf(own.length, width);
        const alone = Array.from(starts, (start, point) => rangeOf(own.subarray(start, point + 1)));
        expect([...slidingRange(own, starts)]).toEqual(alone);
      }),
    );
  });

  it('know how long the values have been flat', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 4 }), (own, tolerance) => {
        flatSteps(own, tolerance).forEach((steps, point) => {
          expect(rangeOf(own.subarray(point - steps, point + 1)) >= tolerance).toBe(false);
          if (steps < point)
            expect(rangeOf(own.subarray(point - steps - 1, point + 1))).toBeGreaterThanOrEqual(tolerance);
        });
      }),
    );
  });

  it('have the deviation that each window has alone', () => {
    fc.assert(
      fc.property(values, fc.nat(8), fc.integer({ min: 1, max: 9 }), (own, width, block) => {
        const starts = startsOf(own.length, width);
        const blocks = Float64Array.from(own, (_, point) => Math.floor(point / block));
        slidingDeviation(own, starts, blocks).forEach((deviation, point) => {
          const window = present(own.subarray(starts[point], point + 1));
          const mean = window.reduce((sum, each) => sum + each, 0) / window.length;
          const expected = Math.sqrt(window.reduce((sum, each) => sum + (each - mean) ** 2, 0) / window.length);
          if (window.length === 0) expect(deviation).toBeNaN();
          else expect(deviation).toBeCloseTo(expected, 10);
        });
      }),
    );
  });

  it('leave no remainder where a quiet signal follows a loud one', () => {
    const loud = Float64Array.from({ length: 200 }, (_, point) => (point < 100 ? 1e9 * Math.sin(point) : 0.1));
    const deviations = slidingDeviation(loud, startsOf(200, 10), new Float64Array(200));
    expect([...deviations.subarray(111)]).toEqual(new Array(89).fill(0));
  });
});
