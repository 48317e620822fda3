import { describe, expect, it } from 'vitest';
import { createLayeredByteCache, createMemoryByteCache } from './byte-cache';

const bytes = (length: number) => new Uint8Array(length);

describe('createMemoryByteCache', () => {
  it('gives back what it was given for the same key and ETag only', async () => {
    const cache = createMemoryByteCache(100);
    const kept = bytes(10);
    await cache.put('a', 'v1', kept);
    expect(await cache.get('a', 'v1')).toBe(kept);
    expect(await cache.get('a', 'v2')).toBeUndefined();
    expect(await cache.get('b', 'v1')).toBeUndefined();
  });

  it('gives up what was not used for longest once over its budget', async () => {
    const cache = createMemoryByteCache(100);
    await cache.put('a', '1', bytes(40));
    await cache.put('b', '1', bytes(40));
    await cache.get('a', '1');
    await cache.put('c', '1', bytes(40));
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.has(key, '1')))).toEqual([true, false, true]);
    expect(await cache.get('b', '1')).toBeUndefined();
    expect(await cache.get('a', '1')).toBeDefined();
    expect(await cache.get('c', '1')).toBeDefined();
  });

  it('counts an object that is put again once', async () => {
    const cache = createMemoryByteCache(100);
    for (let i = 0; i < 5; i++) await cache.put('a', '1', bytes(40));
    await cache.put('b', '1', bytes(60));
    expect(await cache.get('a', '1')).toBeDefined();
  });

  it('keeps nothing without an ETag or beyond its budget', async () => {
    const cache = createMemoryByteCache(100);
    await cache.put('a', '', bytes(1));
    await cache.put('b', '1', bytes(101));
    expect(await cache.get('a', '')).toBeUndefined();
    expect(await cache.get('b', '1')).toBeUndefined();
  });
});

describe('createLayeredByteCache', () => {
  /** A disk of its own, on which what was put can be seen. */
  function diskOf() {
    const held = new Map<string, Uint8Array>();
    const pack = {
      get: (id: string) => held.get(id),
      has: (id: string) => held.has(id),
      put: (id: string, put: Uint8Array) => void held.set(id, put),
      remove(prefix: string) {
        for (const id of [...held.keys()]) if (id.startsWith(prefix)) held.delete(id);
      },
      writeOut: () => undefined,
      clear: () => held.clear(),
    };
    return { held, pack };
  }

  it('finds in a new memory what an older one left on disk', async () => {
    const { pack } = diskOf();
    await createLayeredByteCache(createMemoryByteCache(100), Promise.resolve(pack)).put('https://a/b', '1', bytes(3));
    const memory = createMemoryByteCache(100);
    const cache = createLayeredByteCache(memory, Promise.resolve(pack));
    expect(await cache.get('https://a/b', '1')).toEqual(bytes(3));
    expect(await cache.get('https://a/b', '2')).toBeUndefined();
    expect(await memory.get('https://a/b', '1')).toBeDefined();
    await cache.clear();
    expect(await cache.get('https://a/b', '1')).toBeUndefined();
  });

  it('gives up one object with its parts, whatever its version, and nothing else', async () => {
    const { pack, held } = diskOf();
    const cache = createLayeredByteCache(createMemoryByteCache(100), Promise.resolve(pack));
    const keys = ['https://a/"b"', 'https://a/"b"#0-9', 'https://a/"b"c', 'https://a/"b', 'https://a/'];
    for (const key of keys) for (const etag of ['1', '2']) await cache.put(key, etag, bytes(1));
    await cache.remove('https://a/"b"');
    const left = await Promise.all(keys.map(async (key) => (await cache.get(key, '2')) !== undefined));
    expect(left).toEqual([false, false, true, true, true]);
    expect(held.size).toBe(6);
  });

  it('puts nothing on disk that has no ETag or is not from the web', async () => {
    const { held, pack } = diskOf();
    const cache = createLayeredByteCache(createMemoryByteCache(100), Promise.resolve(pack));
    await cache.put('https://a/b', '', bytes(3));
    await cache.put('folder:a/b', '1', bytes(3));
    expect(held.size).toBe(0);
    expect(await cache.get('folder:a/b', '1')).toBeDefined();
  });

  it('is a memory where there is no disk', async () => {
    const cache = createLayeredByteCache(createMemoryByteCache(100), Promise.resolve(undefined));
    await cache.put('https://a/b', '1', bytes(3));
    expect(await cache.get('https://a/b', '1')).toBeDefined();
    await cache.clear();
    expect(await cache.get('https://a/b', '1')).toBeUndefined();
  });
});
