import { appendFileSync, chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compareKeys } from '../serve/key-order';
import type { StoredObject } from '../storage/lake-storage';
import { parseBandwidth } from './bandwidth';
import { runInLanes } from './lanes';
import { mergeListings, sortedListing, UnorderedListing, type MergedObject } from './merged-listing';
import { PushJournal } from './push-journal';
import { describeProgress } from './transfer-progress';

const never = new AbortController().signal;
const objectOf = (key: string): StoredObject => ({ key, size: 1, etag: key });

async function* pagesOf(keys: string[], perPage = 3): AsyncGenerator<StoredObject[]> {
  for (let start = 0; start < keys.length; start += perPage) yield keys.slice(start, start + perPage).map(objectOf);
}

async function all(merged: AsyncIterable<MergedObject>): Promise<MergedObject[]> {
  const objects: MergedObject[] = [];
  for await (const object of merged) objects.push(object);
  return objects;
}

describe('two listings side by side', () => {
  it('pair what both have, for any keys', async () => {
    const keys = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', '/', '=', '\uFF5E', '\u{10000}'), minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(keys, keys, async (here, there) => {
        const merged = await all(mergeListings(pagesOf([...here].sort(compareKeys)), sortedListing(pagesOf(there))));
        expect(merged.map(({ key }) => key)).toEqual([...new Set([...here, ...there])].sort(compareKeys));
        for (const { key, here: own, there: other } of merged) {
          expect([own !== undefined, other !== undefined]).toEqual([here.includes(key), there.includes(key)]);
        }
      }),
    );
  });

  it('fail where one is out of order', async () => {
    await expect(all(mergeListings(pagesOf(['a']), pagesOf(['c', 'b'])))).rejects.toThrow(UnorderedListing);
  });
});

describe('work in lanes', () => {
  it('takes so many at a time, and all of them', async () => {
    let underWay = 0;
    let most = 0;
    const done: number[] = [];
    await runInLanes([1, 2, 3, 4, 5, 6, 7].values(), 3, never, async (item) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      done.push(item);
    });
    expect([most, done.sort()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
  });

  it('stops with the first failure, and tells the others', async () => {
    const stopped: number[] = [];
    const work = runInLanes([1, 2, 3, 4].values(), 2, never, async (item, signal) => {
      if (item === 2) throw new Error('broken');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped.push(item);
    });
    await expect(work).rejects.toThrow('broken');
    expect(stopped).toEqual([1]);
  });
});

describe('a bandwidth', () => {
  it.each([
    ['2MB/s', 2e6],
    ['500 kB/s', 5e5],
    ['1.5MiB/s', 1.5 * 2 ** 20],
    ['10Mbit/s', 1.25e6],
    ['10Mb/s', 1.25e6],
    ['10mbps', 1.25e6],
    ['20000', 20_000],
    ['1G', 1e9],
  ])('of %s is %i bytes a second', (text, bytes) => expect(parseBandwidth(text)).toBe(bytes));

  it.each(['', 'fast', '0', '-1MB/s', '1kB/s', '2MB/h', '1TB/s'])('of %j is refused', (text) => {
    expect(() => parseBandwidth(text)).toThrow();
  });
});

describe('progress', () => {
  it('says how far, how fast and how long still', () => {
    const state = { files: 30, bytes: 25e6, movedBytes: 20e6 };
    expect(describeProgress(state, 10)).toBe('30 files, 25 MB, 2.0 MB/s');
    expect(describeProgress({ ...state, totalFiles: 1200, totalBytes: 1e9 }, 10)).toBe(
      '  2 %  30 of 1,200 files, 25 MB of 1.0 GB, 2.0 MB/s, 7 min left',
    );
    expect(describeProgress({ ...state, totalFiles: 1200, totalBytes: 1e12 }, 1000)).not.toContain('left');
  });
});

describe('the journal of a push', () => {
  const folders: string[] = [];
  const makeLake = (): string => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidelake-journal-'));
    folders.push(folder);
    return folder;
  };
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  it('remembers over a kill, also in the middle of a line, and forgets at the end', async () => {
    const lake = makeLake();
    const first = await PushJournal.open(lake, 'https://a/');
    expect(first.wasCutOff).toBe(false);
    await first.begin();
    await Promise.all([first.beginUpload('x', '1'), first.beginUpload('y', '2'), first.noteEtag('z', 'md5', 'etag')]);
    await first.endUpload('x');
    const folder = path.join(lake, '_tidelake/.push');
    appendFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), '{"key":"torn","upl');
    const second = await PushJournal.open(lake, 'https://a/');
    await second.begin();
    await second.beginUpload('w', '3');
    const third = await PushJournal.open(lake, 'https://a/');
    expect([third.wasCutOff, [...third.uploads]]).toEqual([
      true,
      [
        ['y', '2'],
        ['w', '3'],
      ],
    ]);
    expect([third.knownMd5('z', 'etag'), third.knownMd5('z', 'other')]).toEqual(['md5', undefined]);
    expect((await PushJournal.open(lake, 'https://b/')).wasCutOff).toBe(false);
    for (const key of ['y', 'w']) await third.endUpload(key);
    await third.finish();
    const fourth = await PushJournal.open(lake, 'https://a/');
    expect([fourth.wasCutOff, fourth.uploads.size, fourth.knownMd5('z', 'etag')]).toEqual([false, 0, 'md5']);
  });

  it('lies elsewhere where the lake cannot be written to', async () => {
    const lake = makeLake();
    const state = makeLake();
    process.env['XDG_STATE_HOME'] = state;
    chmodSync(lake, 0o500);
    const journal = await PushJournal.open(path.join(lake, 'not there'), 'https://a/');
    await journal.begin();
    expect(readdirSync(path.join(state, 'tidelake/push'))).toHaveLength(1);
    chmodSync(lake, 0o700);
    delete process.env['XDG_STATE_HOME'];
  });
});
