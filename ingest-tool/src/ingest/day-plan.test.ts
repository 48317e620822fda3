import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderOfDay } from '../rows/partition-index';
import { daySegments, wantedDays, type PlannedDay } from './day-plan';

const planned = (station: string, day: number): PlannedDay => ({
  folder: folderOfDay(station, day),
  station,
  day,
  partition: day,
  count: 10,
  isWanted: true,
});

describe('the pieces of a run', () => {
  it('are its days where each is judged alone', () => {
    const days = [planned('a', 1), planned('a', 2)];
    expect(daySegments(days, false, 8)).toEqual(days.map((day) => ({ days: [day], rows: 10 })));
  });

  it('write each day and its neighbours once, and see the days beside every day they write', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 1, max: 9 }), (ofA, ofB, pieces) => {
        const days = [...ofA.map((day) => planned('a', day)), ...ofB.map((day) => planned('b', day))];
        const segments = daySegments(days, true, pieces);
        const expected = new Set(
          days.flatMap(({ station, day }) => [-1, 0, 1].map((step) => `${station} ${day + step}`)),
        );
        const written = segments.flatMap((segment) => segment.days.filter(({ isWanted }) => isWanted));
        expect(new Set(written.map(({ station, day }) => `${station} ${day}`))).toEqual(expected);
        expect(written).toHaveLength(wantedDays(segments));
        expect(written).toHaveLength(expected.size);
        for (const { days: own, rows } of segments) {
          expect(own.map(({ day }) => day)).toEqual(
            [...new Set(own.map(({ day }) => day))].sort((one, two) => one - two),
          );
          expect(new Set(own.map(({ station }) => station)).size).toBe(1);
          for (const { day } of own.filter(({ isWanted }) => isWanted)) {
            expect(own.filter((other) => Math.abs(other.day - day) === 1)).toHaveLength(2);
          }
          for (const { station, day, count } of own) {
            expect(count).toBe((station === 'a' ? ofA : ofB).includes(day) ? 10 : 0);
          }
          expect(rows).toBeGreaterThanOrEqual(10);
        }
      }),
    );
  });
});
