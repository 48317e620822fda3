import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import { createFooterCache } from './footers';

const bytes = new Uint8Array(
  parquetWriteBuffer({ columnData: [{ name: 'a', data: Int32Array.of(1, 2, 3), type: 'INT32' }] }),
);
const fileNamed = (key: string): ListedObject => ({ key, size: bytes.byteLength, etag: '"1"' });
const never = new AbortController().signal;

/** A store that counts what it is asked for. */
function storeOf(answer: Uint8Array) {
  const asked: string[] = [];
  const store: ObjectStore = {
    url: 'memory:',
    list: () => Promise.reject(new Error('nothing to list')),
    get(key, _, range) {
      asked.push(key);
      const value = answer.subarray(range?.start, range?.end);
      return Promise.resolve({ value, requests: 1, bytes: value.byteLength, retries: 0, version: 'v' });
    },
  };
  return { store, asked };
}

describe('createFooterCache', () => {
  it('asks for a footer once', async () => {
    const { store, asked } = storeOf(bytes);
    const cache = createFooterCache(10_000);
    expect(cache.known(fileNamed('a'))).toBeUndefined();
    const footer = await cache.read(store, fileNamed('a'), never);
    expect(footer).toMatchObject({ version: 'v', rowGroups: [{ rows: 3 }] });
    expect(await cache.read(store, fileNamed('a'), never)).toBe(footer);
    expect(cache.known(fileNamed('a'))).toBe(footer);
    expect(cache.known({ ...fileNamed('a'), etag: '"2"' })).toBeUndefined();
    expect(asked).toEqual(['a']);
  });

  it('asks for no footer that it was offered, even where none fits its budget', async () => {
    const { store, asked } = storeOf(bytes);
    const cache = createFooterCache(0);
    cache.offer(fileNamed('a'), bytes);
    for (let i = 0; i < 2; i++) {
      expect(cache.known(fileNamed('a'))?.columns).toEqual([{ path: ['a'], kind: { type: 'integer', signed: true } }]);
      expect((await cache.read(store, fileNamed('a'), never)).rowGroups).toHaveLength(1);
    }
    expect(asked).toEqual([]);
    expect(cache.known(fileNamed('b'))).toBeUndefined();
  });

  it('says of an offered footer that is none which file it is', () => {
    const cache = createFooterCache(10_000);
    cache.offer(fileNamed('a'), bytes.subarray(0, 30));
    expect(() => cache.known(fileNamed('a'))).toThrow(/^a is cut off/);
  });
});
