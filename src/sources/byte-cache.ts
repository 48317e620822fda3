import type { BytePack } from './byte-pack';

/** The seam to wherever fetched bytes are kept: an object's bytes, by its key and ETag. */
export interface ByteCache {
  get(key: string, etag: string): Promise<Uint8Array | undefined>;
  /** Whether they are kept, without reading them. */
  has(key: string, etag: string): Promise<boolean>;
  /** Keeps the bytes as they are; the caller must not change or transfer them. */
  put(key: string, etag: string, bytes: Uint8Array): Promise<void>;
  /** Gives up what is kept of an object, and of parts of it: keys that go on with `#`. */
  remove(key: string): Promise<void>;
  /** Sees to it that what was put outlives the page. */
  writeOut(): Promise<void>;
  /** Gives up everything that is kept. */
  clear(): Promise<void>;
}

/**
 * Keeps bytes in memory and gives up those not used for longest. Objects without an ETag are not kept: nobody could
 * tell when they change.
 * @param budget bytes
 */
export function createMemoryByteCache(budget: number): ByteCache {
  const kept = new Map<string, Uint8Array>();
  let total = 0;
  function giveUp(entry: string): void {
    total -= kept.get(entry)?.byteLength ?? 0;
    kept.delete(entry);
  }

  return {
    get(key, etag) {
      const entry = idOf(key, etag);
      const bytes = kept.get(entry);
      if (bytes) {
        // A Map keeps the order of insertion, so the entry moves to the end of the line.
        kept.delete(entry);
        kept.set(entry, bytes);
      }
      return Promise.resolve(bytes);
    },
    has: (key, etag) => Promise.resolve(kept.has(idOf(key, etag))),
    put(key, etag, bytes) {
      if (etag === '' || bytes.byteLength > budget) return Promise.resolve();
      const entry = idOf(key, etag);
      giveUp(entry);
      kept.set(entry, bytes);
      total += bytes.byteLength;
      for (const oldest of kept.keys()) {
        if (total <= budget) break;
        giveUp(oldest);
      }
      return Promise.resolve();
    },
    remove(key) {
      for (const entry of [...kept.keys()])
        if (prefixesOf(key).some((prefix) => entry.startsWith(prefix))) giveUp(entry);
      return Promise.resolve();
    },
    writeOut: () => Promise.resolve(),
    clear() {
      kept.clear();
      total = 0;
      return Promise.resolve();
    },
  };
}

/**
 * A cache in memory in front of one on disk, which outlives the page. Only what came from the web is put on disk: files of
 * this machine are here already, and are nobody else's business.
 * @param opening the disk's; undefined where there is none
 */
export function createLayeredByteCache(memory: ByteCache, opening: Promise<BytePack | undefined>): ByteCache {
  const isFromWeb = (key: string) => /^https?:/.test(key);
  return {
    async get(key, etag) {
      const near = await memory.get(key, etag);
      if (near || etag === '' || !isFromWeb(key)) return near;
      const bytes = (await opening)?.get(idOf(key, etag));
      if (bytes) await memory.put(key, etag, bytes);
      return bytes;
    },
    async has(key, etag) {
      if (await memory.has(key, etag)) return true;
      return etag !== '' && isFromWeb(key) && ((await opening)?.has(idOf(key, etag)) ?? false);
    },
    async put(key, etag, bytes) {
      await memory.put(key, etag, bytes);
      if (etag !== '' && isFromWeb(key)) (await opening)?.put(idOf(key, etag), bytes);
    },
    async remove(key) {
      await memory.remove(key);
      const pack = isFromWeb(key) ? await opening : undefined;
      for (const prefix of prefixesOf(key)) pack?.remove(prefix);
    },
    async writeOut() {
      (await opening)?.writeOut();
    },
    async clear() {
      await memory.clear();
      (await opening)?.clear();
    },
  };
}

function idOf(key: string, etag: string): string {
  return JSON.stringify([key, etag]);
}

/** What the ids of an object and of its parts begin with. */
function prefixesOf(key: string): string[] {
  const start = JSON.stringify([key]).slice(0, -2);
  return [`${start}"`, `${start}#`];
}
