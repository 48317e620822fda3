import { expect, it } from 'vitest';
import { compared, mergeReports, reportOf } from './bench-result';

it('keeps what another run on the same machine measured, and the newest value of each metric', () => {
  const first = reportOf('scan', [compared('one day', 100, 'ms'), compared('a month', 900, 'ms')]);
  const second = reportOf('scan', [compared('one day', 90, 'ms', 900)]);
  const merged = mergeReports(first, second);
  expect(merged.runs.map(({ results }) => results.map(({ metric, value }) => [metric, value]))).toEqual([
    [['a month', 900]],
    [['one day', 90]],
  ]);
  expect(mergeReports(merged, first).runs).toHaveLength(1);
});

it('starts anew on another machine', () => {
  const here = reportOf('scan', [compared('one day', 100, 'ms')]);
  const there = { ...here, machine: { ...here.machine, cpu: 'another' } };
  expect(mergeReports(there, here)).toEqual(here);
  expect(mergeReports(undefined, here)).toEqual(here);
});
