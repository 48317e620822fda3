import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRawLake } from '../../../test/support/raw-lake';
import { LocalStorage } from '../storage/local-storage';
import { BucketReplacer } from './bucket-replacer';
import { compact, type CompactSettings } from './compact-run';
import { JobPool } from './job-pool';

const shape = { stations: ['a'], firstDay: '2025-10-31', days: 2, filesPerDay: 4, rowsPerFile: 10, variables: 1 };

const settings: CompactSettings = {
  described: [],
  stations: undefined,
  from: -Infinity,
  until: Infinity,
  closedBefore: Infinity,
  targetBytes: 1e9,
  minFiles: 2,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidelake-bucket-'));
  writeRawLake(folder, shape);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dataFiles = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.parquet') && !path.startsWith('_'),
  );

describe('compaction where only objects can be replaced', () => {
  it('tells the manifest of new objects before old ones go, and keeps these where it is told to', async () => {
    const storage = new LocalStorage(folder);
    const seen: { added: number; removed: number; files: number }[] = [];
    const replacer = new BucketReplacer(
      storage,
      async ({ added, removed }) => {
        seen.push({ added: added.length, removed: removed.length, files: dataFiles().length });
      },
      true,
    );
    const report = await compact(storage, new JobPool(storage, folder), replacer, settings);
    expect(report).toMatchObject({ folders: 2, filesBefore: 8, filesAfter: 2, atomic: false, left: [] });
    expect(seen).toEqual([{ added: 2, removed: 8, files: 10 }]);
    expect(dataFiles()).toHaveLength(2);
    expect(
      readdirSync(join(folder, '_tidelake/originals'), { recursive: true, encoding: 'utf8' }).filter((path) =>
        path.endsWith('.parquet'),
      ),
    ).toHaveLength(8);
  });

  it('finishes what was interrupted between writing and removing', async () => {
    const storage = new LocalStorage(folder);
    const fails = new BucketReplacer(storage, () => Promise.reject(new Error('the line went down')), false);
    await expect(compact(storage, new JobPool(storage, folder), fails, settings)).rejects.toThrow('line');
    expect(dataFiles()).toHaveLength(10);
    const replacer = new BucketReplacer(storage, () => Promise.resolve(), false);
    const report = await compact(storage, new JobPool(storage, folder), replacer, settings);
    expect(report).toMatchObject({ rows: 80, duplicates: 80, conflicts: 0 });
    expect(dataFiles()).toHaveLength(2);
    const again = await compact(storage, new JobPool(storage, folder), replacer, settings);
    expect(again).toMatchObject({ folders: 0, unchanged: 2 });
  });
});
