import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPresigner } from '../../src/sources/presign';
import { launchChromium } from '../support/chromium';
import { describeWithS3 } from './start';

await describeWithS3('a page on another origin and a real server', (s3) => {
  const site = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>page</title>');
  });
  const sign = createPresigner(s3.credentials, s3.region);
  let browser: Browser | undefined;
  let page: Page | undefined;

  beforeAll(async () => {
    await s3.createBucket('closed-sea', { open: false });
    await s3.put('closed-sea', 'a b+c.parquet', '0123456789');
    await s3.createBucket('hidden-sea', { open: true });
    await s3.put('hidden-sea', 'data.parquet', '0123456789');
    await s3.removeCors('hidden-sea');
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    site.close();
  });

  /** Fetches in the page; an answer that the page may not see is `blocked`. */
  function fetchInPage(url: string, headers: Record<string, string> = {}): Promise<string> {
    if (page === undefined) throw new Error('the browser did not start');
    return page.evaluate(
      ([target, sent]) =>
        fetch(target, { headers: sent, cache: 'no-store' }).then(
          async (answer) => `${answer.status} ${await answer.text()}`,
          () => 'blocked',
        ),
      [url, headers] as const,
    );
  }

  it('reads a range of a closed bucket by a signed URL without a preflight', async () => {
    const signed = await sign(`${s3.url}closed-sea/a%20b%2Bc.parquet`);
    expect(await fetchInPage(signed, { range: 'bytes=2-4' })).toBe('206 234');
    expect(await fetchInPage(signed)).toBe('200 0123456789');
    expect((await s3.accessLog()).filter((line) => /OPTIONS/i.test(line))).toEqual([]);
  });

  it('pays for a header with a preflight, which shows that the log would tell', async () => {
    await fetchInPage(await sign(`${s3.url}closed-sea/a%20b%2Bc.parquet`), { 'x-amz-date': 'any' });
    expect((await s3.accessLog()).filter((line) => /OPTIONS/i.test(line))).not.toEqual([]);
  });

  it('is told of a missing key, but not of a refused signature: this server refuses before it looks up the rules', async () => {
    expect(await fetchInPage(await sign(`${s3.url}closed-sea/gone`))).toMatch(/^404 .*NoSuchKey/s);
    const signed = await sign(`${s3.url}closed-sea/a%20b%2Bc.parquet`);
    expect(await fetchInPage(signed.replace('a%20b', 'a%20d'))).toBe('blocked');
  });

  it('is kept from a bucket without CORS rules', async () => {
    expect((await fetch(`${s3.url}hidden-sea/data.parquet`)).status).toBe(200);
    expect(await fetchInPage(`${s3.url}hidden-sea/data.parquet`)).toBe('blocked');
  });
});
