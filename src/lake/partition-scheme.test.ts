import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LakeError } from './lake-error';
import { detectScheme, foldersAreUniform } from './partition-scheme';

const codeOf = (keys: string[]): string => {
  try {
    detectScheme(keys);
    return 'no error';
  } catch (error) {
    return error instanceof LakeError ? error.code : 'another error';
  }
};

describe('detectScheme', () => {
  it('reads names, order, types and widths from the folders', () => {
    expect(
      detectScheme(['station=a/year=2025/month=05/day=1/x.parquet', 'station=7/year=2024/month=11/day=12/y.parquet']),
    ).toEqual([
      { name: 'station', type: 'text' },
      { name: 'year', type: 'integer', width: 4 },
      { name: 'month', type: 'integer', width: 2 },
      { name: 'day', type: 'integer' },
    ]);
  });

  it('claims no width that 10, 11 and 12 alone would suggest, nor one that is mixed', () => {
    expect(detectScheme(['month=10/x.parquet', 'month=11/x.parquet'])).toEqual([{ name: 'month', type: 'integer' }]);
    expect(detectScheme(['month=05/x.parquet', 'month=5/x.parquet'])).toEqual([{ name: 'month', type: 'integer' }]);
  });

  it('keeps the zeros of an identifier', () => {
    expect(detectScheme(['station=00042/x.parquet'])).toEqual([{ name: 'station', type: 'text' }]);
    expect(detectScheme(['station=42/x.parquet', 'station=-7/x.parquet'])).toEqual([
      { name: 'station', type: 'integer' },
    ]);
  });

  it('takes dates, mixed values, long numbers and nothing but nulls for text', () => {
    for (const values of [['2025-11-24'], ['1', 'a'], ['12345678901234567890'], ['__HIVE_DEFAULT_PARTITION__', '']]) {
      expect(detectScheme(values.map((value) => `k=${value}/x.parquet`))).toEqual([{ name: 'k', type: 'text' }]);
    }
  });

  it('looks past nulls, hidden folders and other files', () => {
    expect(
      detectScheme([
        'year=__HIVE_DEFAULT_PARTITION__/x.parquet',
        'year=2025/x.parquet',
        '_tidelake/a=b/x.parquet',
        'y=1/readme.txt',
      ]),
    ).toEqual([{ name: 'year', type: 'integer', width: 4 }]);
  });

  it('decodes names', () => {
    expect(detectScheme(['sta%20tion=a/x.parquet'])).toEqual([{ name: 'sta tion', type: 'text' }]);
  });

  it('finds no keys in a folder of files, or above plain folders', () => {
    expect(detectScheme(['x.parquet', 'y.PARQUET'])).toEqual([]);
    expect(detectScheme(['raw/x.parquet', 'raw/more/y.parquet'])).toEqual([]);
  });

  it('says what is wrong with other layouts', () => {
    expect(codeOf(['readme.txt', '_x/y.parquet'])).toBe('not-a-lake');
    expect(codeOf(['a=1/x.parquet', 'x.parquet'])).toBe('schema-clash');
    expect(codeOf(['a=1/b=2/x.parquet', 'b=2/a=1/x.parquet'])).toBe('schema-clash');
    expect(codeOf(['a=1/A=2/x.parquet'])).toBe('schema-clash');
    expect(codeOf(['data/a=1/x.parquet'])).toBe('unsupported');
    expect(() => detectScheme(['a=1/x.parquet', 'b=1/y.parquet'])).toThrow(/a=1\/x\.parquet.*b=1\/y\.parquet/);
  });
});

describe('foldersAreUniform', () => {
  const scheme = detectScheme(['station=a/year=2025/month=05/x.parquet']);

  it('holds where each file has each folder in its width', () => {
    expect(foldersAreUniform(['station=a/year=2025/month=05/x.parquet', '_tidelake/lake.json'], scheme)).toBe(true);
    for (const odd of [
      'station=a/year=2025/month=5/x.parquet',
      'station=a/year=2025/x.parquet',
      'station=a/year=2025/month=05/raw/x.parquet',
      'station=a/month=05/year=2025/x.parquet',
      'station=a/year=__HIVE_DEFAULT_PARTITION__/month=05/x.parquet',
    ]) {
      expect(foldersAreUniform([odd], scheme), odd).toBe(false);
    }
  });
});

const examples = path.resolve('../shared/data/hive_parquet/duckdb_hive_tests');

describe.skipIf(!existsSync(examples))('the layouts of DuckDB’s own tests', () => {
  const keysOf = (name: string) =>
    readdirSync(path.join(examples, name), { recursive: true, encoding: 'utf8' }).map((key) =>
      key.replaceAll('\\', '/'),
    );

  it.each([
    ['simple', ['part', 'date']],
    ['missing', ['part', 'date']],
    ['union_by_name', ['x']],
    ['ci-column-names', ['COL1']],
    ['empty_string', ['key']],
    ['hive_col_also_in_file', ['a']],
  ])('reads %s', (name, keys) => {
    expect(detectScheme(keysOf(name)).map((key) => key.name)).toEqual(keys);
  });

  it.each(['duplicate_names', 'mismatching_names', 'different_order'])('refuses %s as a clash', (name) => {
    expect(codeOf(keysOf(name))).toBe('schema-clash');
  });

  it('refuses a plain folder beside keys', () => {
    expect(codeOf(keysOf('mismatching_count'))).toMatch(/schema-clash|unsupported/);
  });
});
