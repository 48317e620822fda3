import type { RollupPart } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { chooseRollups, type DatedFile } from './rollup-choice';

const DAY = 86_400_000_000;

/** A file of a station whose rows are of some days. */
function file(station: string | null, first: string, days = 1): DatedFile {
  const start = Date.parse(`${first}T00:00:00Z`) * 1000;
  return { key: `${station}/${first}`, station, times: { first: start, last: start + days * DAY - 1 } };
}

function part(grain: 'hour' | 'day', period: string, stations: [string, string], cells?: number): RollupPart {
  const path = `${grain}/${period}/${stations.join()}${cells ?? ''}`;
  return { path, bytes: 1, rows: 1, grain, period, stations, source: '', ...(cells === undefined ? {} : { cells }) };
}

const pathsOf = (choice: ReturnType<typeof chooseRollups>): string[] => choice?.parts.map(({ path }) => path) ?? [];

describe('which rollups stand for files', () => {
  const files = [file('a', '2024-12-31'), file('a', '2025-01-01'), file('b', '2025-01-01')];

  it('is the coarser tier where both have all, with the parts of each period that files are of', () => {
    const parts = [
      ...['2024-11', '2024-12', '2025-01'].map((month) => part('hour', month, ['a', 'b'])),
      ...['2023', '2024', '2025'].map((year) => part('day', year, ['a', 'b'])),
    ];
    const days = chooseRollups(parts, ['day', 'hour'], files);
    expect(pathsOf(days)).toEqual(['day/2024/a,b', 'day/2025/a,b']);
    expect(days?.stations).toEqual(['a', 'b']);
    expect(pathsOf(chooseRollups(parts, ['hour'], files))).toEqual(['hour/2024-12/a,b', 'hour/2025-01/a,b']);
  });

  it('leaves a station to its files that lacks one of its periods, and takes the tier that stands for more', () => {
    const parts = [
      part('day', '2025', ['a', 'b']),
      part('hour', '2024-12', ['a', 'a']),
      part('hour', '2025-01', ['a', 'a']),
    ];
    const choice = chooseRollups(parts, ['day', 'hour'], files);
    expect([choice?.grain, choice?.stations]).toEqual(['hour', ['a']]);
    expect(chooseRollups([part('day', '2024', ['a', 'b'])], ['day'], files)).toBeUndefined();
  });

  it('needs the part of every month that a file spans', () => {
    const long = [file('a', '2025-01-30', 40)];
    const months = ['2025-01', '2025-03'].map((month) => part('hour', month, ['a', 'a']));
    expect(chooseRollups(months, ['hour'], long)).toBeUndefined();
    const all = [...months, part('hour', '2025-02', ['a', 'a'])];
    expect(chooseRollups(all, ['hour'], long)?.parts).toHaveLength(3);
  });

  it('prefers the tier that is not divided by place, and mixes none', () => {
    const [plain, cells] = [part('day', '2025', ['b', 'b']), part('day', '2025', ['a', 'b'], 5)];
    const one = [file('b', '2025-01-01')];
    expect(pathsOf(chooseRollups([cells, plain], ['day'], one))).toEqual([plain.path]);
    const both = [file('a', '2025-01-02'), ...one];
    expect(pathsOf(chooseRollups([cells, plain], ['day'], both))).toEqual([cells.path]);
  });

  it('says nothing of files whose station or times are not known', () => {
    const parts = [part('day', '2025', ['a', 'b'])];
    expect(chooseRollups(parts, ['day'], [file(null, '2025-01-01')])).toBeUndefined();
    const undated: DatedFile = { key: 'a/x', station: 'a', times: undefined };
    expect(chooseRollups(parts, ['day'], [file('a', '2025-01-01'), undated])).toBeUndefined();
  });

  it('knows stations by the order of their UTF-8 bytes', () => {
    const parts = [part('day', '2025', ['z', '\u{1f30a}'])];
    expect(chooseRollups(parts, ['day'], [file('\uff5e', '2025-01-01')])?.stations).toEqual(['\uff5e']);
    expect(chooseRollups(parts, ['day'], [file('a', '2025-01-01')])).toBeUndefined();
  });
});
