import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochUnitOf, microsOf, microsOfNanos } from './epoch';

describe('epoch times', () => {
  it('are told apart by their size', () => {
    const seconds = 1_706_742_000;
    expect([1, 1e3, 1e6, 1e9].map((factor) => epochUnitOf(seconds * factor))).toEqual(['s', 'ms', 'us', 'ns']);
    expect(epochUnitOf(-5)).toBe('s');
    expect(epochUnitOf(99_999_999_999)).toBe('s');
    expect(epochUnitOf(100_000_000_000)).toBe('ms');
  });

  it('become microseconds, whole ones, downwards', () => {
    expect(microsOf(1.5, 's')).toBe(1_500_000);
    expect(microsOf(1_706_742_000_123, 'ms')).toBe(1_706_742_000_123_000);
    expect(microsOf(-1, 'ns')).toBe(-1);
  });

  it('keep every microsecond of nanoseconds beyond 2^53, until the year 2255', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n * 1000n - 1n }), (nanos) => {
        expect(BigInt(microsOfNanos(Number(nanos & 0xffffffffn), Number(nanos >> 32n)))).toBe(nanos / 1000n);
      }),
    );
  });
});
