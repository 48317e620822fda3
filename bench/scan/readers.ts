import { setTimeout as delay } from 'node:timers/promises';
import type { Receipt } from '../../src/lake/receipt';
import type { ScriptingApi } from '../../src/workers/scripting';
import type { BareBrowser, BarePage } from '../browser/bare-browser';
import type { BaselineApi } from './baseline.page';
import { CASES, caseSql, caseUrls, mergeHours, type HourlyRow, type ScanCase } from './scan-case';

declare global {
  interface Window {
    tidelake: ScriptingApi;
    baseline: BaselineApi;
  }
}

/** Milliseconds that a page is left alone between its start and the question, for nobody asks in the moment an engine is ready. */
const REST = 4000;

/** How long one reading took, in milliseconds, and what it answered. */
export interface Reading {
  ms: number;
  hours: HourlyRow[];
  /** The reader's own account, where it gives one. */
  receipt?: Receipt;
}

/**
 * Opens a page in a browser profile of its own, with nothing cached, and closes it afterwards.
 * @param global what the page defines once it can be used
 */
export async function inFreshPage<Value>(
  browser: BareBrowser,
  url: string,
  global: 'tidelake' | 'baseline',
  work: (page: BarePage) => Promise<Value>,
): Promise<Value> {
  const page = await browser.open(url);
  try {
    for (let tries = 600; !(await page.evaluate((name) => name in window, global)); tries--) {
      if (tries === 0) throw new Error(`${url} defines no window.${global}`);
      await delay(100);
    }
    return await work(page);
  } finally {
    await page.close();
  }
}

/** Plain DuckDB-WASM 1.28, its engine started before the clock: `read_parquet` over the URLs of the case. */
export function readPlain(
  browser: BareBrowser,
  pageUrl: string,
  scanCase: ScanCase,
  bucketUrl: string,
): Promise<Reading> {
  const queries = caseUrls(scanCase, bucketUrl).map((urls) => {
    const list = urls.map((url) => `'${url}'`).join(', ');
    // The URLs are those of the right partitions already.
    return caseSql({ ...scanCase, where: '' }, `read_parquet([${list}])`, 'timestamp::TIMESTAMP');
  });
  return inFreshPage(browser, pageUrl, 'baseline', async (page) => {
    await page.evaluate(() => window.baseline.startPlain(), undefined);
    await delay(REST);
    const { ms, rows } = await page.evaluate((sql) => window.baseline.queryPlain(sql), queries);
    return { ms, hours: mergeHours(rows.map(hourOf)) };
  });
}

/** The files of the case fetched and left alone: no reader of whole files can be faster. It answers nothing. */
export function fetchOnly(
  browser: BareBrowser,
  pageUrl: string,
  scanCase: ScanCase,
  bucketUrl: string,
): Promise<Reading> {
  const urls = caseUrls(scanCase, bucketUrl).flat();
  return inFreshPage(browser, pageUrl, 'baseline', async (page) => {
    const { ms } = await page.evaluate((asked) => window.baseline.fetchOnly(asked), urls);
    return { ms, hours: [] };
  });
}

/** hyparquet's own reader over the URLs of the case, all asked at once. */
export function readHyparquet(
  browser: BareBrowser,
  pageUrl: string,
  scanCase: ScanCase,
  bucketUrl: string,
): Promise<Reading> {
  const { variables, window: times } = scanCase;
  const question = {
    urls: caseUrls(scanCase, bucketUrl).flat(),
    variables,
    ...(times === undefined ? {} : { window: { from: times.from.getTime(), to: times.to.getTime() } }),
  };
  return inFreshPage(browser, pageUrl, 'baseline', async (page) => {
    const { ms, rows } = await page.evaluate((asked) => window.baseline.readHyparquet(asked), question);
    return { ms, hours: mergeHours(rows.map(hourOf)) };
  });
}

/**
 * Tidelake's built site through its scripting API. Its engine and decoders are started before the clock, by a query on
 * another lake; the clock holds the listing, the fetching and the query.
 * @param beforeQuery called once the lake is open and before the clock starts
 */
export function readTidelake(
  browser: BareBrowser,
  siteUrl: string,
  warmUpUrl: string,
  scanCase: ScanCase,
  bucketUrl: string,
  beforeQuery: () => void,
): Promise<Reading> {
  return inFreshPage(browser, siteUrl, 'tidelake', async (page) => {
    await warmUp(page, warmUpUrl);
    await page.evaluate(async (lake) => void (await window.tidelake.open(lake)), bucketUrl);
    await delay(REST);
    beforeQuery();
    const { ms, rows, receipt } = await queryTidelake(page, caseSql(scanCase, 'lake', 'timestamp'));
    return { ms, hours: mergeHours(rows.map(hourOf)), receipt };
  });
}

/**
 * Opens a small lake and reads a file of it, so that everything a query needs is running. What statistics answer would start no
 * decoder.
 */
export async function warmUp(page: BarePage, warmUpUrl: string): Promise<void> {
  const question = { ...CASES.compactedDay, variables: ['pressure'] };
  await page.evaluate(
    async ([lake, sql]) => {
      await window.tidelake.open(lake);
      await window.tidelake.query(sql);
    },
    [warmUpUrl, caseSql(question, 'lake', 'timestamp')] as const,
  );
}

/** Asks the open lake, timed in the page; rows come as numbers in column order. */
export function queryTidelake(
  page: BarePage,
  sql: string,
): Promise<{ ms: number; rows: number[][]; receipt: Receipt }> {
  return page.evaluate(async (query) => {
    const start = performance.now();
    const { rows, receipt } = await window.tidelake.query(query);
    const ms = performance.now() - start;
    return { ms, rows: rows.map((row) => Object.values(row).map(Number)), receipt };
  }, sql);
}

function hourOf([hour = NaN, count = NaN, ...sums]: number[]): HourlyRow {
  return { hour, count, sums };
}
