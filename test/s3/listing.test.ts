import { beforeAll, expect, it } from 'vitest';
import type { ListedObject, ObjectStore } from '../../src/sources/object-store';
import { createSourceOpener } from '../../src/sources/open-source';
import { compareKeys } from '../../ingest-tool/src/serve/key-order';
import { describeWithS3 } from './start';

const AWKWARD_KEYS = [
  'station=a b+c/part-0.parquet',
  'station=%41%2F/part-0.parquet',
  'station=Ærø – 北/part-0.parquet',
  "station='(1)*!~/part-0.parquet",
  'station=e&f?g#h;i:j@k,l$/part-0.parquet',
  'station=<&amp;>"/part-0.parquet',
];
const never = new AbortController().signal;
const decoder = new TextDecoder();

/** Every object below a prefix, and the pages it took. */
async function listAll(store: ObjectStore, prefix: string): Promise<{ objects: ListedObject[]; pages: number }> {
  const objects: ListedObject[] = [];
  let pages = 0;
  let token: string | undefined;
  do {
    const request = { prefix, ...(token === undefined ? {} : { continuationToken: token }) };
    const { value } = await store.list(request, never);
    objects.push(...value.objects);
    token = value.continuationToken;
    pages++;
  } while (token !== undefined);
  return { objects, pages };
}

await describeWithS3('the S3 store on a real server', (s3) => {
  const open = createSourceOpener('http://localhost/');

  beforeAll(async () => {
    await s3.createBucket('open-sea', { open: true });
    await s3.createBucket('closed-sea', { open: false });
    await s3.putAll(
      'open-sea',
      AWKWARD_KEYS.map((key) => `awkward lake+/${key}`),
      (key) => `bytes of ${key}`,
    );
    await s3.put('closed-sea', 'part-0.parquet', 'secret');
    const many = [1000, 1001, 2001].flatMap((count) =>
      Array.from({ length: count }, (_, number) => `many/${count}/day=${number % 7}/part-${number}.parquet`),
    );
    await s3.putAll('open-sea', many, () => '');
  });

  it('lists and reads keys with blanks, plus, percent, markup and letters of other alphabets', async () => {
    const store = open(`${s3.url}open-sea/awkward%20lake+/`);
    const { objects } = await listAll(store, '');
    expect(objects.map(({ key }) => key)).toEqual([...AWKWARD_KEYS].sort(compareKeys));
    for (const { key, size, etag } of objects) {
      const { value } = await store.get(key, never);
      expect(decoder.decode(value)).toBe(`bytes of awkward lake+/${key}`);
      expect(value.byteLength).toBe(size);
      expect(etag).toMatch(/^[0-9a-f]{32}$/);
      const part = await store.get(key, never, { start: 6, end: 8 });
      expect(decoder.decode(part.value)).toBe('of');
    }
  });

  it('folds awkward folders', async () => {
    const { value } = await open(`${s3.url}open-sea/awkward%20lake+/`).list({ prefix: '', delimiter: '/' }, never);
    expect(value.objects).toEqual([]);
    expect(value.prefixes).toEqual(AWKWARD_KEYS.map((key) => key.replace('part-0.parquet', '')).sort(compareKeys));
  });

  it.each([
    [1000, 1],
    [1001, 2],
    [2001, 3],
  ])('lists %i keys in %i pages', async (count, pages) => {
    const found = await listAll(open(`${s3.url}open-sea/many/`), `${count}/`);
    expect(new Set(found.objects.map(({ key }) => key)).size).toBe(count);
    expect(found.pages).toBe(pages);
  });

  it('starts after a key and folds what follows', async () => {
    const store = open(`${s3.url}open-sea/many/`);
    const { value } = await store.list({ prefix: '1001/', delimiter: '/', startAfter: '1001/day=4/~' }, never);
    expect(value.prefixes).toEqual(['1001/day=5/', '1001/day=6/']);
  });

  it('says what is wrong with a bucket that is closed, or missing, or a key that has gone', async () => {
    await expect(open(`${s3.url}closed-sea/`).list({ prefix: '' }, never)).rejects.toMatchObject({
      code: 'access-denied',
    });
    await expect(open(`${s3.url}closed-sea/`).get('part-0.parquet', never)).rejects.toMatchObject({
      code: 'access-denied',
    });
    await expect(open(`${s3.url}no-such-sea/`).list({ prefix: '' }, never)).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(open(`${s3.url}open-sea/`).get('gone.parquet', never)).rejects.toMatchObject({ code: 'not-found' });
  });
});
