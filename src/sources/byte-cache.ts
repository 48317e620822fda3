/** The seam to wherever fetched bytes are kept: an object's bytes, by its key and ETag. */
export interface ByteCache {
  get(key: string, etag: string): Promise<Uint8Array | undefined>;
  /** Keeps the bytes as they are; the caller must not change or transfer them. */
  put(key: string, etag: string, bytes: Uint8Array): Promise<void>;
}

/**
 * Keeps bytes in memory and gives up those not used for longest. Objects without an ETag are not kept: nobody could
 * tell when they change.
 * @param budget bytes
 */
export function createMemoryByteCache(budget: number): ByteCache {
  const kept = new Map<string, Uint8Array>();
  let total = 0;
  const id = (key: string, etag: string) => JSON.stringify([key, etag]);

  function remove(entry: string): void {
    total -= kept.get(entry)?.byteLength ?? 0;
    kept.delete(entry);
  }

  return {
    get(key, etag) {
      const entry = id(key, etag);
      const bytes = kept.get(entry);
      if (bytes) {
        // A Map keeps the order of insertion, so the entry moves to the end of the line.
        kept.delete(entry);
        kept.set(entry, bytes);
      }
      return Promise.resolve(bytes);
    },
    put(key, etag, bytes) {
      if (etag === '' || bytes.byteLength > budget) return Promise.resolve();
      const entry = id(key, etag);
      remove(entry);
      kept.set(entry, bytes);
      total += bytes.byteLength;
      for (const oldest of kept.keys()) {
        if (total <= budget) break;
        remove(oldest);
      }
      return Promise.resolve();
    },
  };
}
