import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { S3Keys } from '../../src/sources/lake-source';
import type {} from '../browser/harness/harness';
import { launchChromium } from '../support/chromium';
import { buildHarness } from '../support/harness-site';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { startTestServer, type TestServer } from '../support/server';
import { describeWithS3 } from './start';

await describeWithS3('a page that reads a private lake from a real server', (s3) => {
  let lake: ReferenceLake;
  let site: TestServer;
  let browser: Browser;
  let page: Page;
  const said: string[] = [];

  beforeAll(async () => {
    lake = await writeReferenceLake({
      stations: ['north', 'south å+'],
      firstDay: '2025-11-23',
      days: 2,
      filesPerDay: 2,
      rowsPerFile: 60,
      described: true,
    });
    await s3.createBucket('closed-sea', { open: false });
    const files = await readdir(lake.root, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const full = path.join(file.parentPath, file.name);
      await s3.put('closed-sea', `my lake/${path.relative(lake.root, full)}`, await readFile(full));
    }
    site = await startTestServer({ lake: lake.root, site: await buildHarness() });
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('console', (message) => said.push(message.text()));
    await page.goto(site.url);
    await page.waitForFunction(() => 'api' in window);
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
    await lake.remove();
  });

  function open(keys: S3Keys): Promise<{ code: string; message: string; advice: string }> {
    const source = { kind: 'address', url: `${s3.url}closed-sea/my%20lake/?region=${s3.region}`, keys } as const;
    return page.evaluate(
      (given) =>
        window.api.open(given).then(
          ({ url }) => ({ code: 'open', message: url, advice: '' }),
          ({ code, message, advice }: { code: string; message: string; advice: string }) => ({ code, message, advice }),
        ),
      source,
    );
  }

  it('opens and queries it by signed URLs, without a single preflight', async () => {
    expect(await open(s3.credentials)).toMatchObject({ code: 'open', message: `${s3.url}closed-sea/my%20lake/` });
    const { rows, receipt } = await page.evaluate(() =>
      window.api.query("SELECT station, count(*) AS n FROM lake WHERE station > 'o' GROUP BY ALL"),
    );
    expect(rows).toEqual([{ station: 'south å+', n: 240 }]);
    expect(receipt.retries).toBe(0);
    const log = await s3.accessLog();
    expect(log.filter((line) => line.includes('my%20lake') || line.includes('my lake')).length).toBeGreaterThan(0);
    expect(log.filter((line) => /OPTIONS|HEAD/.test(line))).toEqual([]);
  });

  it('names keys and region as possible causes where the server hides its refusal', async () => {
    const { code, message, advice } = await open({ ...s3.credentials, secretAccessKey: 'made-up' });
    expect(code).toBe('unreachable');
    expect(message).toContain('answers, but does not let this page read the answer');
    expect(advice).toContain('keys and region are right and have not expired');
  });

  it('leaves no trace of the keys in the page, its storage, its address or its errors', async () => {
    const traces = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      const caches = await window.caches.keys();
      return JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        databases,
        caches,
        location.href,
        document.cookie,
      ]);
    });
    const errors = JSON.stringify([await open({ ...s3.credentials, accessKeyId: 'unknown-key' })]);
    for (const secret of [
      s3.credentials.accessKeyId,
      s3.credentials.secretAccessKey,
      'made-up',
      'unknown-key',
      'X-Amz-',
    ]) {
      expect(traces).not.toContain(secret);
      expect(errors).not.toContain(secret);
    }
    // What the browser itself logs of a failed request names its URL, whose signature is no key.
    expect(said.filter((line) => line.includes(s3.credentials.secretAccessKey))).toEqual([]);
  });
});
