import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type {} from './harness/harness';
import { buildHarness } from '../support/harness-site';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const ROWS = 200_000;
/** No statistics tell the answer. */
const SQL = 'SELECT day, count(*)::INTEGER AS n, max(a + 0)::INTEGER AS m FROM lake GROUP BY day ORDER BY day';
const ANSWER = [
  { day: 1, n: ROWS, m: ROWS - 1 },
  { day: 2, n: 1000, m: 999 },
];

let site: string;
let root: string;
let server: TestServer;

/** A day that is read in parts, and one that is read whole. */
test.beforeAll(async () => {
  test.setTimeout(180_000);
  site = await buildHarness();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-kept-'));
  const native = await (await DuckDBInstance.create()).connect();
  for (const [day, rows] of [
    [1, ROWS],
    [2, 1000],
  ]) {
    await mkdir(path.join(root, `day=${day}`));
    await native.run(
      `COPY (SELECT hash(i) AS noise, i AS a FROM range(${rows}) t(i)) TO '${root}/day=${day}/a.parquet' (FORMAT parquet)`,
    );
  }
  native.closeSync();
});

test.beforeEach(async () => {
  server = await startTestServer({ lake: root, site });
});

test.afterEach(() => server.close());

test.afterAll(() => rm(root, { recursive: true }));

/** Loads the page, opens the lake and asks; with the requests for data it took. */
async function visit(page: Page) {
  await page.goto(server.url);
  await page.waitForFunction(() => 'api' in window);
  return ask(page);
}

async function ask(page: Page) {
  server.forget();
  await page.evaluate(() => window.api.open('/lake/'));
  const sampled = server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet')).length;
  server.forget();
  const answer = await page.evaluate((sql) => window.api.query(sql), SQL);
  return { rows: answer.rows, sampled, gets: answer.receipt.requests.get };
}

test('what was fetched before is there after the page was loaded again', async ({ page }) => {
  const first = await visit(page);
  expect(first.rows).toEqual(ANSWER);
  // The footers that a lake without a description is known by serve the query too.
  expect(first.sampled).toBe(2);
  expect(first.gets).toBeGreaterThanOrEqual(2);
  expect(await visit(page)).toEqual({ rows: ANSWER, sampled: 0, gets: 0 });
  expect(server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet'))).toEqual([]);
  // And gone once it was cleared.
  await page.evaluate(() => window.api.clearCache());
  expect(await visit(page)).toEqual(first);
});

test('a second tab, which cannot have the same files, answers all the same', async ({ page, context }) => {
  await visit(page);
  const second = await context.newPage();
  const answer = await visit(second);
  expect(answer.rows).toEqual(ANSWER);
  expect(answer.gets).toBeGreaterThan(0);
  expect(await ask(second)).toEqual({ rows: ANSWER, sampled: 0, gets: 0 });
});

test('what the disk has changed is fetched again', async ({ page }) => {
  await visit(page);
  // The page must let go of the files first.
  await page.goto('about:blank');
  await page.goto(`${server.url}assets/`);
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('tidelake-bytes');
    for (let index = 0; index < 8; index++) {
      const handle = await folder.getFileHandle(`${index}.pack`);
      const { size } = await handle.getFile();
      if (size < 100) continue;
      const writable = await handle.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: size - 50, data: new Uint8Array(10) });
      await writable.close();
    }
  });
  const answer = await visit(page);
  expect(answer.rows).toEqual(ANSWER);
  expect(answer.gets).toBeGreaterThan(0);
});
