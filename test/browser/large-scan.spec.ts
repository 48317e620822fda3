import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, test } from '@playwright/test';
import type { Browser } from '@playwright/test';
import type {} from './harness/harness';
import { buildHarness } from '../support/harness-site';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

/**
 * Days of a lake with a million rows each. Small: values that Parquet packs well, so that little is written and served,
 * but more than the page's budget is decoded. `LARGE_SCAN=full`: 1 GB of values that do not pack at all.
 */
const FULL = process.env['LARGE_SCAN'] === 'full';
const DAYS = FULL ? 26 : 18;
const ROWS = 1_000_000;
const COLUMNS = FULL ? 5 : 6;

/** Megabytes of memory that the page may take at most, its workers and its engine in it. */
const LIMIT_MB = 700;

let site: string;
let root: string;
let server: TestServer;
let native: DuckDBConnection;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  site = await buildHarness();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-scan-'));
  native = await (await DuckDBInstance.create()).connect();
  let bytes = 0;
  for (let day = 1; day <= DAYS; day++) {
    const folder = path.join(root, `day=${day}`);
    await mkdir(folder);
    const values = Array.from({ length: COLUMNS }, (_, column) =>
      FULL
        ? `hash(i + ${day * ROWS} + ${column}) / 1e19 AS v${column}`
        : `(i * ${column + 3} % 97)::DOUBLE / 8 AS v${column}`,
    );
    await native.run(
      `COPY (SELECT TIMESTAMP '2025-01-01' + to_days(${day}) + to_milliseconds(i * 86) AS time, ${values.join(', ')} FROM range(${ROWS}) t(i))
       TO '${folder}/a.parquet' (FORMAT parquet, COMPRESSION zstd)`,
    );
    bytes += (await stat(path.join(folder, 'a.parquet'))).size;
  }
  console.log(`a lake of ${Math.round(bytes / 1e6)} MB in ${DAYS} files`);
  server = await startTestServer({ lake: root, site });
});

test.afterAll(async () => {
  await server.close();
  native.closeSync();
  await rm(root, { recursive: true });
});

/** Most megabytes that any of the browser's pages has had in memory. */
async function peakMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? NaN) / 1000);
  return Math.max(...peaks);
}

test('more rows than fit into memory are aggregated part by part', async ({ page, browser }) => {
  test.setTimeout(600_000);
  const values = Array.from({ length: COLUMNS }, (_, column) => `avg(v${column}) AS m${column}`);
  const sql = `SELECT day % 4 AS quarter, count(*)::INTEGER AS n, ${values.join(', ')}, min(v0) AS least, max(v1) AS most,
    stddev(v2) AS spread, corr(v0, v3) AS r FROM lake WHERE v0 >= 0 GROUP BY 1 ORDER BY 1`;
  await page.goto(server.url);
  await page.waitForFunction(() => 'api' in window);
  await page.evaluate(() => window.api.open('/lake/'));
  const { rows, receipt } = await page.evaluate(async (text) => window.api.query(text), sql);
  const truth = await native.runAndReadAll(
    sql.replace('FROM lake', `FROM read_parquet('${root}/**/*.parquet', hive_partitioning = true)`),
  );
  expect(rows.length).toBe(4);
  truth.getRowObjects().forEach((row, index) =>
    Object.entries(row).forEach(([name, wanted]) => {
      expect(Number(rows[index]?.[name]), name).toBeCloseTo(Number(wanted), 9);
    }),
  );
  expect(receipt.rowsScanned).toBe(DAYS * ROWS);
  const peak = await peakMemory(browser);
  console.log(
    `${Math.round(receipt.bytes / 1e6)} MB read in ${(receipt.elapsed / 1000).toFixed(1)} s, at most ${Math.round(peak)} MB of memory`,
    JSON.stringify(receipt.phases),
  );
  expect(peak).toBeLessThan(LIMIT_MB);
});
