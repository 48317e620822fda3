import { ROW_COUNT } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { emptyBucket, type Bucket } from './bucket';
import { DayBuckets } from './day-buckets';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

function hour(number: number, more: Partial<Bucket> = {}): Bucket {
  const place = { variable: 't', device: 'd', flag: null, cell: null, time: number * HOUR };
  return { ...emptyBucket(place), n: 1, firstTime: number * HOUR, lastTime: number * HOUR + 1, ...more };
}

describe('days from hours', () => {
  it('add up, keep the ends, and begin at midnight before 1970 as well', () => {
    const days = new DayBuckets();
    days.add(hour(-1, { sum: 3, sumOfSquares: 9, min: 3, max: 3 }));
    days.add(hour(0, { n: 2, sum: 5, sumOfSquares: 13, min: 2, max: 3 }));
    days.add(hour(23, { n: 1, sum: -4, sumOfSquares: 16, min: -4, max: -4 }));
    expect(days.sorted()).toMatchObject([
      { time: -DAY, n: 1, sum: 3, min: 3, max: 3 },
      { time: 0, n: 3, sum: 1, sumOfSquares: 29, min: -4, max: 3, firstTime: 0, lastTime: 23 * HOUR + 1 },
    ]);
  });

  it('rank NaN above every number, as DuckDB does', () => {
    const days = new DayBuckets();
    days.add(hour(0, { sum: NaN, sumOfSquares: NaN, min: NaN, max: NaN }));
    days.add(hour(1, { sum: 1, sumOfSquares: 1, min: 1, max: 1 }));
    expect(days.sorted()[0]).toMatchObject({ sum: NaN, min: 1, max: NaN });
  });

  it('keep apart what hours keep apart, and count rows without a sum', () => {
    const days = new DayBuckets();
    const kinds: Partial<Bucket>[] = [{ flag: 1 }, { flag: 4 }, { device: null }, { cell: '85283473fffffff' }];
    for (const kind of kinds) days.add(hour(0, { ...kind, sum: 1, sumOfSquares: 1, min: 1, max: 1 }));
    days.add(hour(5, { variable: ROW_COUNT, n: 7, sum: null, sumOfSquares: null }));
    expect(days.sorted()).toHaveLength(5);
    expect(days.sorted()[0]).toMatchObject({ variable: ROW_COUNT, n: 7, sum: null, min: null, max: null });
  });
});
