import { describe, expect, it } from 'vitest';
import { emptyReceipt } from '../../lake/receipt';
import { breakAtGaps, gapLimit, nearestIndex, seriesOf } from './series-data';

const times = Float64Array.of(0, 10, 20, 30, 100, 110, 300);

describe('a device’s series', () => {
  it('is taken from an answer in any order, NULL becoming missing', () => {
    const series = seriesOf(
      {
        rowCount: 3,
        receipt: emptyReceipt(),
        columns: [
          { name: 'device_id', sqlType: 'VARCHAR', kind: 'text', values: ['b', 'a', 'b'] },
          { name: 'time', sqlType: 'TIMESTAMP', kind: 'timestamp', values: Float64Array.of(2, 1, 1) },
          {
            name: 'v',
            sqlType: 'FLOAT',
            kind: 'number',
            values: Float64Array.of(5, 6, 7),
            valid: Uint8Array.of(0, 1, 1),
          },
        ],
      },
      { device: 'device_id', time: 'time', value: 'v' },
    );
    expect(series).toEqual([
      { device: 'b', times: Float64Array.of(1, 2), values: Float64Array.of(7, Number.NaN) },
      { device: 'a', times: Float64Array.of(1), values: Float64Array.of(6) },
    ]);
  });

  it('breaks where a step exceeds three usual ones, and keeps lone readings visible', () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
    expect(gapLimit(times)).toBe(30);
    expect(breakAtGaps({ device: 'a', times, values }, 30)).toEqual({
      times: [0, 10, 20, 30, 30, 100, 110, 110, 300, 300],
      values: [1, 2, 3, 4, Number.NaN, 5, 6, Number.NaN, 7, Number.NaN],
      lone: [{ time: 300, value: 7 }],
    });
  });

  it('breaks at a missing value', () => {
    const values = Float64Array.of(1, Number.NaN, 3, 4, 5, 6, 7);
    const drawn = breakAtGaps({ device: 'a', times, values }, 1000);
    expect(drawn.values).toEqual([1, Number.NaN, 3, 4, 5, 6, 7, Number.NaN]);
    expect(drawn.lone).toEqual([{ time: 0, value: 1 }]);
  });

  it('finds the nearest reading', () => {
    expect([-5, 0, 14, 16, 64, 66, 999].map((time) => nearestIndex(times, time))).toEqual([0, 0, 1, 2, 3, 4, 6]);
    expect(nearestIndex(new Float64Array(), 5)).toBe(-1);
  });
});
