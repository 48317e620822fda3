import { createHash } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { StorageConflict, type LakeStorage, type StoredObject } from '../../ingest-tool/src/storage/lake-storage';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { describeWithS3 } from './start';

const never = new AbortController().signal;
const AWKWARD_KEYS = [
  'a b+c=d%41.parquet',
  'station=Ærø – 北/year=2025/x%2Fy.parquet',
  '\'(1)*!~;:@,$&?#<>"[]{}|^`\\.parquet',
  '\u{1F30A}/wave.parquet',
];

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function listAll(storage: LakeStorage, prefix: string): Promise<StoredObject[][]> {
  const pages: StoredObject[][] = [];
  for await (const page of storage.list(prefix, never)) pages.push(page);
  return pages;
}

await describeWithS3('the storage of the command-line tool on a real server', (s3) => {
  const open = (bucket: string, more = ''): Promise<LakeStorage> =>
    openStorage(`s3://${bucket}/a lake+/?endpoint=${s3.url}&region=${s3.region}${more}`);

  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = s3.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = s3.credentials.secretAccessKey;
    process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    await s3.createBucket('closed-sea', { open: false });
    await s3.createBucket('open-sea', { open: true });
  });

  it('writes, lists, reads and removes keys of any letters', async () => {
    const storage = await open('closed-sea');
    for (const key of AWKWARD_KEYS) expect(await storage.write(key, bytesOf(key), never)).toBe(md5(bytesOf(key)));
    const listed = (await listAll(storage, '')).flat();
    const sorted = [...AWKWARD_KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(listed.map(({ key }) => key)).toEqual(sorted);
    for (const { key, size, etag } of listed) {
      const whole = await storage.read(key, never);
      expect([Buffer.from(whole?.bytes ?? []).toString(), whole?.etag, whole?.bytes.byteLength]).toEqual([
        key,
        etag,
        size,
      ]);
      const part = await storage.read(key, never, { start: 1, end: 4 });
      expect(Buffer.from(part?.bytes ?? [])).toEqual(Buffer.from(bytesOf(key).subarray(1, 4)));
    }
    await storage.remove([...AWKWARD_KEYS, 'never there'], never);
    expect(await listAll(storage, '')).toEqual([]);
  });

  it('lists and removes 1,001 keys', async () => {
    const storage = await open('closed-sea');
    const keys = Array.from({ length: 1001 }, (_, number) => `many/${String(number).padStart(4, '0')}`);
    await s3.putAll(
      'closed-sea',
      keys.map((key) => `a lake+/${key}`),
      () => '',
    );
    expect((await listAll(storage, 'many/')).map((page) => page.length)).toEqual([1000, 1]);
    await storage.remove(keys, never);
    expect(await listAll(storage, 'many/')).toEqual([]);
  });

  it('writes only where the condition holds', async () => {
    const storage = await open('closed-sea');
    const first = await storage.write('index.json', bytesOf('1'), never, { absent: true });
    await expect(storage.write('index.json', bytesOf('x'), never, { absent: true })).rejects.toThrow(StorageConflict);
    await storage.write('index.json', bytesOf('2'), never, { etag: first });
    await expect(storage.write('index.json', bytesOf('x'), never, { etag: first })).rejects.toThrow(StorageConflict);
    await expect(storage.write('gone.json', bytesOf('x'), never, { etag: first })).rejects.toThrow(StorageConflict);
  });

  it('writes large objects in parts', async () => {
    const storage = await open('closed-sea');
    const bytes = new Uint8Array(33 << 20).fill(7);
    const etag = await storage.write('large.parquet', bytes, never, { absent: true });
    expect(etag).toMatch(/^[0-9a-f]{32}-3$/);
    const back = await storage.read('large.parquet', never);
    expect([back?.etag, back && md5(back.bytes)]).toEqual([etag, md5(bytes)]);
    await expect(storage.write('large.parquet', bytes, never, { absent: true })).rejects.toThrow(StorageConflict);
  });

  it('finds nothing where there is nothing, and no bytes behind the end', async () => {
    const storage = await open('closed-sea');
    expect(await storage.read('nothing', never)).toBeUndefined();
    await storage.write('short', bytesOf('0123'), never);
    const read = async (start: number, end: number) =>
      Buffer.from((await storage.read('short', never, { start, end }))?.bytes ?? []).toString();
    expect([await read(2, 9), await read(9, 12), await read(1, 1)]).toEqual(['23', '', '']);
    await storage.write('empty', bytesOf(''), never);
    expect((await storage.read('empty', never))?.bytes.byteLength).toBe(0);
  });

  it('reads an open bucket without keys, and says what a closed one wants', async () => {
    await s3.put('open-sea', 'a lake+/x', 'y');
    const anonymous = await open('open-sea', '&anonymous=true');
    expect((await listAll(anonymous, '')).flat().map(({ key }) => key)).toEqual(['x']);
    const closed = await open('closed-sea', '&anonymous=true');
    await expect(listAll(closed, '')).rejects.toMatchObject({ advice: expect.stringContaining('AWS_PROFILE') });
    await expect(listAll(await open('no-such-sea'), '')).rejects.toThrow('there is no such bucket');
  });

  it('signs for the region that the store names', async () => {
    const elsewhere = await openStorage(`s3://closed-sea/a lake+/?endpoint=${s3.url}&region=us-west-1`);
    await elsewhere.write('signed elsewhere', bytesOf('1'), never);
    expect((await elsewhere.read('signed elsewhere', never))?.bytes.byteLength).toBe(1);
  });

  it('names the key or the secret that is wrong, and repeats neither', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'guessed/guessed/guessed';
    await expect(listAll(await open('closed-sea'), '')).rejects.toThrow(/^(?!.*guessed).*the secret key is wrong/);
    process.env['AWS_ACCESS_KEY_ID'] = 'NOBODY0KNOWS0ME';
    await expect(listAll(await open('closed-sea'), '')).rejects.toThrow(/^(?!.*NOBODY0).*does not know the access key/);
    process.env['AWS_ACCESS_KEY_ID'] = s3.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = s3.credentials.secretAccessKey;
  });
});
