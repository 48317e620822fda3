import type { ManifestIndex, ManifestPart } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import type { LakeSchema } from './lake-schema';
import { matchingParts } from './manifest-parts';
import { and, type Comparison, type Literal, type Predicate } from './predicate';

const schema: LakeSchema = {
  columns: [
    { name: 'time', duckdbType: 'TIMESTAMP' },
    { name: 'temperature', duckdbType: 'DOUBLE' },
  ],
  partitionKeys: [
    { name: 'station', type: 'text' },
    { name: 'year', type: 'integer', width: 4 },
  ],
  timeColumn: 'time',
  exact: false,
};

const may = Date.UTC(2011, 4, 1) * 1000;
const june = Date.UTC(2011, 5, 1) * 1000;

function part(month: string, about: Partial<ManifestPart>): ManifestPart {
  const path = `_tidelake/manifest/month=${month}/part-0.parquet`;
  return { path, bytes: 1, month, files: 1, rows: 1, dataBytes: 1, time: null, keys: {}, ...about };
}

const index: ManifestIndex = {
  format: 'tidelake-manifest',
  version: 1,
  rollups: [],
  parts: [
    part('2011-05', { time: [may, june - 1], keys: { station: ['a', 'f'], year: [2011, 2011] } }),
    part('2011-06', { time: [june, june + 5], keys: { station: ['b', 'm'], year: [2011, 2011] } }),
    part('unknown', { keys: { year: [2010, 2012] } }),
    part('2011-07', { files: 0 }),
  ],
};

const compare = (column: string, comparison: Comparison, literal: Literal): Predicate => ({
  kind: 'compare',
  column,
  comparison,
  literal,
});
const months = (where: Predicate) => matchingParts(index, schema, where).map(({ month }) => month);

describe('the parts of a manifest', () => {
  it('are all of those with files where nothing is asked', () => {
    expect(months({ kind: 'anything' })).toEqual(['2011-05', '2011-06', 'unknown']);
  });

  it('are ruled out by the span of their rows, to the microsecond', () => {
    expect(months(compare('time', '>=', { type: 'timestamp', value: june }))).toEqual(['2011-06', 'unknown']);
    expect(months(compare('TIME', '<', { type: 'timestamp', value: june }))).toEqual(['2011-05', 'unknown']);
  });

  it('are ruled out by the range of a key, but not where the range is not known', () => {
    expect(months(compare('station', '=', { type: 'text', value: 'a' }))).toEqual(['2011-05', 'unknown']);
    expect(months(compare('year', '>', { type: 'number', value: 2011 }))).toEqual(['unknown']);
  });

  it('stay where a condition is on something that the index does not tell of', () => {
    const warm = compare('temperature', '>', { type: 'number', value: 99 });
    expect(months(and(warm, compare('station', '=', { type: 'text', value: 'z' })))).toEqual(['unknown']);
    expect(months(warm)).toHaveLength(3);
  });

  it('stay where a key is now read as another type than it was written as', () => {
    const text: LakeSchema = { ...schema, partitionKeys: [{ name: 'year', type: 'text' }] };
    expect(matchingParts(index, text, compare('year', '=', { type: 'text', value: '1999' }))).toHaveLength(3);
  });
});
