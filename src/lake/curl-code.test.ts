import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { curlCode } from './curl-code';
import type { NativeTable } from './native-table';

const table = (root: string, files: string[]): NativeTable => ({
  name: 'lake',
  root,
  files,
  filename: null,
  schema: { columns: [], partitionKeys: [], timeColumn: null, exact: true },
});

it('is a command whose every argument the shell hands on as it is meant', () => {
  const code = curlCode([table('https://h/l/', ["station=it's/a b.parquet", 'station=$(id)/[x].parquet'])], false);
  const args = execFileSync('sh', ['-c', `curl() { for each; do echo "$each"; done; }\n${code}`], { encoding: 'utf8' });
  expect(args.trimEnd().split('\n')).toEqual([
    '--fail',
    '--globoff',
    '--parallel',
    '--create-dirs',
    '--output',
    "lake/station=it's/a b.parquet",
    "https://h/l/station=it's/a%20b.parquet",
    '--output',
    'lake/station=$(id)/[x].parquet',
    'https://h/l/station=%24(id)/%5Bx%5D.parquet',
  ]);
});

it('shows the first files and the last of many, and says where there is nothing to fetch', () => {
  const many = Array.from({ length: 40 }, (_, index) => `${index}.parquet`);
  expect(curlCode([table('https://h/', many)], true)).toContain('36 more files');
  expect(curlCode([table('/home/me/lake', ['a.parquet'])], false)).toMatch(/^# Nothing to fetch/);
});
