import type { LakeDescription } from '@tidelake/lake-format';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ManifestRow } from '../manifest/manifest-row';
import { daysOf, WindowFilter, type PullWindow } from './pull-window';

const DAY_MS = 86_400_000;

const lake: LakeDescription = {
  format: 'tidelake',
  version: 1,
  partitioning: [
    { name: 'station', type: 'text' },
    { name: 'year', type: 'integer', width: 4 },
    { name: 'month', type: 'integer', width: 2 },
    { name: 'day', type: 'integer', width: 2 },
  ],
  columns: [{ name: 'Time', type: 'timestamp', role: 'time' }],
  stations: [],
  totals: { files: 0, bytes: 0 },
};

function pathOf(time: number, station = 'a'): string {
  const [year, month, day] = new Date(time).toISOString().split('T', 1)[0]?.split('-') ?? [];
  return `station=${station}/year=${year}/month=${month}/day=${day}/x.parquet`;
}

function rowOf(path: string, min: number | null, max: number | null): ManifestRow {
  const statistics = new Map([['time', { kind: 'time' as const, min, max, nulls: 0 }]]);
  return { path, bytes: 1, rows: 1, etag: null, sha256: null, cells: null, footer: null, statistics };
}

describe('a window', () => {
  const times = fc.integer({ min: Date.UTC(2023, 11, 1), max: Date.UTC(2024, 3, 1) });
  const windows: fc.Arbitrary<PullWindow> = fc.record(
    { from: times, until: times, stations: fc.subarray(['a', 'b']).map((ids) => new Set(ids)) },
    { requiredKeys: [] },
  );
  const isInside = (
    { from = -Infinity, until = Infinity, stations }: PullWindow,
    time: number,
    station: string,
  ): boolean => time >= from && time < until && (stations?.has(station) ?? true);

  it('never leaves out a file with a row in it, by folders, statistics, or with rows filed a day off', () => {
    fc.assert(
      fc.property(
        windows,
        times,
        fc.constantFrom('a', 'b'),
        fc.integer({ min: -1, max: 1 }),
        (window, time, station, shift) => {
          if (!isInside(window, time, station)) return;
          const exact = new WindowFilter(window, lake);
          expect(exact.takesPath(pathOf(time, station))).toBe(true);
          expect(exact.takesRow(rowOf(pathOf(time, station), (time - 5) * 1000, (time + 5) * 1000))).toBe(true);
          expect(exact.takesRow(rowOf(pathOf(time, station), null, null))).toBe(true);
          expect(exact.takesTimes([time * 1000, time * 1000])).toBe(true);
          const shifted = pathOf(time + shift * DAY_MS, station);
          expect(new WindowFilter(window, { ...lake, partitionTime: 'approximate' }).takesPath(shifted)).toBe(true);
          expect(new WindowFilter(window, undefined).takesPath(shifted)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('leaves out what cannot be in it', () => {
    const filter = new WindowFilter(
      { from: Date.UTC(2024, 0, 2), until: Date.UTC(2024, 0, 3), stations: new Set(['a']) },
      lake,
    );
    const [before, day, after] = [1, 2, 3].map((date) => pathOf(Date.UTC(2024, 0, date)));
    expect([before, day, after].map((path) => filter.takesPath(path ?? ''))).toEqual([false, true, false]);
    expect(filter.takesPath(pathOf(Date.UTC(2024, 0, 2), 'b'))).toBe(false);
    const row = rowOf(day ?? '', Date.UTC(2024, 0, 3) * 1000, Date.UTC(2024, 0, 4) * 1000);
    expect(filter.takesRow(row)).toBe(false);
  });

  it.each<[string, string | undefined]>([
    ['year=2024/x', '2024-01-01 2025-01-01'],
    ['year=2024/month=2/x', '2024-02-01 2024-03-01'],
    ['Year=2024/Month=12/Day=31/x', '2024-12-31 2025-01-01'],
    ['date=2024-02-29/x', '2024-02-29 2024-03-01'],
    ['day=2024-02-29/x', '2024-02-29 2024-03-01'],
    ['year=__HIVE_DEFAULT_PARTITION__/x', undefined],
    ['month=2/day=3/x', undefined],
    ['x', undefined],
  ])('takes %s for %s', (path, expected) => {
    const days = daysOf(path)?.map((time) => new Date(time).toISOString().slice(0, 10));
    expect(days?.join(' ')).toBe(expected);
  });
});
