import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DESCRIPTION_PATH, MANIFEST_INDEX_PATH } from '@tidelake/lake-format';
import { IDENTITY_PATH } from '../../ingest-tool/src/push/lake-identity';
import type { PushReport } from '../../ingest-tool/src/push/push-report';
import { openBucket } from '../../ingest-tool/src/storage/open-storage';
import { parseStorageAddress } from '../../ingest-tool/src/storage/storage-address';
import { filesBelow, removeWorkspaces, treeOf, type CliResult } from '../support/ingest-cli';
import { describeWithS3 } from './start';
import { startStoreProxy, type StoreProxy } from './store-proxy';
import {
  AWKWARD_FILES,
  indexOf,
  isPublished,
  makeTransferLake,
  startTransfer,
  tamper,
  transfer,
  writeFiles,
} from './transfer-lake';

const never = new AbortController().signal;
const MEBIBYTE = 1 << 20;

await describeWithS3('tidelake push to a real server', (s3) => {
  let proxy: StoreProxy;
  let buckets = 0;
  let bucket = '';

  beforeAll(async () => {
    proxy = await startStoreProxy(s3.url);
    process.env['AWS_ACCESS_KEY_ID'] = s3.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = s3.credentials.secretAccessKey;
  });

  beforeEach(async () => {
    bucket = `push-${++buckets}`;
    await s3.createBucket(bucket, { open: false });
    proxy.requests.splice(0);
  });

  afterEach(() => proxy.plan(() => undefined));

  afterAll(async () => {
    removeWorkspaces();
    await proxy.close();
  });

  const address = (): string => `s3://${bucket}/a lake?endpoint=${proxy.url}`;
  const push = (lake: string, ...more: string[]): Promise<CliResult> =>
    transfer(s3, ['push', lake, address(), ...more]);

  async function pushed(lake: string, ...more: string[]): Promise<PushReport> {
    const { code, stdout, stderr } = await push(lake, '--json', ...more);
    expect([code, stderr]).toEqual([0, '']);
    const report: PushReport = JSON.parse(stdout);
    return report;
  }

  /** What lies in the bucket, read without the code under test. */
  async function inBucket(): Promise<Record<string, string>> {
    return treeOf(path.join(s3.folderOf(bucket), 'a lake'), filesBelow(path.join(s3.folderOf(bucket), 'a lake')));
  }

  const published = (lake: string): Record<string, string> => treeOf(lake, filesBelow(lake).filter(isPublished));

  it('sends data, then the parts, the index, and lake.json last; and nothing the second time', async () => {
    const lake = makeTransferLake();
    const report = await pushed(lake);
    expect(await inBucket()).toEqual(published(lake));
    const puts = proxy.requests
      .filter(({ kind }) => kind === 'PUT')
      .map(({ key }) => key.slice(`${bucket}/a lake/`.length));
    expect(puts.shift()).toBe(IDENTITY_PATH);
    expect(new Set(puts.slice(0, AWKWARD_FILES.length + 1)).has(AWKWARD_FILES[0] ?? '')).toBe(true);
    expect(puts.slice(-3)).toEqual([
      '_tidelake/manifest/month=2025-11/part-0a.parquet',
      MANIFEST_INDEX_PATH,
      DESCRIPTION_PATH,
    ]);
    expect(report).toMatchObject({ sentFiles: puts.length, unchangedFiles: 0, published: true });
    proxy.requests.splice(0);
    expect(await pushed(lake)).toMatchObject({ sentFiles: 0, sentBytes: 0 });
    expect(new Set(proxy.requests.map(({ kind }) => kind))).toEqual(new Set(['GET', 'LIST']));
  });

  it('sends only what changed, and removes only when told to, after nothing names it any more', async () => {
    const lake = makeTransferLake();
    await pushed(lake);
    await s3.put(bucket, 'a lake/README.md', 'put there by somebody');
    const [gone = '', changed = ''] = AWKWARD_FILES.filter((key) => key.includes('mast-01'));
    const part = '_tidelake/manifest/month=2025-11/part-0b.parquet';
    rmSync(path.join(lake, gone));
    writeFiles(lake, { [changed]: `BYTES of ${changed}`, [part]: 'part 0b', [MANIFEST_INDEX_PATH]: indexOf([part]) });
    const old = '_tidelake/manifest/month=2025-11/part-0a.parquet';
    const before = await inBucket();
    expect(await pushed(lake, '--delete', '--dry-run')).toMatchObject({
      sent: [changed, part, MANIFEST_INDEX_PATH],
      removed: [old, gone],
    });
    expect(await inBucket()).toEqual(before);
    expect(await pushed(lake)).toMatchObject({ sentFiles: 3, extra: [old, gone] });
    proxy.requests.splice(0);
    expect(await pushed(lake, '--delete')).toMatchObject({ sentFiles: 0, removed: [old, gone], extraFiles: 0 });
    rmSync(path.join(lake, old));
    const { 'README.md': readme, ...rest } = await inBucket();
    expect(readme).toBeDefined();
    expect(rest).toEqual(published(lake));
  });

  it('goes on where it was killed, and sends nothing twice', async () => {
    const lake = makeTransferLake(50 * MEBIBYTE);
    writeFiles(
      lake,
      Object.fromEntries(
        Array.from({ length: 60 }, (_, day) => [`station=b/year=2025/day=${day}/x.parquet`, `day ${day}`]),
      ),
    );
    let kills = 0;
    let code: number | null = null;
    for (let seed = 1; code !== 0 && seed < 60; seed++) {
      const run = startTransfer(s3, ['push', lake, address()]);
      let left = 1 + ((seed * 7919) % 13);
      proxy.plan(({ method }) => {
        if (method === 'GET' || --left > 0) return undefined;
        run.child.kill('SIGKILL');
        return seed % 2 === 0 ? { kind: 'reset' } : { kind: 'lose-answer' };
      });
      code = await run.exited;
      kills += code === null ? 1 : 0;
      await proxy.settled();
      const there = await inBucket();
      expect(filesBelow(lake).includes('_tidelake/lock')).toBe(true);
      if (MANIFEST_INDEX_PATH in there)
        expect(Object.keys(there).length).toBeGreaterThanOrEqual(Object.keys(published(lake)).length - 1);
      if (code === null && kills === 5) expect(journals(lake)).not.toMatch(/only\/for|TIDELAKETEST/);
    }
    expect(kills).toBeGreaterThan(8);
    expect(await inBucket()).toEqual(published(lake));
    expect(journals(lake)).toBe('');
    const done = proxy.requests.filter(({ kind, status }) => kind.startsWith('PUT') && status === 200);
    const names = done.map(({ key, query }) => `${key} ${query.get('partNumber')}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const place = parseStorageAddress(`s3://${bucket}/a lake?endpoint=${s3.url}&region=${s3.region}`);
    if (place.kind !== 'bucket') throw new Error('not a bucket');
    const storage = await openBucket(place);
    expect(await storage.bucket.listUploads(never)).toEqual([]);
  });

  it('stops at Ctrl-C with the bucket as it was for readers, and goes on later', async () => {
    const lake = makeTransferLake(40 * MEBIBYTE);
    const run = startTransfer(s3, ['push', lake, address()]);
    proxy.plan(({ kind }) => void (kind === 'PUT part' && run.child.kill('SIGINT')));
    expect([await run.exited, run.stderr()]).toEqual([
      130,
      expect.stringContaining('the same command takes up the rest'),
    ]);
    expect(Object.keys(await inBucket())).not.toContain(DESCRIPTION_PATH);
    proxy.plan(() => undefined);
    const report = await pushed(lake);
    expect(report.resumedBytes % (16 * MEBIBYTE)).toBe(0);
    expect(await inBucket()).toEqual(published(lake));
  });

  it('gets through a store that is busy, forgets answers and breaks connections', async () => {
    const lake = makeTransferLake(20 * MEBIBYTE);
    const tries = new Map<string, number>();
    const kinds = ['503 SlowDown', '429 TooManyRequests', '500 InternalError', 'reset', 'lose-answer'];
    proxy.plan(({ kind, key, query }) => {
      const name = `${kind} ${key} ${query.get('partNumber')}`;
      const attempt = (tries.get(name) ?? 0) + 1;
      tries.set(name, attempt);
      // Every request fails once, some twice, each in another way.
      if (attempt > 1 + (name.length % 2)) return undefined;
      const [fault = '', code = ''] = kinds[(name.length + attempt) % kinds.length]?.split(' ') ?? [];
      if (fault === 'reset' || fault === 'lose-answer') return { kind: fault };
      return { kind: 'refuse', status: Number(fault), code };
    });
    await pushed(lake);
    expect(await inBucket()).toEqual(published(lake));
  });

  it('names what was tampered with past the store, and mends it', async () => {
    const lake = makeTransferLake(17 * MEBIBYTE);
    await pushed(lake);
    const [victim = ''] = AWKWARD_FILES;
    const large = 'station=mast-01/year=2024/large.parquet';
    for (const key of [victim, large]) tamper(path.join(s3.folderOf(bucket), 'a lake', key));
    expect(await pushed(lake)).toMatchObject({ sentFiles: 0, damaged: [] });
    const looked = await push(lake, '--verify', '--dry-run');
    expect([looked.code, looked.stderr]).toEqual([1, expect.stringContaining(victim)]);
    const mended = await pushed(lake, '--verify');
    expect(mended.damaged.sort()).toEqual([victim, large].sort());
    expect(await inBucket()).toEqual(published(lake));
    expect(await pushed(lake, '--verify')).toMatchObject({ damaged: [], sentFiles: 0 });
  });

  it('stops rather than overwrite what somebody else published meanwhile', async () => {
    const lake = makeTransferLake();
    const other = indexOf([]);
    let isFirst = true;
    proxy.plan(({ kind }) => {
      if (kind === 'PUT' && isFirst) void s3.put(bucket, `a lake/${MANIFEST_INDEX_PATH}`, other);
      isFirst = isFirst && kind !== 'PUT';
      return undefined;
    });
    const { code, stderr } = await push(lake, '--jobs', '1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Somebody else wrote')]);
    expect((await inBucket())[MANIFEST_INDEX_PATH]).toBe(createHash('sha256').update(other).digest('hex'));
    expect(await inBucket()).not.toHaveProperty([DESCRIPTION_PATH]);
    expect((await push(lake)).code).toBe(0);
    expect(await inBucket()).toEqual(published(lake));
  });

  it('keeps another lake from taking the place of one that is there, unless it is told to', async () => {
    const [lake, other] = [makeTransferLake(), makeTransferLake()];
    await pushed(lake);
    const before = await inBucket();
    for (const more of [[], ['--dry-run'], ['--delete']]) {
      const { code, stderr } = await push(other, ...more);
      expect([code, stderr]).toEqual([2, expect.stringContaining('a lake/ holds another lake than')]);
      expect(stderr).toContain('--replace');
    }
    expect(await inBucket()).toEqual(before);
    // A copy of the folder is the same lake, and so is one that was pushed before there were identities.
    const copy = path.join(path.dirname(lake), 'copy');
    cpSync(lake, copy, { recursive: true });
    await pushed(copy);
    rmSync(path.join(s3.folderOf(bucket), 'a lake', IDENTITY_PATH));
    await pushed(lake);
    writeFiles(other, { 'station=other/year=2025/month=11/day=24/x.parquet': 'of another lake' });
    expect(await pushed(other, '--replace', '--delete')).toMatchObject({ published: true });
    expect(await inBucket()).toEqual(published(other));
    expect((await push(lake)).code).toBe(2);
  });

  it('lets two pushes of the same lake end alike', async () => {
    const lake = makeTransferLake();
    const ends = await Promise.all([push(lake), push(lake)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(await inBucket()).toEqual(published(lake));
  });

  it('works with a store that knows no conditions, and says so', async () => {
    const lake = makeTransferLake();
    proxy.plan(({ headers }) =>
      'if-none-match' in headers || 'if-match' in headers
        ? { kind: 'refuse', status: 501, code: 'NotImplemented' }
        : undefined,
    );
    const report = await pushed(lake);
    expect(report.notices).toEqual([expect.stringContaining('no conditional writes')]);
    expect(await inBucket()).toEqual(published(lake));
  });

  it('remembers what it sent to a store whose ETags are no checksums', async () => {
    const lake = makeTransferLake();
    proxy.disguiseEtags(true);
    try {
      expect(await pushed(lake)).toMatchObject({ sentFiles: 8 });
      expect(await pushed(lake)).toMatchObject({ sentFiles: 0, unchangedFiles: 6 });
      expect(await pushed(lake, '--verify')).toMatchObject({ sentFiles: 0, damaged: [], verifiedFiles: 6 });
    } finally {
      proxy.disguiseEtags(false);
    }
    expect(await inBucket()).toEqual(published(lake));
  });

  it('removes one by one where the store cannot remove many', async () => {
    const lake = makeTransferLake();
    await pushed(lake);
    for (const key of AWKWARD_FILES) rmSync(path.join(lake, key));
    proxy.plan(({ kind }) =>
      kind === 'DELETE many' ? { kind: 'refuse', status: 501, code: 'NotImplemented' } : undefined,
    );
    expect(await pushed(lake, '--delete')).toMatchObject({ removedFiles: AWKWARD_FILES.length });
    expect(proxy.count('DELETE')).toBe(AWKWARD_FILES.length);
    expect(await inBucket()).toEqual(published(lake));
  });

  it('says which key is wrong, and shows none', async () => {
    const lake = makeTransferLake();
    const guess = { AWS_SECRET_ACCESS_KEY: 'guessed0guessed0guessed0' };
    const { code, stderr } = await transfer(s3, ['push', lake, address()], guess);
    expect([code, stderr]).toEqual([2, expect.stringContaining('the secret key is wrong')]);
    expect(stderr).not.toContain('guessed0');
    const none = await transfer(s3, ['push', lake, address()], { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no keys to sign with')]);
  });

  it('takes keys from a profile, from a process, and the endpoint from there too', async () => {
    const lake = makeTransferLake();
    const { accessKeyId, secretAccessKey } = s3.credentials;
    const home = path.dirname(lake);
    const printed = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey });
    writeFiles(home, {
      'keys.json': printed,
      config: `[profile lab]\nregion = ${s3.region}\nservices = lab\n[services lab]\ns3 =\n  endpoint_url = ${proxy.url}\n[profile run]\nregion = ${s3.region}\nendpoint_url = ${proxy.url}\ncredential_process = cat ${home}/keys.json\n`,
      credentials: `[lab]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    });
    for (const profile of ['lab', 'run']) {
      const env = {
        AWS_CONFIG_FILE: path.join(home, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
        AWS_PROFILE: profile,
        AWS_REGION: '',
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
      };
      const { code, stderr } = await transfer(s3, ['push', lake, `s3://${bucket}/${profile}`], env);
      expect([code, stderr]).toEqual([0, expect.stringMatching(/Sent {6}8 files/)]);
    }
  });

  it('refuses a lake whose manifest names what is not there, and a folder that is none', async () => {
    const lake = makeTransferLake();
    rmSync(path.join(lake, '_tidelake/manifest/month=2025-11/part-0a.parquet'));
    expect(await push(lake)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('part-0a.parquet, which is not there'),
    });
    expect(await push(path.join(lake, 'station=mast-0'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such file'),
    });
    expect((await inBucket())[DESCRIPTION_PATH]).toBeUndefined();
  });
});

function journals(lake: string): string {
  const folder = path.join(lake, '_tidelake/.push');
  return filesBelow(folder)
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('');
}
