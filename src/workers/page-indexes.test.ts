import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../sources/object-store';
import { createFooterCache } from './footers';
import { fetchSpans } from './page-indexes';

const bytes = new Uint8Array(
  parquetWriteBuffer({ columnData: [{ name: 'a', data: Int32Array.of(1, 2, 3), type: 'INT32' }] }),
);
const never = new AbortController().signal;

/** A store whose answers are of one version after the other. */
function storeOf(versions: (string | undefined)[]): ObjectStore {
  return {
    url: 'memory:',
    list: () => Promise.reject(new Error('nothing to list')),
    get(_key, _signal, range) {
      const value = bytes.subarray(range?.start, range?.end);
      const version = versions.shift();
      return Promise.resolve({ value, requests: 1, bytes: 0, retries: 0, ...(version !== undefined && { version }) });
    },
  };
}

/** Reads parts of a file whose footer was offered with an ETag, one answer after another. */
async function readWith(etag: string, versions: (string | undefined)[]): Promise<void> {
  const file = { key: 'a', size: bytes.byteLength, etag, partition: {} };
  const cache = createFooterCache(0);
  cache.offer(file, bytes);
  const footer = await cache.read(storeOf([]), file, never);
  const store = storeOf([...versions]);
  for (let part = 0; part < versions.length; part++) {
    const [read] = await fetchSpans(store, file, footer, [{ start: part, end: part + 4 }], never);
    expect(read?.bytes).toEqual(bytes.subarray(part, part + 4));
  }
}

describe('parts of a file whose footer somebody else knew', () => {
  it.each([
    ['"1"', ['"1"', '"1"']],
    ['"1"', ['Sat, 01 Nov 2025 12:00:00 GMT', 'Sat, 01 Nov 2025 12:00:00 GMT']],
    ['1f2e', ['"1"', '"1"']],
    ['', [undefined, '"1"', undefined]],
  ])('are read where nothing says that the file is another by now (%s, %j)', async (etag, versions) => {
    await readWith(etag, versions);
  });

  it.each([
    ['"1"', ['"2"']],
    ['"1"', ['Sat, 01 Nov 2025 12:00:00 GMT', 'Sat, 01 Nov 2025 12:15:00 GMT']],
    ['1f2e', ['"1"', '"2"']],
  ])('are refused where the file was replaced (%s, %j)', async (etag, versions) => {
    await expect(readWith(etag, versions)).rejects.toMatchObject({
      code: 'truncated',
      message: expect.stringContaining('replaced') as string,
    });
  });
});
