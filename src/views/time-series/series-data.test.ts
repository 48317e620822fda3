import { describe, expect, it } from 'vitest';
import { emptyReceipt } from '../../lake/receipt';
import { extentOf, gapLimit, nearestIndex, seriesOf } from './series-data';

const times = Float64Array.of(0, 10, 20, 30, 100, 110, 300);

describe('a device’s series', () => {
  const answer = {
    rowCount: 3,
    receipt: emptyReceipt(),
    columns: [
      { name: 'device_id', sqlType: 'VARCHAR', kind: 'text' as const, values: ['b', 'a', 'b'] },
      { name: 'time', sqlType: 'TIMESTAMP', kind: 'timestamp' as const, values: Float64Array.of(2, 1, 1) },
      {
        ...{ name: 'v', sqlType: 'FLOAT', kind: 'number' as const },
        ...{ values: Float64Array.of(5, 6, 7), valid: Uint8Array.of(0, 1, 1) },
      },
    ],
  };

  it('is taken from an answer in any order, NULL becoming missing', () => {
    const series = seriesOf(answer, { keys: ['variable', 'device_id'], time: 'time', value: 'v' });
    expect(series).toEqual([
      { keys: ['', 'b'], times: Float64Array.of(1, 2), values: Float64Array.of(7, Number.NaN) },
      { keys: ['', 'a'], times: Float64Array.of(1), values: Float64Array.of(6) },
    ]);
    expect(extentOf(series)).toEqual({ count: 2, low: 6, high: 7 });
  });

  it('is none where the answer has no time', () => {
    expect(seriesOf(answer, { keys: [], time: 'v', value: 'v' })).toEqual([]);
  });

  it('bridges steps up to three usual ones', () => {
    expect(gapLimit(times)).toBe(30);
    expect(gapLimit(times, 50)).toBe(50);
    expect(gapLimit(Float64Array.of(5))).toBe(Number.POSITIVE_INFINITY);
  });

  it('finds the nearest reading', () => {
    expect([-5, 0, 14, 16, 64, 66, 999].map((time) => nearestIndex(times, time))).toEqual([0, 0, 1, 2, 3, 4, 6]);
    expect(nearestIndex(new Float64Array(), 5)).toBe(-1);
  });
});
