import { describe, expect, it } from 'vitest';
import { planSeries, type FileFacts, type PlanRules } from './compact-plan';
import { folderAt, isPadded, parseTimeFolder } from './time-folder';

const HOUR = 3_600_000_000;
const at = (text: string): number => Date.parse(text) * 1000;

describe('the time of a folder', () => {
  it.each([
    ['station=a/year=2025/month=02/day=28', 'day', '2025-02-28', '2025-03-01'],
    ['year=2024/month=2/station=a', 'month', '2024-02-01', '2024-03-01'],
    ['station=a/date=2025-12-31', 'day', '2025-12-31', '2026-01-01'],
    ['station=a/year=2024', 'year', '2024-01-01', '2025-01-01'],
  ])('of %s is a %s', (path, grain, first, after) => {
    expect(parseTimeFolder(path)).toMatchObject({ grain, station: 'a', start: at(first), end: at(after) });
  });

  it('is an hour where the keys go that far', () => {
    const folder = parseTimeFolder('station=a/year=2025/month=11/day=24/hour=23');
    expect(folder.end - folder.start).toBe(HOUR);
    expect(folderAt(folder, folder.end, true)).toBe('station=a/year=2025/month=11/day=25/hour=00');
  });

  it.each(['station=a', 'station=a/year=2025/month=02/day=30', 'station=a/year=x/month=1'])(
    'is unknown of %s',
    (path) => expect(parseTimeFolder(path)).toMatchObject({ grain: 'all', series: path }),
  );

  it('is written as the other folders of the series are', () => {
    expect(isPadded(['year=2025/month=1', 'year=2025/month=12'])).toBe(false);
    expect(folderAt(parseTimeFolder('year=2025/month=12'), at('2026-01-05'), false)).toBe('year=2026/month=1');
  });
});

describe('the plan of a series', () => {
  const file = (path: string, ...days: string[]): FileFacts => ({ path, size: 1, etag: '1', starts: days.map(at) });
  const rules: PlanRules = { isEligible: () => true, minFiles: 2, isStale: () => false };
  const day = (number: string): string => `station=a/year=2025/month=11/day=${number}`;

  it('groups days between which rows move, and leaves tidy ones alone', () => {
    const files = [
      file(`${day('01')}/a.parquet`, '2025-11-01'),
      file(`${day('02')}/a.parquet`, '2025-11-01', '2025-11-02'),
      file(`${day('04')}/a.parquet`, '2025-11-04'),
      file(`${day('04')}/b.parquet`, '2025-11-04'),
      file(`${day('06')}/a.parquet`, '2025-11-06'),
    ];
    const groups = planSeries(files, rules).map(({ folders }) => folders.map(({ folder }) => folder));
    expect(groups).toEqual([[day('01'), day('02')], [day('04')]]);
  });

  it('leaves rows where they are while their own day may not be touched', () => {
    const files = [file(`${day('02')}/a.parquet`, '2025-11-01', '2025-11-02')];
    const onlySecond = { ...rules, isEligible: ({ path }: { path: string }) => path === day('02') };
    expect(planSeries(files, onlySecond)).toEqual([]);
    const [group] = planSeries(files, rules);
    expect(group?.folders.map(({ folder, inputs }) => [folder, inputs[0]?.spans])).toEqual([
      [day('01'), { only: [[at('2025-11-01'), at('2025-11-02')]] }],
      [day('02'), { but: [[at('2025-11-01'), at('2025-11-02')]] }],
    ]);
  });
});
