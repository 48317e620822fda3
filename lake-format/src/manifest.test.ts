import { describe, expect, it } from 'vitest';
import { formatManifestIndex, parseManifestIndex, statisticColumns, type ManifestIndex } from './manifest';

const index: ManifestIndex = {
  format: 'tidelake-manifest',
  version: 1,
  parts: [
    {
      path: '_tidelake/manifest/month=2011-05/part-0123456789abcdef.parquet',
      bytes: 18_000,
      month: '2011-05',
      files: 31,
      rows: 44_640,
      dataBytes: 742_000,
      time: [1_304_208_000_000_000, 1_306_886_399_000_000],
      keys: { station: ['wb2', 'wb2'], year: [2011, 2011], month: [5, 5], day: [1, 31] },
    },
  ],
  rollups: [
    {
      path: '_tidelake/rollup/day/2011/part-0123456789abcdef.parquet',
      bytes: 9_000,
      rows: 3_000,
      grain: 'day',
      period: '2011',
      stations: ['wb2', 'wb2'],
      source: 'f00d',
    },
  ],
};

describe('the manifest index', () => {
  it('is read as it was written', () => {
    expect(parseManifestIndex(formatManifestIndex(index))).toEqual(index);
  });

  it('may be without rollups', () => {
    expect(parseManifestIndex('{"format":"tidelake-manifest","version":1,"parts":[]}').rollups).toEqual([]);
  });

  it.each([
    ['https://elsewhere/part.parquet'],
    ['_tidelake/manifest/../../secret.parquet'],
    ['_tidelake/manifest/part.parquet?x=1'],
    ['station=a/part-0000.parquet'],
  ])('refuses a part at %s', (path) => {
    const [part] = index.parts;
    expect(() => parseManifestIndex(JSON.stringify({ ...index, parts: [{ ...part, path }] }))).toThrow(
      /manifest index/,
    );
  });

  it('refuses a newer version and what is not JSON', () => {
    expect(() => parseManifestIndex(JSON.stringify({ ...index, version: 2 }))).toThrow(/version/);
    expect(() => parseManifestIndex('<html>')).toThrow(/not JSON/);
  });
});

describe('columns of statistics', () => {
  it('are named after the data column', () => {
    expect(statisticColumns('temperature')).toEqual({
      min: 'min.temperature',
      max: 'max.temperature',
      nulls: 'nulls.temperature',
    });
  });
});
