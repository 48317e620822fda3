import path from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESCRIPTION_PATH, parseLakeDescription } from '@tidelake/lake-format';
import { dataFilesOf, makeWorkspace, removeWorkspaces, startTool, treeOf } from '../support/ingest-cli';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';

describe('tidelake pull from a folder', () => {
  let lake: ReferenceLake;

  beforeAll(async () => {
    lake = await writeReferenceLake({
      stations: ['a', 'b'],
      firstDay: '2024-12-31',
      days: 2,
      filesPerDay: 1,
      rowsPerFile: 20,
      described: true,
    });
  });

  afterAll(async () => {
    removeWorkspaces();
    await lake.remove();
  });

  it('makes a lake of the stations and days asked for', async () => {
    const folder = path.join(makeWorkspace(), 'window');
    const args = ['pull', lake.root, '--to', folder, '--stations', 'b', '--from', '2025-01-01', '--json'];
    const first = await startTool(args).ended;
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(JSON.parse(first.stdout)).toMatchObject({ fetchedFiles: 1, stations: 1, manifest: true });
    const [file = ''] = dataFilesOf(folder);
    expect(file).toBe('station=b/year=2025/month=01/day=01/data_0000.parquet');
    expect(treeOf(folder, [file])).toEqual(treeOf(lake.root, [file]));
    expect(parseLakeDescription(readFileSync(path.join(folder, DESCRIPTION_PATH), 'utf8'))).toMatchObject({
      manifest: true,
      totals: { files: 1 },
      stations: [{ id: 'b', firstTime: '2025-01-01T00:00:00.000Z' }],
    });
  });

  it.each<[string, string[], string]>([
    ['a folder as its target', ['push', '.', 'elsewhere'], 'is not the address of a bucket'],
    ['a lake that is not there', ['push', '/no/such/lake', 's3://sea/lake'], 'there is no such file or folder'],
    ['a password in an address', ['push', '.', 'https://me:hunter2@store.example/sea'], 'seems to hold a key'],
    ['a bandwidth that is none', ['push', '.', 's3://sea/lake', '--bandwidth', 'fast'], 'Write it like 2MB/s'],
    ['no jobs at all', ['pull', 's3://sea/lake', '--to', 'x', '--jobs', '0'], 'from 1 to 64'],
    ['an address without a lake', ['pull', '/no/such/lake', '--to', '/tmp/never-made'], 'holds no lake'],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await startTool(args).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain('hunter2');
  });
});
