import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DESCRIPTION_PATH, parseLakeDescription, type LakeDescription } from '@tidelake/lake-format';
import type { PullReport } from '../../ingest-tool/src/pull/pull-report';
import { dataFilesOf, makeWorkspace, removeWorkspaces, treeOf } from '../support/ingest-cli';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { describeWithS3 } from './start';
import { startStoreProxy, type StoreProxy } from './store-proxy';
import { makeTransferLake, startTransfer, tamper, transfer } from './transfer-lake';

const STATIONS = ['mast 01+', 'mooring-ø', 'empty'];

await describeWithS3('tidelake pull from a real server', (s3) => {
  let proxy: StoreProxy;
  let lake: ReferenceLake;

  beforeAll(async () => {
    proxy = await startStoreProxy(s3.url);
    lake = await writeReferenceLake({
      stations: STATIONS.slice(0, 2),
      firstDay: '2025-01-30',
      days: 4,
      filesPerDay: 2,
      rowsPerFile: 20,
      described: true,
    });
    for (const bucket of ['listed-sea', 'mapped-sea', 'open-sea'])
      await s3.createBucket(bucket, { open: bucket === 'open-sea' });
    for (const bucket of ['listed-sea', 'open-sea']) expect((await push(lake.root, bucket)).code).toBe(0);
    const mapped = path.join(makeWorkspace(), 'lake');
    cpSync(lake.root, mapped, { recursive: true });
    expect((await transfer(s3, ['manifest', mapped])).code).toBe(0);
    expect((await push(mapped, 'mapped-sea')).code).toBe(0);
  });

  afterEach(() => {
    proxy.plan(() => undefined);
    proxy.requests.splice(0);
  });

  afterAll(async () => {
    removeWorkspaces();
    await lake.remove();
    await proxy.close();
  });

  const push = (folder: string, bucket: string) => transfer(s3, ['push', folder, address(bucket)]);
  const address = (bucket: string, more = ''): string => `s3://${bucket}/a lake?endpoint=${proxy.url}${more}`;
  const newFolder = (): string => path.join(makeWorkspace(), 'pulled');

  async function pulled(bucket: string, folder: string, ...more: string[]): Promise<PullReport> {
    const { code, stdout, stderr } = await transfer(s3, ['pull', address(bucket), '--to', folder, '--json', ...more]);
    expect([code, stderr]).toEqual([0, '']);
    const report: PullReport = JSON.parse(stdout);
    return report;
  }

  const describedIn = (folder: string): LakeDescription =>
    parseLakeDescription(readFileSync(path.join(folder, DESCRIPTION_PATH), 'utf8'));
  const dataOf = (folder: string): Record<string, string> => treeOf(folder, dataFilesOf(folder));

  it.each(['listed-sea', 'mapped-sea'])(
    'brings back from %s what was pushed, byte for byte, and nothing twice',
    async (bucket) => {
      const folder = newFolder();
      expect(await pulled(bucket, folder)).toMatchObject({
        fetchedFiles: 16,
        unchangedFiles: 0,
        stations: 2,
        manifest: true,
      });
      expect(dataOf(folder)).toEqual(dataOf(lake.root));
      const whole = describedIn(folder);
      expect(whole).toMatchObject({
        manifest: true,
        totals: { files: 16 },
        stations: [{ id: 'mast 01+' }, { id: 'mooring-ø' }],
      });
      proxy.requests.splice(0);
      const before = treeOf(folder);
      expect(await pulled(bucket, folder)).toMatchObject({ fetchedFiles: 0, unchangedFiles: 16 });
      expect(treeOf(folder)).toEqual(before);
    },
  );

  it.each(['listed-sea', 'mapped-sea'])(
    'fetches from %s only the stations and days that were asked for',
    async (bucket) => {
      const folder = newFolder();
      const window = ['--stations', 'mooring-ø,nowhere', '--from', '2025-01-31', '--until', '2025-02-02'];
      expect(await pulled(bucket, folder, ...window, '--dry-run')).toMatchObject({ fetchedFiles: 4 });
      expect(existsSync(folder)).toBe(false);
      proxy.requests.splice(0);
      expect(await pulled(bucket, folder, ...window)).toMatchObject({
        fetchedFiles: 4,
        missingStations: ['nowhere'],
        stations: 1,
      });
      expect(proxy.requests.every(({ key }) => !key.includes('mast%2001'))).toBe(true);
      expect(proxy.count('LIST')).toBe(bucket === 'mapped-sea' ? 0 : 3);
      const inWindow = (key: string): boolean => /^station=mooring-%C3%B8.*month=(?:01\/day=31|02\/day=01)/.test(key);
      expect(Object.keys(dataOf(folder))).toEqual(dataFilesOf(lake.root).filter(inWindow));
      expect(describedIn(folder).stations).toMatchObject([
        { id: 'mooring-ø', firstTime: '2025-01-31T00:00:00.000Z', lastTime: expect.stringMatching(/^2025-02-01T23:2/) },
      ]);
      // A second window joins the first.
      await pulled(bucket, folder, '--stations', 'mast 01+', '--until', '2025-01-31');
      expect(describedIn(folder)).toMatchObject({
        totals: { files: 6 },
        stations: [{ id: 'mast 01+' }, { id: 'mooring-ø' }],
      });
    },
  );

  it('reads to the time of day where the manifest knows it', async () => {
    const hours = ['--from', '2025-01-31T13:00:00Z', '--until', '2025-02-01T00:00:00Z'];
    expect(await pulled('mapped-sea', newFolder(), ...hours)).toMatchObject({ fetchedFiles: 2 });
    expect(await pulled('listed-sea', newFolder(), ...hours)).toMatchObject({ fetchedFiles: 4 });
  });

  it('needs no keys for an open bucket, also by its web address', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    for (const from of [address('open-sea'), `${proxy.url}open-sea/a%20lake/`]) {
      const folder = newFolder();
      const { code, stderr } = await transfer(s3, ['pull', from, '--to', folder], none);
      expect([code, stderr]).toEqual([0, expect.stringContaining('16 files')]);
      expect(dataOf(folder)).toEqual(dataOf(lake.root));
    }
  });

  it('goes on where it was killed, with whole files only, and fetches none twice', async () => {
    const folder = newFolder();
    let code: number | null = null;
    let kills = 0;
    for (let seed = 1; code !== 0 && seed < 12; seed++) {
      const run = startTransfer(s3, ['pull', address('mapped-sea'), '--to', folder, '--jobs', '3']);
      const there = Object.keys(dataOf(folder));
      proxy.requests.splice(0);
      let left = 3 + (seed % 3);
      proxy.plan(({ kind, key }) => {
        if (kind !== 'GET' || !key.includes('station=') || --left > 0) return undefined;
        run.child.kill('SIGKILL');
        return { kind: 'reset' };
      });
      code = await run.exited;
      kills += code === null ? 1 : 0;
      await proxy.settled();
      const again = proxy.requests.filter(({ key }) => there.includes(key.slice('mapped-sea/a lake/'.length)));
      expect(again).toEqual([]);
      const whole = dataOf(lake.root);
      for (const [key, digest] of Object.entries(dataOf(folder))) expect(digest).toBe(whole[key]);
    }
    expect(kills).toBeGreaterThan(2);
    expect(dataOf(folder)).toEqual(dataOf(lake.root));
    expect(Object.keys(treeOf(folder)).filter((key) => key.includes('.drafts/'))).toEqual([]);
  });

  it('gets large files in pieces, and through a failing network', async () => {
    const source = makeTransferLake(40 << 20);
    await s3.createBucket('large-sea', { open: false });
    expect((await push(source, 'large-sea')).code).toBe(0);
    const seen = new Set<string>();
    proxy.plan(({ kind, key, headers }) => {
      const name = `${kind} ${key} ${headers.range}`;
      if (seen.has(name)) return undefined;
      seen.add(name);
      return seen.size % 3 === 0 ? { kind: 'lose-answer' } : { kind: 'refuse', status: 503, code: 'SlowDown' };
    });
    const folder = newFolder();
    const { code, stderr } = await transfer(s3, ['pull', address('large-sea', '&region=eu-north-1'), '--to', folder]);
    // The parts of this lake's manifest are made up.
    expect([code, stderr]).toEqual([3, expect.stringContaining('part-0a.parquet')]);
    const listed = path.join(source, DESCRIPTION_PATH);
    writeFileSync(listed, readFileSync(listed, 'utf8').replace('"manifest": true,', ''));
    proxy.plan(() => undefined);
    expect((await push(source, 'large-sea')).code).toBe(0);
    expect((await transfer(s3, ['pull', address('large-sea'), '--to', folder])).code).toBe(0);
    expect(dataOf(folder)).toEqual(dataOf(source));
  });

  it('names what was tampered with, and does not put it in place', async () => {
    await s3.createBucket('damaged-sea', { open: false });
    expect((await push(lake.root, 'damaged-sea')).code).toBe(0);
    const [victim = ''] = dataFilesOf(lake.root);
    tamper(path.join(s3.folderOf('damaged-sea'), 'a lake', victim));
    const folder = newFolder();
    const { code, stderr } = await transfer(s3, ['pull', address('damaged-sea'), '--to', folder]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(victim)]);
    const others = dataFilesOf(lake.root).filter((key) => key !== victim);
    expect(dataOf(folder)).toEqual(treeOf(lake.root, others));
    const unchecked = await transfer(s3, ['pull', address('damaged-sea'), '--to', folder, '--no-etag-check']);
    expect(unchecked.code).toBe(0);
    expect(
      createHash('sha256')
        .update(readFileSync(path.join(folder, victim)))
        .digest('hex'),
    ).not.toBe(dataOf(lake.root)[victim]);
  });

  it('refuses a folder with another lake, an address without one, and a window that is none', async () => {
    const folder = newFolder();
    await pulled('listed-sea', folder, '--until', '2025-01-31');
    const described = path.join(folder, DESCRIPTION_PATH);
    writeFileSync(described, readFileSync(described, 'utf8').replace('Reference lake', 'Another'));
    const pull = (from: string, ...more: string[]) => transfer(s3, ['pull', from, '--to', folder, ...more]);
    expect(await pull(address('listed-sea'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds another lake'),
    });
    expect(await pull(`s3://listed-sea/b lake?endpoint=${proxy.url}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds no lake'),
    });
    expect(await pull(address('listed-sea'), '--from', 'yesterday')).toMatchObject({ code: 2 });
  });
});
