import { describe, expect, it } from 'vitest';
import { catalogueOf } from './coverage';
import type { LakeSchema } from './lake-schema';
import type { FileFacts } from './manifest-files';
import type { LakeFile } from './partition-walk';

const schema: LakeSchema = {
  columns: [{ name: 'time', duckdbType: 'TIMESTAMP' }],
  partitionKeys: [
    { name: 'station', type: 'text' },
    { name: 'year', type: 'integer' },
    { name: 'month', type: 'integer' },
    { name: 'day', type: 'integer' },
  ],
  timeColumn: 'time',
  exact: true,
};

const MAY_7 = Date.UTC(2011, 4, 7);
const DAY = 86_400_000;

function file(key: string, partition: LakeFile['partition'], size = 10): LakeFile {
  return { key, size, etag: '', partition };
}

const day = (station: string, number: string) => ({ station, year: '2011', month: '05', day: number });

function observed(from: number, until: number, rows: number): FileFacts {
  const at = (ms: number) => ({ type: 'timestamp', value: ms * 1000 }) as const;
  return {
    rows,
    boundsOf: (name) => (name === 'time' ? { min: at(from), max: at(until) } : undefined),
    column: () => undefined,
  };
}

describe('the catalogue of a lake', () => {
  it('counts files by station and day from their folders alone', () => {
    const files = [file('c', day('wb2', '08')), file('a', day('wb2', '07')), file('b', day('wb2', '07'), 5)];
    expect(catalogueOf(files, new Map(), schema, new Set(['b']))).toEqual({
      files: 3,
      bytes: 25,
      rows: null,
      span: { from: MAY_7, until: MAY_7 + 2 * DAY - 0.001 },
      days: [
        { station: 'wb2', day: MAY_7 / DAY, lastDay: MAY_7 / DAY, files: 2, kept: 1, bytes: 15, rows: null },
        { station: 'wb2', day: MAY_7 / DAY + 1, lastDay: MAY_7 / DAY + 1, files: 1, kept: 0, bytes: 10, rows: null },
      ],
      stationKey: 'station',
      columns: [],
    });
  });

  it('knows rows and the very times where a manifest tells them', () => {
    const facts = new Map([['a', observed(MAY_7 + 1000, MAY_7 + 9000, 96)]]);
    expect(catalogueOf([file('a', day('wb2', '07'))], facts, schema)).toMatchObject({
      rows: 96,
      span: { from: MAY_7 + 1000, until: MAY_7 + 9000 },
      days: [{ rows: 96, day: MAY_7 / DAY }],
    });
  });

  it('counts a file of a longer folder to the day of its first row, and one without a time in the totals alone', () => {
    const facts = new Map([['a', observed(MAY_7 + DAY, MAY_7 + 5 * DAY, 4)]]);
    const files = [file('a', { station: null, year: '2011' }), file('b', {})];
    expect(catalogueOf(files, facts, schema)).toMatchObject({
      files: 2,
      rows: null,
      days: [{ station: null, day: MAY_7 / DAY + 1, lastDay: MAY_7 / DAY + 5, files: 1, rows: 4 }],
    });
  });

  it('goes by the folder that stations are named after, which may be numbered', () => {
    const two = { ...schema, partitionKeys: [{ name: 'network', type: 'text' } as const, ...schema.partitionKeys] };
    const files = [file('a', { network: 'rapid', ...day('wb2', '07') })];
    expect(catalogueOf(files, new Map(), two)).toMatchObject({ stationKey: 'network', days: [{ station: 'rapid' }] });
    expect(catalogueOf(files, new Map(), two, new Set(), 'station')).toMatchObject({ days: [{ station: 'wb2' }] });
    const numbered: LakeSchema = {
      ...schema,
      partitionKeys: ['year', 'wmo'].map((name) => ({ name, type: 'integer' })),
    };
    expect(catalogueOf([file('a', { year: '2011', wmo: '6901234' })], new Map(), numbered)).toMatchObject({
      stationKey: 'wmo',
      days: [{ station: '6901234' }],
    });
  });

  it('of an empty lake is empty', () => {
    expect(catalogueOf([], new Map(), schema)).toEqual({
      ...{ files: 0, bytes: 0, rows: 0, span: null, stationKey: 'station', days: [], columns: [] },
    });
  });
});
