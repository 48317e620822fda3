import type { ByteCache } from '../sources/byte-cache';
import type { ListedObject, ObjectStore } from '../sources/object-store';

/**
 * A store that keeps what it is asked of a file, so that it is asked once: for footers and indexes, which are read in the same
 * ranges again. The file's version is kept with them, for what is read later must be of the same.
 */
export function keepingOf(store: ObjectStore, cache: ByteCache, { etag }: ListedObject): ObjectStore {
  return {
    ...store,
    async get(key, signal, range) {
      if (!range) return store.get(key, signal);
      const name = `${key}#${range.start}-${range.end}`;
      const known = await cache.get(name, etag);
      if (known) {
        const version = await cache.get(versionName(key), etag);
        const free = { value: known, requests: 0, bytes: 0, retries: 0 };
        return { ...free, ...(version && { version: new TextDecoder().decode(version) }) };
      }
      const fetched = await store.get(key, signal, range);
      await cache.put(name, etag, fetched.value);
      if (fetched.version !== undefined) {
        await cache.put(versionName(key), etag, new TextEncoder().encode(fetched.version));
      }
      return fetched;
    },
  };
}

function versionName(key: string): string {
  return `${key}#version`;
}
