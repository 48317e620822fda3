import { describe, expect, it } from 'vitest';
import { holdChosenFiles } from './local-files';
import { createLocalStore } from './local-store';

const never = new AbortController().signal;
const PATHS = [
  'station=é/day=1/a.parquet',
  'station=b/day=2/a.parquet',
  'station=b/day=1/a.parquet',
  '_tidelake/lake.json',
];

function storeOf(paths: readonly string[]) {
  const files = paths.map((path) => ({ path, file: new File([`bytes of ${path}`], path, { lastModified: 5 }) }));
  return createLocalStore('my lake', holdChosenFiles(files));
}

describe('createLocalStore', () => {
  it('lists chosen files below the chosen folder in the order of S3, with lengths and versions', async () => {
    const store = storeOf(PATHS.map((path) => `lake/${path}`));
    const { value } = await store.list({ prefix: '' }, never);
    expect(value.objects.map(({ key }) => key)).toEqual([
      '_tidelake/lake.json',
      'station=b/day=1/a.parquet',
      'station=b/day=2/a.parquet',
      'station=é/day=1/a.parquet',
    ]);
    expect(value.objects[1]).toMatchObject({ size: 'bytes of lake/station=b/day=1/a.parquet'.length, etag: '5-39' });
    expect(store.url).toBe('folder:my%20lake/');
  });

  it('folds folders', async () => {
    const { value } = await storeOf(PATHS).list({ prefix: 'station=b/', delimiter: '/' }, never);
    expect(value).toEqual({ objects: [], prefixes: ['station=b/day=1/', 'station=b/day=2/'] });
  });

  it('keeps a chosen partition as a part of the keys', async () => {
    const { value } = await storeOf(['station=b/day=1/a.parquet']).list({ prefix: '' }, never);
    expect(value.objects.map(({ key }) => key)).toEqual(['station=b/day=1/a.parquet']);
  });

  it('reads whole files and ranges, cut short by the end', async () => {
    const store = storeOf(['a/x.parquet', 'b/x.parquet']);
    const text = async (range?: { start: number; end: number }) =>
      new TextDecoder().decode((await store.get('a/x.parquet', never, range)).value);
    expect(await text()).toBe('bytes of a/x.parquet');
    expect(await text({ start: 9, end: 10 })).toBe('a');
    expect(await text({ start: 13, end: 100 })).toBe('parquet');
    expect(await store.get('a/x.parquet', never)).toMatchObject({ requests: 1, bytes: 20, version: '5-20' });
  });

  it('says what is missing, and ends as cancelled', async () => {
    await expect(storeOf(PATHS).get('gone', never)).rejects.toMatchObject({ code: 'not-found', remedy: 'folder' });
    await expect(storeOf(PATHS).get(PATHS[0] ?? '', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    await expect(storeOf(PATHS).list({ prefix: '' }, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says that a file cannot be read any more', async () => {
    const denied = Object.assign(new Error('moved'), { name: 'NotAllowedError' });
    for (const [error, code] of [
      [new Error('changed'), 'truncated'],
      [denied, 'access-denied'],
    ] as const) {
      const files = { keys: () => Promise.resolve(['x.parquet']), open: () => Promise.reject(error) };
      await expect(createLocalStore('f', files).get('x.parquet', never)).rejects.toMatchObject({
        code,
        remedy: 'folder',
      });
    }
  });
});
