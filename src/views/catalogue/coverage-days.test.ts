import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DayCoverage } from '../../lake/coverage';
import { coverageMonths, coverageOf, dayText, describeCoverage } from './coverage-days';

const held = (station: string, day: number, rows: number | null, lastDay = day): DayCoverage => ({
  ...{ station, day, lastDay, files: 1, kept: 1, bytes: 100, rows },
});

describe('the coverage of days', () => {
  it('is complete where a station holds as much as on its usual day, and a gap where it holds nothing', () => {
    const coverage = coverageOf([held('a', 10, 96), held('a', 11, 96), held('a', 12, 24), held('a', 15, 100)]);
    expect([9, 10, 12, 13, 15, 16].map((day) => coverage?.at(day))).toMatchObject([
      { state: 'outside', share: null },
      { state: 'held', share: 1, rows: 96, files: 1 },
      { state: 'held', share: 0.25 },
      { state: 'gap', share: null, files: 0, rows: 0 },
      { state: 'held', share: 1 },
      { state: 'outside' },
    ]);
    expect(coverage).toMatchObject({ measure: 'rows', gaps: [{ from: 13, until: 14 }] });
    expect(coverage && describeCoverage(coverage)).toBe(
      'Files on 4 of 6 days, 1970-01-11 to 1970-01-16. One gap: 2 days, 1970-01-14 to 1970-01-15.',
    );
  });

  it('of several stations counts each only between its own ends', () => {
    const days = [held('a', 0, 10), held('a', 1, 10), held('b', 1, 30), held('b', 2, 30), held('b', 3, 15)];
    const coverage = coverageOf(days);
    expect([0, 1, 2, 3].map((day) => coverage?.at(day).share)).toEqual([1, 1, 1, 0.5]);
    expect(coverageOf(days.filter(({ station, day }) => station === 'a' || day > 1))?.at(1).share).toBe(1);
  });

  it('knows no gap inside of a file of several days, and compares bytes where rows are not known', () => {
    const coverage = coverageOf([held('a', 0, null, 30), held('a', 40, null)]);
    expect(coverage).toMatchObject({ measure: 'bytes', gaps: [{ from: 31, until: 39 }] });
    expect(coverage?.at(20)).toMatchObject({ state: 'within', rows: 0, share: null });
    expect(coverage?.at(40)).toMatchObject({ state: 'held', rows: null, share: 1 });
  });

  it('tells of rows where these were counted', () => {
    const days = [2, 5].map((day) => ({ ...held('6901234', day, 96), files: 0, kept: 0, bytes: 0 }));
    const coverage = coverageOf(days);
    expect([2, 3].map((day) => coverage?.at(day).state)).toEqual(['held', 'gap']);
    expect(coverage && describeCoverage(coverage)).toMatch(/^Rows on 2 of 4 days/);
  });

  it('adds up to months, and loses no day', () => {
    const entry = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(300), fc.nat(3), fc.nat(50));
    const days = fc.uniqueArray(entry, { ...{ minLength: 1, maxLength: 40 }, selector: ([id, day]) => `${id} ${day}` });
    fc.assert(
      fc.property(days, (entries) => {
        const coverage = coverageOf(entries.map(([station, day, more, rows]) => held(station, day, rows, day + more)));
        if (!coverage) throw new Error('no coverage of days');
        const covered = new Set(
          entries.flatMap(([, day, more]) => Array.from({ length: more + 1 }, (_, i) => day + i)),
        );
        for (let day = coverage.firstDay; day <= coverage.lastDay; day++) {
          const { state, share } = coverage.at(day);
          expect(state !== 'gap').toBe(covered.has(day));
          expect(share === null || (share >= 0 && share <= 1 + 1e-12)).toBe(true);
        }
        const months = coverageMonths(coverage);
        const sum = (of: (month: (typeof months)[number]) => number) =>
          months.reduce((all, month) => all + of(month), 0);
        expect(sum(({ rows }) => rows ?? NaN)).toBe(entries.reduce((all, [, , , rows]) => all + rows, 0));
        expect(sum(({ held: days }) => days)).toBe(covered.size);
        expect(dayText(months[0]?.from ?? NaN)).toBe(`${months[0]?.month}-01`);
      }),
      { numRuns: 40 },
    );
  });
});
