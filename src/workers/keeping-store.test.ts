import { describe, expect, it } from 'vitest';
import { createMemoryByteCache } from '../sources/byte-cache';
import type { ObjectStore } from '../sources/object-store';
import { keepingOf } from './keeping-store';

const never = new AbortController().signal;
const file = { key: 'a', size: 10, etag: '"1"' };

function countingStore() {
  const asked: string[] = [];
  const store: ObjectStore = {
    url: 'memory:',
    list: () => Promise.reject(new Error('nothing to list')),
    get(key, _, range) {
      asked.push(`${key} ${range?.start ?? ''}-${range?.end ?? ''}`);
      return Promise.resolve({ value: new Uint8Array(4), requests: 1, bytes: 4, retries: 0, version: '"é"' });
    },
  };
  return { store, asked };
}

describe('keepingOf', () => {
  it('asks for a range once, and tells the version that it was of', async () => {
    const { store, asked } = countingStore();
    const keeping = keepingOf(store, createMemoryByteCache(1000), file);
    expect(await keeping.get('a', never, { start: 2, end: 6 })).toMatchObject({ requests: 1, bytes: 4 });
    const again = await keeping.get('a', never, { start: 2, end: 6 });
    expect(again).toMatchObject({ requests: 0, bytes: 0, retries: 0, version: '"é"' });
    expect(again.value).toHaveLength(4);
    await keeping.get('a', never, { start: 2, end: 7 });
    expect(asked).toEqual(['a 2-6', 'a 2-7']);
  });

  it('keeps nothing of a file without an ETag, and no whole files', async () => {
    const { store, asked } = countingStore();
    const cache = createMemoryByteCache(1000);
    for (let i = 0; i < 2; i++) {
      await keepingOf(store, cache, { ...file, etag: '' }).get('a', never, { start: 0, end: 4 });
      await keepingOf(store, cache, file).get('a', never);
    }
    expect(asked).toHaveLength(4);
  });
});
