import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePartitionText,
  encodePartitionText,
  formatPartition,
  HIVE_NULL,
  parsePartition,
  parsePartitionPath,
} from './partition-path';

describe('partition folders', () => {
  it('keep plain ids readable and escape what a folder or a URL cannot hold', () => {
    expect(formatPartition({ key: 'station', value: 'rapid-wb2' })).toBe('station=rapid-wb2');
    expect(encodePartitionText('a/b c+d=é%')).toBe('a%2Fb%20c%2Bd%3D%C3%A9%25');
  });

  it('write null and the empty text as Hive writes null', () => {
    expect(formatPartition({ key: 'k', value: null })).toBe(`k=${HIVE_NULL}`);
    expect(formatPartition({ key: 'k', value: '' })).toBe(`k=${HIVE_NULL}`);
    expect(parsePartition(`k=${HIVE_NULL}`)).toEqual({ key: 'k', value: null });
    expect(parsePartition('k=')).toEqual({ key: 'k', value: null });
  });

  it('give back any text they were made of, in one safe path segment', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text !== HIVE_NULL),
        (value) => {
          const folder = formatPartition({ key: 'station', value });
          expect(folder).toMatch(/^station=[A-Za-z0-9_.\-~:@,%]+$/);
          expect(parsePartition(folder)).toEqual({ key: 'station', value });
        },
      ),
    );
  });

  it('are read as they stand where their escapes are broken', () => {
    expect(decodePartitionText('100%')).toBe('100%');
  });

  it('are no partition without a key and an equals sign', () => {
    expect(parsePartition('_tidelake')).toBeUndefined();
    expect(parsePartition('=x')).toBeUndefined();
  });

  it('are found in a path in any order, past folders of other kinds', () => {
    expect(parsePartitionPath('lake/year=2024/station=a%20b/x/data.parquet')).toEqual({
      partitions: [
        { key: 'year', value: '2024' },
        { key: 'station', value: 'a b' },
      ],
      fileName: 'data.parquet',
    });
  });
});
