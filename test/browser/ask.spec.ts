import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { expectAxeClean } from '../support/axe';
import { makeDemoLake } from '../support/demo-lake';
import { type NativeLake, openNativeLake } from '../support/native-lake';
import { startTestServer, type TestServer } from '../support/server';
import { openWatched } from '../support/watched-page';

const FIRST_DAY = 'station=rapid-wb2/year=2011/month=04/day=28/part-0000.parquet';

let lake: string;
let native: NativeLake;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  lake = await makeDemoLake();
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

async function settled(page: Page): Promise<void> {
  await expect(page.locator('.time-series-plot .series path').first()).toBeAttached(SLOW);
  await expect(page.getByRole('progressbar')).toHaveCount(0, SLOW);
}

async function write(page: Page, sql: string): Promise<void> {
  await expect(page.locator('.cm-editor')).toBeVisible(SLOW);
  await editor(page).fill(sql);
}

const opened = (context: BrowserContext, hash: string) => openWatched(context, server.url + hash);

async function elsewhere(browser: Browser, link: string) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  return { context, ...(await openWatched(context, link)) };
}

test('SQL is bound to what the page shows, checked while it is written, and keeps its answers as tables', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { page, faults } = await opened(
    context,
    '#lake=/lake/&devices=sbe37-3220&from=2012-01-08&to=2012-01-25&tab=sql',
  );
  await settled(page);
  await page.keyboard.press('Control+K');
  await page.keyboard.type('sbe37');
  await expectAxeClean(page, 'commands');
  await page.keyboard.press('Escape');
  await write(page, 'SELECT count(*) AS n, avg(temprature) AS mean FROM lake');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('temprature', SLOW);
  await expect(page.getByText('not found in FROM clause. Did you mean temperature?')).toBeVisible();
  const sql =
    'SELECT device_id, count(*) AS n, avg(temperature) AS mean FROM lake WHERE time >= $from AND time < $to AND device_id IN $devices GROUP BY ALL';
  await write(page, sql);
  await expect(page.locator('.sql-parameter')).toHaveText(['$from', '$to', '$devices']);
  await page.getByTestId('sql-preview').locator('summary').click(SLOW);
  await expect(page.getByTestId('sql-preview')).toContainText(/Files ?17 of 306/);
  await editor(page).press('Control+Enter');
  await expect(answer(page).getByRole('gridcell').first()).toHaveText('sbe37-3220', SLOW);
  const [row] = await native.query(
    "SELECT count(*) AS n FROM lake WHERE time >= TIMESTAMP '2012-01-08' AND time < TIMESTAMP '2012-01-25' AND device_id = 'sbe37-3220'",
  );
  await expect(answer(page).getByRole('gridcell').nth(1)).toHaveText(String(row?.['n']));

  // The answer stays as a table, and is joined with the lake.
  await page.getByRole('textbox', { name: 'Name of the table' }).fill('mine');
  await page.getByRole('button', { name: 'Pin the answer as a table' }).click();
  await expect(page.getByRole('region', { name: 'Tables of your own' })).toContainText('1 row');
  await write(page, 'SELECT m.n, count(*) AS all_n FROM lake JOIN mine AS m USING (device_id) GROUP BY ALL');
  await editor(page).press('Control+Enter');
  await expect(answer(page).getByRole('gridcell').first()).toHaveText(String(row?.['n']), SLOW);
  await page.goBack();
  await expect(answer(page).getByRole('gridcell').first()).toHaveText('sbe37-3220', SLOW);
  expect(faults).toEqual([]);
  await context.close();
});

test('a million rows scroll and sort, and every kind of value is shown as what it is', async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { page, faults } = await opened(context, '#lake=/lake/&tab=sql');
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

  // It is written piece by piece to where the reader chooses; what is cancelled leaves nothing.
  await page.evaluate(() =>
    Object.assign(window, {
      showSaveFilePicker: async () =>
        (await navigator.storage.getDirectory()).getFileHandle('export.json', { create: true }),
    }),
  );
  await page.getByRole('button', { name: 'Export the answer' }).click();
  await page.getByRole('radio', { name: /JSON, an object/ }).check();
  await expect(page.getByTestId('export-size')).toContainText('1\u202f000\u202f000 rows, about', SLOW);
  await page.getByRole('button', { name: 'Save the file' }).click();
  await page.getByRole('button', { name: 'Cancel the export' }).click(SLOW);
  await expect(page.getByTestId('export-size')).toHaveText('Cancelled; nothing is left of the file.', SLOW);
  const left = await page.evaluate(async () => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle('export.json');
    return (await handle.getFile()).size;
  });
  expect(left).toBe(0);
  await page.keyboard.press('Escape');

  // Files of one's own are tables beside the lake.
  const point = { type: 'Point', coordinates: [-76.74, 26.52] };
  const feature = { type: 'Feature', properties: { device_id: 'sbe37-3220', zone: 'West' }, geometry: point };
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: '', buffer });
  for (const each of [
    file('My limits.csv', Buffer.from('device_id,low\nsbe37-3220,-5\nnowhere,0\n')),
    file('zones.geojson', Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: [feature] }))),
    file('first day.parquet', readFileSync(path.join(lake, FIRST_DAY))),
  ]) {
    await page.getByLabel('Add a CSV, TSV, Parquet or GeoJSON file as a table').setInputFiles(each);
    const table = each.name.toLowerCase().replace(/\..*/, '').replace(' ', '_');
    await expect(page.getByRole('region', { name: 'Tables of your own' })).toContainText(table, SLOW);
  }
  await write(
    page,
    `SELECT device_id, zone, count(*) AS n, (SELECT count(*) FROM first_day) AS first
     FROM lake JOIN my_limits USING (device_id) JOIN zones USING (device_id)
     WHERE temperature > low AND time >= $from AND time < $to AND zones.longitude < 0 GROUP BY ALL`,
  );
  await editor(page).press('Control+Enter');
  const [known] = await native.query("SELECT count(*) AS n FROM lake WHERE time < TIMESTAMP '2011-04-29'");
  const [joined] = await native.query(`SELECT count(*) AS n FROM lake
    WHERE device_id = 'sbe37-3220' AND time >= TIMESTAMP '2012-01-01' AND time < TIMESTAMP '2012-02-01'`);
  await expect(cells).toHaveText(['sbe37-3220', 'West', String(joined?.['n']), String(known?.['n'])], SLOW);
  expect(faults).toEqual([]);
  await context.close();
});

test('on a phone the same way is gone, a frame has no bar, and a short link is a whole one', async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const { page, faults } = await opened(context, '#lake=/lake/&from=2012-01-01&to=2012-01-08&tab=sql');
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
