import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { listObjects, MAX_KEYS, type ListedFile } from '../../ingest-tool/src/serve/object-listing';
import { listSequence, placeOfKey } from './key-sequence';
import type { ServedStore } from './served-store';

interface KeptFile extends ListedFile {
  bytes: Uint8Array;
}

/**
 * Serves a folder as it is now, from memory: a server that shares its cores with the browser it is measured with should take
 * as little of them as a bucket elsewhere would.
 */
export async function createMemoryStore(folder: string): Promise<ServedStore> {
  const files = await readAll(await realpath(folder));
  const keys = { length: files.length, at: (place: number) => files[place]?.key ?? '' };
  return {
    list(request) {
      const { places, ...page } = listSequence(keys, request);
      return Promise.resolve({ ...page, files: places.flatMap((place) => files[place] ?? []) });
    },
    open(key) {
      const file = files[placeOfKey(keys, key) ?? -1];
      return Promise.resolve(
        file && { ...file, read: (start: number, end: number) => Promise.resolve(file.bytes.subarray(start, end)) },
      );
    },
  };
}

async function readAll(root: string): Promise<KeptFile[]> {
  const kept: KeptFile[] = [];
  let page = await listObjects(root, { prefix: '', delimiter: '', startAfter: '', maxKeys: MAX_KEYS });
  for (;;) {
    for (const file of page.files)
      kept.push({ ...file, bytes: await readFile(path.join(root, ...file.key.split('/'))) });
    const { nextToken: continuationToken } = page;
    if (continuationToken === undefined) return kept;
    page = await listObjects(root, { prefix: '', delimiter: '', startAfter: '', maxKeys: MAX_KEYS, continuationToken });
  }
}
