import { realpath } from 'node:fs/promises';
import { listObjects, type ListingPage, type ListingRequest } from '../../ingest-tool/src/serve/object-listing';
import { openServed, type FileFacts } from '../../ingest-tool/src/serve/served-file';

/** An object that a test server can send. */
export interface ServedObject extends FileFacts {
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** What a test server serves as one bucket. */
export interface ServedStore {
  list(request: ListingRequest): Promise<ListingPage>;
  /** The object of a key; undefined where there is none. */
  open(key: string): Promise<ServedObject | undefined>;
}

/** Serves a folder on disk, listed as `tidelake serve` lists it. */
export function createFolderStore(folder: string): ServedStore {
  const root = realpath(folder);
  return {
    list: async (request) => listObjects(await root, request),
    open: async (key) => {
      const file = await openServed(await root, key);
      if (file === undefined) return undefined;
      await file.handle.close();
      const { size, etag, modified } = file;
      return { size, etag, modified, read: async (start, end) => readRange(await root, key, start, end) };
    },
  };
}

async function readRange(root: string, key: string, start: number, end: number): Promise<Uint8Array> {
  const file = await openServed(root, key);
  if (file === undefined) throw new Error(`${key} has gone`);
  try {
    const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.handle.close();
  }
}
