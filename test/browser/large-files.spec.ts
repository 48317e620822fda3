import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type {} from './harness/harness';
import { buildHarness } from '../support/harness-site';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const ROWS = 400_000;

let site: string;
let root: string;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  site = await buildHarness();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-large-'));
  const native = await (await DuckDBInstance.create()).connect();
  for (const day of [1, 2]) {
    await mkdir(path.join(root, `day=${day}`));
    await native.run(
      `COPY (SELECT TIMESTAMP '2025-01-01' + to_seconds(i) AS time, hash(i) AS a, hash(i + 1) AS b, i AS c FROM range(${ROWS}) t(i))
       TO '${root}/day=${day}/a.parquet' (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
    );
  }
  native.closeSync();
});

test.beforeEach(async () => {
  server = await startTestServer({ lake: root, site });
});

test.afterEach(() => server.close());

test.afterAll(() => rm(root, { recursive: true }));

async function openLake(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.waitForFunction(() => 'api' in window);
  await page.evaluate(() => window.api.open('/lake/'));
  server.forget();
}

async function ask(page: Page, sql: string) {
  return page.evaluate(async (text) => {
    try {
      const { rows, receipt } = await window.api.query(text);
      return { rows, receipt };
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return { code, message };
    }
  }, sql);
}

const firstHours = (day: number) =>
  `SELECT count(*)::INTEGER AS n, max(c)::INTEGER AS m FROM lake WHERE day = ${day} AND time < TIMESTAMP '2025-01-01 02:00:00'`;

test('large files are read in parts by plain GETs with ranges, side by side', async ({ page }) => {
  await openLake(page);
  const { rows, receipt } = await ask(page, firstHours(1));
  expect(rows).toEqual([{ n: 7200, m: 7199 }]);
  // Time and c of one row group; the footer is here since the lake was opened by it.
  const requests = server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet'));
  expect(requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 206', 'GET 206']);
  expect(receipt?.requests.get).toBe(2);
  expect(receipt?.bytes).toBeLessThan(400_000);
});

test('a large file that is damaged inside is named, and the next query works', async ({ page }) => {
  const file = path.join(root, 'day=2', 'a.parquet');
  const whole = await readFile(file);
  try {
    await writeFile(file, Buffer.from(whole).fill(0xff, 4, 600_000));
    await openLake(page);
    expect(await ask(page, firstHours(2))).toMatchObject({
      code: 'not-parquet',
      message: expect.stringContaining('day=2/a.parquet'),
    });
    expect(await ask(page, firstHours(1))).toMatchObject({ rows: [{ n: 7200, m: 7199 }] });
  } finally {
    await writeFile(file, whole);
  }
});

test('an engine that crashes by itself fails the query that it runs, and the next one is answered', async ({
  page,
}) => {
  await openLake(page);
  expect(await ask(page, firstHours(1))).toMatchObject({ rows: [{ n: 7200, m: 7199 }] });
  const sessions = () => page.workers().filter((worker) => worker.url().includes('session'));
  const [session] = sessions();
  expect(session).toBeDefined();
  const endless = page.evaluate(
    (sql) =>
      window.client
        .query(sql, { onProgress: ({ phase }) => (document.title = phase) })
        .catch(({ code, message }: { code: string; message: string }) => ({ code, message })),
    'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b',
  );
  // Before the engine has the query it would be replaced unnoticed.
  await expect(page).toHaveTitle('query');
  await crashEngine(page);
  expect(await endless).toMatchObject({ code: 'unexpected', message: expect.stringContaining('stopped') });
  expect(await ask(page, firstHours(1))).toMatchObject({ rows: [{ n: 7200, m: 7199 }] });

  // One that crashes while nobody asks it anything is replaced unnoticed.
  await crashEngine(page);
  // A question that comes before the session has heard of it fails like one that was running.
  await page.waitForTimeout(500);
  expect(await ask(page, firstHours(1))).toMatchObject({ rows: [{ n: 7200, m: 7199 }] });
  // The session itself goes on.
  expect(sessions()).toEqual([session]);
});

/** Resolves once the engine has fallen over, and whoever started it has been told. */
async function crashEngine(page: Page): Promise<void> {
  const engine = page.workers().findLast((worker) => worker.url().includes('duckdb'));
  expect(engine).toBeDefined();
  await engine?.evaluate(
    () =>
      new Promise<void>((resolve) => {
        addEventListener('error', () => setTimeout(resolve), { once: true });
        setTimeout(() => {
          throw new Error('the engine has fallen over');
        });
      }),
  );
}
