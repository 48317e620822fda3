import { describe, expect, it } from 'vitest';
import { createMemoryByteCache } from './byte-cache';

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
