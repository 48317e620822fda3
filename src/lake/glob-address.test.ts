import { describe, expect, it } from 'vitest';
import { sayPredicate } from './predicate-text';
import { parseGlobAddresses, predicateOfPatterns } from './glob-address';

const BASE = 'https://site.example/app/';

const parse = (addresses: string | string[], hive = true) => {
  const { root, patterns } = parseGlobAddresses([addresses].flat(), BASE, hive);
  return { root, patterns };
};

describe('parseGlobAddresses', () => {
  it.each<[string | string[], string, string[]]>([
    ['s3://b/lake/**/*.parquet', 's3://b/lake/', ['**/*.parquet']],
    ['s3://b/lake/station=a/year=2025/*.parquet', 's3://b/lake/', ['station=a/year=2025/*.parquet']],
    ['s3://b/x.parquet?region=eu-west-1', 's3://b/?region=eu-west-1', ['x.parquet']],
    ['s3a://b/d/x?.parquet?s3_region=r&s3_endpoint=h:9000', 's3://b/d/?region=r&endpoint=h:9000', ['x?.parquet']],
    ['s3://b/a b+c%20/ä/*.parquet', 's3://b/a%20b%2Bc%2520/%C3%A4/', ['*.parquet']],
    ['https://h/b/a%20b/%2A/[xy].parquet', 'https://h/b/a%20b/*/', ['[xy].parquet']],
    ['/lake/**/*.parquet', 'https://site.example/lake/', ['**/*.parquet']],
    ['./data/*/x.parquet', 'https://site.example/app/data/', ['*/x.parquet']],
    ['../data/x.parquet', 'https://site.example/data/', ['x.parquet']],
    ['lake/*.parquet', 'https://site.example/app/lake/', ['*.parquet']],
    ['s3://b/{x,y}/*.parquet', 's3://b/', ['x/*.parquet', 'y/*.parquet']],
    [['s3://b/l/d=1/a.parquet', 's3://b/l/d=2/b.parquet'], 's3://b/l/', ['d=1/a.parquet', 'd=2/b.parquet']],
    [['s3://b/l/a/x.parquet', 's3://b/l/b/x.parquet'], 's3://b/l/', ['a/x.parquet', 'b/x.parquet']],
  ])('reads %s', (addresses, root, patterns) => {
    expect(parse(addresses)).toEqual({ root, patterns });
  });

  it('goes down into key=value folders where they are no columns', () => {
    expect(parse('s3://b/l/d=1/*.parquet', false)).toEqual({ root: 's3://b/l/d=1/', patterns: ['*.parquet'] });
  });

  it('names files as DuckDB does', () => {
    const s3 = parseGlobAddresses(['s3a://b/l/**'], BASE, true);
    expect(s3.addressOf('d=1/a b.parquet')).toBe('s3://b/l/d=1/a b.parquet');
    const http = parseGlobAddresses(['./l/*.parquet'], BASE, true);
    expect(http.addressOf('a b.parquet')).toBe('https://site.example/app/l/a%20b.parquet');
  });

  it.each<[string | string[]]>([
    [[]],
    [['s3://a/x.parquet', 's3://b/x.parquet']],
    ['s3://*/x.parquet'],
    ['https://me:secret@h/b/x.parquet'],
    ['https://h/b/x.parquet?X-Amz-Signature=secret'],
    ['data:text/plain,x.parquet'],
    [''],
  ])('refuses %s and repeats no secret', (addresses) => {
    expect(() => parse(addresses)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('predicateOfPatterns', () => {
  const keys = [
    { name: 'station', type: 'text' },
    { name: 'year', type: 'integer' },
  ] as const;

  it('says what folders with values mean, and no more', () => {
    const say = (...patterns: string[]) => sayPredicate(predicateOfPatterns(patterns, keys));
    expect(say('station=a%20b/year=2025/*.parquet')).toBe('(station = "a b" AND year = 2025)');
    expect(say('station=a/*.parquet', 'station=b/*.parquet')).toBe('station IN "a", "b"');
    expect(say('station=*/year=2025/**', 'year=2024/*')).toBe('year IN 2025, 2024');
    expect(say('station=a/**', '**')).toBe('anything');
    expect(say('year=x/*.parquet')).toBe('anything');
    expect(say('station=__HIVE_DEFAULT_PARTITION__/*')).toBe('station IS NULL');
  });
});
