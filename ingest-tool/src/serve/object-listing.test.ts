import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readFolder } from './key-cursor';
import { ContinuationTokenError, listObjects, type ListingRequest } from './object-listing';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function bucketOf(keys: string[]): Promise<string> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'tidelake-listing-')));
  folders.push(root);
  for (const key of keys) {
    await mkdir(path.join(root, path.dirname(key)), { recursive: true });
    await writeFile(path.join(root, key), key);
  }
  return root;
}

/** Everything a listing gives, page by page; each page as its keys and folded prefixes. */
async function pagesOf(root: string, request: Partial<ListingRequest>): Promise<string[][]> {
  const pages: string[][] = [];
  for (let continuationToken: string | undefined; ;) {
    const page = await listObjects(root, {
      ...{ prefix: '', delimiter: '', startAfter: '', maxKeys: 1000 },
      ...request,
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    pages.push([...page.files.map(({ key }) => key), ...page.commonPrefixes].sort(byBytes));
    if (page.nextToken === undefined) return pages;
    continuationToken = page.nextToken;
  }
}

/** What S3 does, in its plainest form: sort all keys by their bytes, fold, cut into pages. */
function modelPages(keys: string[], request: ListingRequest): string[][] {
  const { prefix, delimiter, startAfter, maxKeys } = request;
  const items: string[] = [];
  for (const key of [...keys].sort(byBytes)) {
    if (!key.startsWith(prefix) || byBytes(key, startAfter) <= 0) continue;
    const fold = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const item = fold === -1 ? key : key.slice(0, fold + delimiter.length);
    if (items.at(-1) !== item) items.push(item);
  }
  const pages: string[][] = [];
  for (let start = 0; start === 0 || start < items.length; start += maxKeys) {
    pages.push(items.slice(start, start + maxKeys).sort(byBytes));
  }
  return pages;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

describe('listObjects', () => {
  it.each([0, 1, 999, 1000, 1001, 2001])('pages through %d keys', async (count) => {
    const keys = Array.from({ length: count }, (_, index) => `day=${index % 7}/data_${index}.parquet`);
    const root = await bucketOf(keys);
    const pages = await pagesOf(root, {});
    expect(pages.map((page) => page.length)).toEqual(
      count === 0
        ? [0]
        : Array.from({ length: Math.ceil(count / 1000) }, (_, page) => Math.min(1000, count - page * 1000)),
    );
    expect(pages.flat()).toEqual([...keys].sort(byBytes));
  });

  it('counts a common prefix as one key when it pages', async () => {
    const days = Array.from({ length: 25 }, (_, index) => `day=${String(index).padStart(2, '0')}/`);
    const root = await bucketOf(days.flatMap((day) => [`${day}a.parquet`, `${day}b.parquet`]));
    const pages = await pagesOf(root, { delimiter: '/', maxKeys: 10 });
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(days);
  });

  it('sorts a folder by the slash of its keys', async () => {
    const root = await bucketOf(['a/x', 'a-b/x', 'a.txt', 'a0', 'aa/x']);
    expect(await pagesOf(root, {})).toEqual([['a-b/x', 'a.txt', 'a/x', 'a0', 'aa/x']]);
  });

  it('keeps blanks, +, =, %, & and any script in keys', async () => {
    const keys = ['a b/c+d', 'a%20b/x', 'k=v/100%', 'x&y<z>"', 'Ñandú/海.parquet', '🌊/\uE000', "it's"];
    const root = await bucketOf(keys);
    expect(await pagesOf(root, { maxKeys: 2 }).then((pages) => pages.flat())).toEqual([...keys].sort(byBytes));
  });

  it('starts after a key that need not be there', async () => {
    const root = await bucketOf(['a/1', 'a/2', 'b/1', 'c']);
    const after = async (startAfter: string, more: Partial<ListingRequest> = {}): Promise<string[]> =>
      (await pagesOf(root, { startAfter, ...more })).flat();
    expect(await after('a/1')).toEqual(['a/2', 'b/1', 'c']);
    expect(await after('a/1', { delimiter: '/' })).toEqual(['a/', 'b/', 'c']);
    expect(await after('a/2', { delimiter: '/' })).toEqual(['b/', 'c']);
    expect(await after('a0', { prefix: 'b/' })).toEqual(['b/1']);
    expect(await after('z', { prefix: 'b/' })).toEqual([]);
    expect(await after('b/1', { prefix: 'a/' })).toEqual([]);
  });

  it('gives nothing, and no more, for no keys', async () => {
    const root = await bucketOf(['a']);
    expect(await listObjects(root, { prefix: '', delimiter: '', startAfter: '', maxKeys: 0 })).toEqual({
      files: [],
      commonPrefixes: [],
    });
  });

  it('shows neither hidden files, nor what a writer works on, nor empty folders, nor links', async () => {
    const visible = ['_tidelake/lake.json', '_tidelake/lockers', 'station=a/data.parquet'];
    const root = await bucketOf([
      ...visible,
      ...['.hidden', 'station=a/.data.parquet.tmp', '.git/config', '_tidelake/tmp/x', '_tidelake/lock'],
    ]);
    await mkdir(path.join(root, 'empty/deeper'), { recursive: true });
    await symlink('/etc', path.join(root, 'etc'));
    await symlink('..', path.join(root, 'station=a/loop'));
    await symlink('data.parquet', path.join(root, 'station=a/link.parquet'));
    expect(await pagesOf(root, {})).toEqual([visible]);
    expect(await pagesOf(root, { delimiter: '/' })).toEqual([['_tidelake/', 'station=a/']]);
    for (const prefix of ['.git/', 'etc/', '../', '/', 'station=a//', 'station=a/../', '\0', 'station=a/loop/']) {
      expect(await pagesOf(root, { prefix })).toEqual([[]]);
    }
  });

  it('refuses a token it did not give', async () => {
    const root = await bucketOf(['a']);
    for (const continuationToken of ['x', '!', Buffer.from('other:a').toString('base64url')]) {
      const request = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1, continuationToken };
      await expect(listObjects(root, request)).rejects.toThrow(ContinuationTokenError);
    }
  });

  it('enters only the folders that can hold a key of the page', async () => {
    const keys: string[] = [];
    for (const station of ['a', 'b', 'c']) {
      for (let day = 10; day < 40; day++) keys.push(`station=${station}/day=${day}/x.parquet`);
    }
    const root = await bucketOf(keys);
    const entered = async (request: Partial<ListingRequest>): Promise<string[]> => {
      const seen: string[] = [];
      await listObjects(root, { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000, ...request }, (folder) => {
        seen.push(path.relative(root, folder));
        return readFolder(folder);
      });
      return seen;
    };
    expect(await entered({ prefix: 'station=b/day=12/' })).toEqual(['station=b/day=12']);
    expect(await entered({ prefix: 'station=b/day=3', startAfter: 'station=b/day=38/x.parquet' })).toEqual([
      'station=b',
      'station=b/day=38',
      'station=b/day=39',
    ]);
    expect(await entered({ delimiter: '/' })).toEqual([
      '',
      ...['a', 'b', 'c'].flatMap((station) => [`station=${station}`, `station=${station}/day=10`]),
    ]);
    expect(await entered({ maxKeys: 2 })).toHaveLength(5);
  });

  it('agrees with sorting, folding and paging all keys, for any bucket and any request', async () => {
    const segment = fc.string({
      unit: fc.constantFrom('a', 'b', '-', '0', ' ', '~', 'é', '\uE000', '🌊'),
      minLength: 1,
      maxLength: 2,
    });
    const text = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    const request = fc.record({
      prefix: fc.oneof(
        fc.constant(''),
        text,
        text.map((folder) => `${folder}/`),
      ),
      delimiter: fc.constantFrom('', '/', '/', '-', 'a/'),
      startAfter: fc.oneof(fc.constant(''), text),
      maxKeys: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { maxLength: 15 }), request, async (texts, asked) => {
        // On disk a name is a file or a folder, not both.
        const keys = texts.filter((key) => !texts.some((other) => other.startsWith(`${key}/`)));
        const root = await bucketOf(keys);
        expect(await pagesOf(root, asked)).toEqual(modelPages(keys, asked));
      }),
      { numRuns: 300 },
    );
  });
});
