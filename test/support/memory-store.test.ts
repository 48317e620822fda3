import { expect, it } from 'vitest';
import { createMemoryStore } from './memory-store';
import { createFolderStore } from './served-store';

const folder = 'samples';

it('serves what a folder holds, as the folder itself is served', async () => {
  const [memory, disk] = [await createMemoryStore(folder), createFolderStore(folder)];
  const requests = [
    { prefix: '', delimiter: '', startAfter: '', maxKeys: 3 },
    { prefix: '', delimiter: '/', startAfter: '', maxKeys: 1000 },
  ];
  for (const request of requests) {
    const [kept, read] = [await memory.list(request), await disk.list(request)];
    expect(kept.files.map(({ key, size, etag }) => [key, size, etag])).toEqual(
      read.files.map(({ key, size, etag }) => [key, size, etag]),
    );
    expect(kept.commonPrefixes).toEqual(read.commonPrefixes);
    expect(kept.nextToken === undefined).toBe(read.nextToken === undefined);
  }
  const [{ key } = { key: '' }] = (await disk.list({ prefix: '', delimiter: '', startAfter: '', maxKeys: 1 })).files;
  const [kept, read] = [await memory.open(key), await disk.open(key)];
  expect(kept?.etag).toBe(read?.etag);
  expect(Buffer.from((await kept?.read(2, 9)) ?? [])).toEqual(Buffer.from((await read?.read(2, 9)) ?? []));
  expect(await memory.open('none')).toBeUndefined();
});
