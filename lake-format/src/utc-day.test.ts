import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOfDay, dayNumberOf, dayNumberOfDate, MS_PER_DAY } from './utc-day';

describe('UTC days', () => {
  it('count from 1970-01-01, downwards before it', () => {
    expect(dayNumberOf(0)).toBe(0);
    expect(dayNumberOf(MS_PER_DAY - 1)).toBe(0);
    expect(dayNumberOf(-1)).toBe(-1);
    expect(dateOfDay(-1)).toEqual({ year: 1969, month: 12, day: 31 });
  });

  it('know leap years', () => {
    expect(dateOfDay(dayNumberOf(Date.UTC(2024, 1, 29, 23, 59)))).toEqual({ year: 2024, month: 2, day: 29 });
    expect(dayNumberOfDate({ year: 1900, month: 3, day: 1 }) - dayNumberOfDate({ year: 1900, month: 2, day: 28 })).toBe(
      1,
    );
  });

  it('take the years 0 to 99 as they are', () => {
    expect(dateOfDay(dayNumberOfDate({ year: 50, month: 6, day: 1 }))).toEqual({ year: 50, month: 6, day: 1 });
  });

  it('turn into dates and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_000_000 }), (day) => {
        expect(dayNumberOfDate(dateOfDay(day))).toBe(day);
      }),
    );
  });
});
