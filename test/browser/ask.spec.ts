import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { makeDemoLake } from '../support/demo-lake';
import { type NativeLake, openNativeLake } from '../support/native-lake';
import { startTestServer, type TestServer } from '../support/server';

let native: NativeLake;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const lake = await makeDemoLake();
  native = await openNativeLake(lake);
  server = await startTestServer({ lake });
});

test.afterAll(async () => {
  native.close();
  await server.close();
});

const SLOW = { timeout: 45_000 };
const editor = (page: Page) => page.getByRole('textbox', { name: 'SQL over the table lake' });
const answer = (page: Page) => page.getByRole('grid', { name: 'Answer of the SQL query' });

/** A page that fails the test by any error it logs, and by any request beyond the site and the lake. */
async function openWatched(context: BrowserContext, hash: string): Promise<{ page: Page; faults: string[] }> {
  // Without a picker, which no test can answer, files are downloaded.
  await context.addInitScript(() => Object.assign(window, { showSaveFilePicker: undefined }));
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(blob|data):/.test(request.url())) faults.push(request.url());
  });
  await page.goto(`${server.url}${hash}`);
  return { page, faults };
}

async function settled(page: Page): Promise<void> {
  await expect(page.locator('.time-series-plot .series path').first()).toBeAttached(SLOW);
  await expect(page.getByRole('progressbar')).toHaveCount(0, SLOW);
}

const linesOf = (page: Page) =>
  page.locator('.time-series-plot .series path').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));

async function write(page: Page, sql: string): Promise<void> {
  await expect(page.locator('.cm-editor')).toBeVisible(SLOW);
  await editor(page).fill(sql);
}

async function expectAxeClean(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${name}: ${id} ${String(nodes[0]?.target)} ${nodes[0]?.failureSummary ?? ''}`),
  ).toEqual([]);
}

async function elsewhere(browser: Browser, link: string) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  return { context, ...(await openWatched(context, link.slice(server.url.length))) };
}

test('from a bucket to a month, a zoom, SQL, a link that gives the same picture elsewhere, and a file', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const { page, faults } = await openWatched(context, '');
  await page.getByRole('textbox', { name: /address/i }).fill('/lake/');
  await page.keyboard.press('Enter');
  await settled(page);

  // A device is found by its name, with the keyboard alone.
  await page.keyboard.press('Control+K');
  await page.keyboard.type('sbe37-3220');
  await expectAxeClean(page, 'commands');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Month' }).click();
  await expect(page).toHaveURL(/devices=sbe37-3220/);
  await settled(page);
  await page.getByRole('application').focus();
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/from=2012-01-/);
  await settled(page);

  // SQL is bound to what the page shows, is checked while it is written, and tells what it is going to read.
  await page.getByRole('tab', { name: 'SQL', exact: true }).click();
  await write(page, 'SELECT count(*) AS n, avg(temprature) AS mean FROM lake');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('temprature', SLOW);
  const sql =
    'SELECT device_id, count(*) AS n, avg(temperature) AS mean FROM lake WHERE time >= $from AND time < $to AND device_id IN $devices GROUP BY ALL';
  await write(page, sql);
  await page.getByTestId('sql-preview').locator('summary').click(SLOW);
  await expect(page.getByTestId('sql-preview')).toContainText(/Files ?17 of 306/);
  await editor(page).press('Control+Enter');
  await expect(answer(page).getByRole('gridcell').first()).toHaveText('sbe37-3220', SLOW);
  const { searchParams } = new URL(`http://h/?${new URL(page.url()).hash.slice(1)}`);
  const [row] = await native.query(
    `SELECT count(*) AS n, avg(temperature) AS mean FROM lake WHERE time >= TIMESTAMP '${searchParams.get('from')}'
     AND time < TIMESTAMP '${searchParams.get('to')}' AND device_id = 'sbe37-3220'`,
  );
  await expect(answer(page).getByRole('gridcell').nth(1)).toHaveText(String(row?.['n']));
  await expectAxeClean(page, 'SQL');

  // The answer stays as a table, and is joined with the lake.
  await page.getByRole('textbox', { name: 'Name of the table' }).fill('mine');
  await page.getByRole('button', { name: 'Pin the answer as a table' }).click();
  await expect(page.getByRole('region', { name: 'Tables of your own' })).toContainText('1 row');
  await write(page, 'SELECT m.n, count(*) AS all_n FROM lake JOIN mine AS m USING (device_id) GROUP BY ALL');
  await editor(page).press('Control+Enter');
  await expect(answer(page).getByRole('gridcell').first()).toHaveText(String(row?.['n']), SLOW);
  await page.goBack();
  await expect(answer(page).getByRole('gridcell').first()).toHaveText('sbe37-3220', SLOW);

  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByTestId('share').getByLabel('Link').inputValue();
  await expect(page.getByTestId('share').getByLabel('Frame for a page of yours')).toHaveValue(/<iframe .*embed=1/);
  await expectAxeClean(page, 'share');
  await page.keyboard.press('Escape');
  const other = await elsewhere(browser, link);
  await settled(other.page);
  expect(await linesOf(other.page)).toEqual(await linesOf(page));
  await expect(other.page.getByText('Run this SQL from the link?')).toBeVisible();
  await other.page.getByRole('button', { name: 'Run it' }).click();
  await expect(answer(other.page)).toHaveText(await answer(page).innerText(), { useInnerText: true, ...SLOW });
  expect(other.faults).toEqual([]);
  await other.context.close();

  // What is exported is what native DuckDB finds in the window.
  await page.keyboard.press('Control+K');
  await page.keyboard.type('export');
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: /Parquet/ }).check();
  await expect(page.getByTestId('export-size')).toContainText(`${String(row?.['n'])} rows, about`, SLOW);
  await expectAxeClean(page, 'export');
  const [download] = await Promise.all([
    page.waitForEvent('download', SLOW),
    page.getByRole('button', { name: 'Save the file' }).click(),
  ]);
  for (const kind of ['SVG', 'PNG'] as const) {
    const [picture] = await Promise.all([
      page.waitForEvent('download', SLOW),
      page.getByRole('button', { name: `Save as ${kind}` }).click(),
    ]);
    const bytes = readFileSync(await picture.path());
    if (kind === 'PNG') expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    else expect(bytes.toString()).toMatch(/<path [^>]*stroke:rgb.*Source: http/s);
  }
  const file = readFileSync(await download.path());
  const rows = await parquetReadObjects({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
    compressors,
  });
  expect(download.suggestedFilename()).toMatch(/^tidelake_rapid-wb2_2012-01-\d\d_2012-01-\d\d\.parquet$/);
  expect(rows).toHaveLength(Number(row?.['n']));
  const mean = rows.reduce((sum, { temperature }) => sum + Number(temperature), 0) / rows.length;
  expect(mean).toBeCloseTo(Number(row?.['mean']), 9);
  expect(faults).toEqual([]);
  await context.close();
});

test('a million rows scroll and sort, and every kind of value is shown as what it is', async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { page, faults } = await openWatched(context, '#lake=/lake/&tab=sql');
  await write(
    page,
    `SELECT (i * 7919) % 1000003 AS n, 4611686018427387904 + i AS big, 1.50::DECIMAL(9,2) AS money, NULL AS none,
      'nan'::DOUBLE AS nan, [i, 1] AS list, {'a': i} AS struct, TIMESTAMP '2012-01-01' + to_seconds(i) AS at
     FROM range(1000000) AS numbers(i)`,
  );
  await editor(page).press('Control+Enter');
  const cells = answer(page).getByRole('gridcell');
  await expect(cells.first()).toHaveText('0', SLOW);
  await expect(cells.nth(1)).toHaveText('4611686018427387904');
  await expect(cells.nth(3)).toHaveText('∅');
  await expect(cells.nth(4)).toHaveText('NaN');
  await expect(cells.nth(5)).toHaveText('[0,1]');
  await expect(cells.nth(6)).toHaveText('{"a":0}');
  await expect(cells.nth(7)).toHaveText('2012-01-01 00:00');
  await answer(page).focus();
  await page.keyboard.press('Control+End');
  await expect(answer(page).getByText('2012-01-12 13:46:39')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Whole value' })).toContainText('2012-01-12T13:46:39Z');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('s');
  await page.keyboard.press('s');
  await expect(answer(page).getByRole('columnheader').first()).toHaveAttribute('aria-sort', 'descending');
  await expect(cells.first()).toHaveText('1000002', SLOW);

  // A file of one's own is a table beside the lake.
  await page.getByLabel('Add a CSV, TSV, Parquet or GeoJSON file as a table').setInputFiles({
    name: 'My limits.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('device_id,low\nsbe37-3220,-5\nnowhere,0\n'),
  });
  await expect(page.getByRole('region', { name: 'Tables of your own' })).toContainText('my_limits', SLOW);
  await write(
    page,
    'SELECT device_id, count(*) AS n FROM lake JOIN my_limits USING (device_id) WHERE temperature > low AND time >= $from AND time < $to GROUP BY 1',
  );
  await editor(page).press('Control+Enter');
  await expect(cells.first()).toHaveText('sbe37-3220', SLOW);
  expect(faults).toEqual([]);
  await context.close();
});

test('on a phone the same way is gone, a frame has no bar, and a short link is a whole one', async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const { page, faults } = await openWatched(context, '#lake=/lake/&from=2012-01-01&to=2012-01-08&tab=sql');
  await settled(page);
  await write(page, `SELECT count(*) AS n FROM lake WHERE time >= $from AND time < $to -- ${'long '.repeat(500)}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(answer(page).getByRole('gridcell')).toHaveCount(1, SLOW);
  const n = await answer(page).getByRole('gridcell').innerText();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByTestId('share').getByLabel('Link')).toHaveValue(/&z=/);
  const link = await page.getByTestId('share').getByLabel('Link').inputValue();
  expect(link.length).toBeLessThan(400);
  await expectAxeClean(page, 'share on a phone');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Commands' }).click();
  await page.getByRole('option', { name: /Keys/ }).click();
  await expectAxeClean(page, 'keys on a phone');
  expect(faults).toEqual([]);

  const framed = await elsewhere(browser, `${link}&embed=1`);
  await expect(framed.page.getByRole('button', { name: 'Run it' })).toBeVisible(SLOW);
  await expect(framed.page.getByRole('banner')).toHaveCount(0);
  await framed.page.getByRole('button', { name: 'Run it' }).click();
  await expect(answer(framed.page).getByRole('gridcell')).toHaveText(n, SLOW);
  await expect(framed.page.getByRole('link', { name: 'Open in Tidelake' })).toHaveAttribute(
    'href',
    /^(?!.*embed)#lake/,
  );
  expect(framed.faults).toEqual([]);
  await framed.context.close();
  await context.close();
});

test('the first screen takes at most 350 kB of compressed JavaScript', async ({ page }) => {
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (/\.js(\?|$)/.test(response.url())) scripts.push(response.body());
  });
  await page.goto(server.url);
  await expect(page.getByRole('button', { name: 'Open the demo lake' })).toBeVisible();
  const sizes = (await Promise.all(scripts)).map((body) => brotliCompressSync(body).byteLength);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(350_000);
});
