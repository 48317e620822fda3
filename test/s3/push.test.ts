import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DESCRIPTION_PATH, MANIFEST_INDEX_PATH } from '@tidelake/lake-format';
import type { PushReport } from '../../ingest-tool/src/push/push-report';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { filesBelow, removeWorkspaces, treeOf, type CliResult } from '../support/ingest-cli';
import { setup } from '../support/build-cli';
import { describeWithS3 } from './start';
import { startStoreProxy, type StoreProxy } from './store-proxy';
import {
  AWKWARD_FILES,
  descriptionOf,
  indexOf,
  isPublished,
  makeTransferLake,
  startTransfer,
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
    setup();
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
});
