import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import type { S3Keys } from '../../src/sources/lake-source';
import { createSourceOpener } from '../../src/sources/open-source';
import { createPresigner } from '../../src/sources/presign';
import type { ObjectStore } from '../../src/sources/object-store';
import { describeWithS3 } from './start';

const KEYS = ['a b+c=1/100%25.parquet', 'station=Ærø – 北/%41.parquet', "'(1)*!~;:@,$&?#.parquet"];
const never = new AbortController().signal;

/** Everything an error would show, its advice and what caused it too. */
async function failure(work: Promise<unknown>): Promise<{ code: string; text: string }> {
  try {
    await work;
  } catch (error) {
    const { code, message, advice } = error as { code: string; message: string; advice: string };
    return { code, text: `${message} ${advice}` };
  }
  return { code: 'none', text: '' };
}

await describeWithS3('the S3 store with keys on a real server', (s3) => {
  const secrets = [s3.credentials.accessKeyId, s3.credentials.secretAccessKey, 'X-Amz-', 'made-up'];

  beforeAll(async () => {
    await s3.createBucket('closed-sea', { open: false });
    await s3.createBucket('closed.dotted.sea', { open: false });
    await s3.putAll(
      'closed-sea',
      KEYS.map((key) => `my lake/${key}`),
      (key) => `bytes of ${key}`,
    );
    await s3.put('closed.dotted.sea', 'data.parquet', '0123456789');
    const many = Array.from({ length: 1001 }, (_, number) => `many/day=${number % 7}/part-${number}.parquet`);
    await s3.putAll('closed-sea', many, () => '');
  });

  function open(keys: S3Keys | undefined, bucket = 'closed-sea', query = `?region=${s3.region}`): ObjectStore {
    const url = `${s3.url}${bucket}${query}`;
    return createSourceOpener('http://page/')(keys === undefined ? url : { kind: 'address', url, keys });
  }

  it('lists and reads a private bucket with keys, and not without', async () => {
    const store = open(s3.credentials, 'closed-sea/my%20lake');
    const { value } = await store.list({ prefix: '' }, never);
    expect(value.objects.map(({ key }) => key).sort()).toEqual([...KEYS].sort());
    for (const { key } of value.objects) {
      expect(new TextDecoder().decode((await store.get(key, never)).value)).toBe(`bytes of my lake/${key}`);
      const part = await store.get(key, never, { start: 6, end: 8 });
      expect(new TextDecoder().decode(part.value)).toBe('of');
    }
    expect(await failure(open(undefined).list({ prefix: '' }, never))).toMatchObject({
      code: 'access-denied',
      text: expect.stringContaining('enter its keys'),
    });
  });

  it('pages through a private bucket, whose tokens are signed too', async () => {
    const store = open(s3.credentials, 'closed-sea/many');
    const first = await store.list({ prefix: '' }, never);
    expect(first.value.objects).toHaveLength(1000);
    const { continuationToken = '' } = first.value;
    const second = await store.list({ prefix: '', continuationToken }, never);
    expect(second.value.objects).toHaveLength(1);
    const folded = await store.list({ prefix: '', delimiter: '/', startAfter: 'day=4/~' }, never);
    expect(folded.value.prefixes).toEqual(['day=5/', 'day=6/']);
  });

  it('reads a bucket with dots in its name', async () => {
    const store = open(s3.credentials, 'closed.dotted.sea');
    expect((await store.list({ prefix: '' }, never)).value.objects).toHaveLength(1);
  });

  it('reads one file, and a list of files, of a private bucket', async () => {
    await s3.put('closed-sea', 'lists/files.txt', `${s3.url}closed.dotted.sea/data.parquet\n`);
    const file = open(s3.credentials, 'closed.dotted.sea/data.parquet');
    expect((await file.list({ prefix: '' }, never)).value.objects).toMatchObject([{ key: 'data.parquet', size: 10 }]);
    const list = open(s3.credentials, 'closed-sea/lists/files.txt');
    expect((await list.list({ prefix: '' }, never)).value.objects).toMatchObject([{ key: 'data.parquet', size: 10 }]);
    expect((await list.get('data.parquet', never, { start: 3, end: 5 })).value).toHaveLength(2);
  });

  it('shows keys to no other store than that of the list which names it', async () => {
    const seen: string[] = [];
    const stranger = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.end('PAR1');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = stranger.address() as AddressInfo;
      await s3.put('closed-sea', 'lists/stranger.json', `["http://127.0.0.1:${port}/sea/data.parquet"]`);
      const list = open({ ...s3.credentials }, 'closed-sea/lists/stranger.json');
      expect((await list.list({ prefix: '' }, never)).value.objects).toMatchObject([{ size: 4 }]);
      expect(seen).toEqual(['/sea/data.parquet', '/sea/data.parquet']);
    } finally {
      stranger.close();
    }
  });

  it('finds the region itself, which the server names when it refuses another one', async () => {
    for (const query of ['', '?region=us-west-2']) {
      const store = open(s3.credentials, 'closed-sea/my%20lake', query);
      expect((await store.list({ prefix: '' }, never)).value.objects).toHaveLength(KEYS.length);
      expect((await store.get(KEYS[0] ?? '', never)).retries).toBe(0);
    }
  });

  it('remembers the keys of a bucket for its address alone, and for no other bucket', async () => {
    const opener = createSourceOpener('http://page/');
    opener({ kind: 'address', url: `${s3.url}closed-sea/`, keys: s3.credentials });
    expect((await opener(`${s3.url}closed-sea/my%20lake/`).list({ prefix: '' }, never)).value.objects).toHaveLength(3);
    expect((await failure(opener(`${s3.url}closed.dotted.sea/`).list({ prefix: '' }, never))).code).toBe(
      'access-denied',
    );
  });

  it.each<[string, Partial<S3Keys>, RegExp]>([
    ['a secret that is wrong', { secretAccessKey: 'made-up' }, /secret key does not belong/],
    ['an access key that is unknown', { accessKeyId: 'made-up' }, /does not know the access key/],
    ['a session token that nobody gave out', { sessionToken: 'made-up' }, /session token/],
    ['temporary keys whose time is over', { expiresAt: Date.UTC(2020, 0, 1) }, /expired at 2020-01-01 00:00 UTC/],
  ])('says of %s what is wrong, and shows no secret', async (_, change, words) => {
    const { code, text } = await failure(open({ ...s3.credentials, ...change }).list({ prefix: '' }, never));
    expect(code).toBe('access-denied');
    expect(text).toMatch(words);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('takes a presigned address of one file, and says when it was tampered with', async () => {
    const signed = await createPresigner(s3.credentials, s3.region)(`${s3.url}closed.dotted.sea/data.parquet`);
    const opener = createSourceOpener('http://page/');
    expect((await opener(signed).list({ prefix: '' }, never)).value.objects).toMatchObject([{ size: 10 }]);
    const tampered = opener(signed.replace('Expires=3600', 'Expires=7200'));
    const { code, text } = await failure(tampered.list({ prefix: '' }, never));
    expect(code).toBe('access-denied');
    expect(text).toContain('address');
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
