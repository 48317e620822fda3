import { expect, type Page, test } from '@playwright/test';
import { monthlyMeans } from '../../src/queries/monthly-means';
import { expectSame, readCopied } from '../support/copied-table';
import { makeDemoLake } from '../support/demo-lake';
import { type NativeLake, openNativeLake } from '../support/native-lake';
import { writeReferenceLake } from '../support/reference-lake';
import { startTestServer, type TestServer } from '../support/server';
import { watchPage } from '../support/watched-page';
import { lines, settled } from '../support/workbench';

const DAY = 86_400_000;
const ROLES = { time: 'time', station: 'station', device: 'device_id', depth: 'depth' };
const WHOLE = 'from=2011-04-28&to=2012-02-28';

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

test.beforeEach(() => server.forget());

const at = (hash: string) => `${server.url}#lake=/lake/${hash === '' ? '' : `&${hash}`}`;
const tableOf = (page: Page) => page.getByRole('grid');

/** The picture as text: the lines of the chart, the table, the choices. */
async function pictureOf(page: Page) {
  return {
    lines: await lines(page).evaluateAll((paths) => paths.map((path) => path.getAttribute('d'))),
    summary: await page.locator('.time-series-plot').getAttribute('aria-label'),
    table: await tableOf(page).innerText(),
    chosen: await page
      .locator('input:checked')
      .evaluateAll((inputs) => inputs.map((input) => input.closest('label')?.innerText)),
    link: new URL(page.url()).hash,
  };
}

test('the demo’s address shows map, chart and table in an empty profile', async ({ page }) => {
  const faults = watchPage(page, [server.url]);
  await page.goto(at(''));
  await settled(page);
  await expect(lines(page)).toHaveCount(17);
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-01 to 2012-02-01 UTC');
  await expect(page.getByTestId('row-count')).toHaveText('17 rows');
  await expect(page.getByRole('button', { name: 'RAPID WB2 mooring' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('receipt').first()).toContainText(/of 306 files/);
  await expect(page).toHaveTitle(/RAPID WB2.*Tidelake/);
  expect(faults).toEqual([]);
  expect(server.requests.filter(({ method }) => method === 'HEAD')).toEqual([]);
});

test('a window of one day touches no other day’s files than its own', async ({ page }) => {
  await page.goto(at('from=2012-01-15&to=2012-01-16'));
  await settled(page);
  // The manifest is in files of Parquet as well.
  const files = server.lakeRequests().filter(({ path }) => /\/station.*\.parquet$/.test(path));
  expect(files.length).toBeGreaterThan(0);
  expect(
    files.map(({ path }) => path).filter((path) => !decodeURIComponent(path).includes('year=2012/month=01/day=15')),
  ).toEqual([]);
});

test('the analysis’s numbers are those of native DuckDB, at the default threshold and another one', async ({
  page,
  context,
}) => {
  for (const threshold of [4, 10.5]) {
    await page.goto(at(`tab=analysis&${WHOLE}${threshold === 4 ? '' : `&threshold=${threshold}`}`));
    await settled(page);
    const { answer } = monthlyMeans.statements({
      selection: { stations: ['rapid-wb2'], devices: null, from: Date.UTC(2011, 3, 28), to: Date.UTC(2012, 1, 28) },
      roles: ROLES,
      columns: [
        { name: 'temperature', type: 'float', role: 'variable' },
        { name: 'salinity', type: 'float', role: 'variable' },
      ],
      parameters: { threshold },
    });
    const rows = await native.query(answer);
    expect(rows.length).toBeGreaterThan(0);
    expectSame(await readCopied(context, page), rows);
    await expect(page.getByTestId('analysis-words')).toContainText(
      new RegExp(`^${rows.length} of \\d+ device-months are below ${threshold} °C\\. n = `),
    );
    await expect(page.locator('td.marked')).toHaveCount(rows.length);
  }
});

test('a link gives the same picture after a reload, and back and forward undo and redo', async ({ page }) => {
  await page.goto(at(''));
  await settled(page);
  await page.getByRole('radio', { name: /salinity/i }).check();
  await page.getByRole('button', { name: 'None' }).click();
  await page.getByRole('checkbox', { name: /sbe37-3220/ }).check();
  await page.getByRole('checkbox', { name: /sbe37-3903/ }).check();
  await page.getByRole('button', { name: 'Week' }).click();
  await settled(page);
  await expect(lines(page)).toHaveCount(2);
  const picture = await pictureOf(page);
  expect(picture.link).toBe(
    '#lake=/lake/&v=1&devices=sbe37-3220,sbe37-3903&var=salinity&from=2012-01-01&to=2012-01-08',
  );

  await page.reload();
  await settled(page);
  expect(await pictureOf(page)).toEqual(picture);

  await page.goBack();
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-01 to 2012-02-01 UTC');
  await page.goForward();
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-01 to 2012-01-08 UTC');
});

test('dragging over the chart zooms, and a read-out names time, device and value', async ({ page }) => {
  await page.goto(at(''));
  await settled(page);
  const chart = page.getByRole('application');
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart has no place');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.3);
  await expect(page.getByTestId('reading-value')).toContainText('°C');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/from=2012-01-1\dT\d\d:\d\d&to=2012-01-\d\dT/);
  await settled(page);
  // The map and the table are about the stretch that was marked, and the chart marks what the map plays.
  const { searchParams } = new URL(`http://h/?${new URL(page.url()).hash.slice(1)}`);
  const [counted] = await native.query(`SELECT count(temperature) AS n FROM lake
    WHERE time >= TIMESTAMP '${searchParams.get('from')}' AND time < TIMESTAMP '${searchParams.get('to')}'`);
  const n = String(counted?.['n']).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  await expect(page.getByTestId('map-legend')).toContainText(`n ${n} in 1 of 1 stations`);
  await page.getByLabel('Step of time').press('Home');
  await expect(page.locator('.time-series rect.marked')).toBeAttached();
  await chart.dblclick();
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-01 to 2012-02-01 UTC');
});

test('a window without data says why, and leads back', async ({ page }) => {
  await page.goto(at('from=2010-01-01&to=2010-02-01'));
  await expect(page.getByText('The lake has no file in this window.')).toBeVisible({ timeout: 45_000 });
  await page.getByRole('button', { name: 'Show the whole record' }).click();
  await expect(page.getByTestId('chart-window')).toHaveText('2011-04-28 to 2012-02-28 UTC', { timeout: 45_000 });
});

test('SQL from a link is shown, and runs only when confirmed', async ({ page }) => {
  await page.goto(at('tab=sql&sql=SELECT+count(*)+AS+n+FROM+lake'));
  await expect(page.getByText('Run this SQL from the link?')).toBeVisible({ timeout: 45_000 });
  await expect(page.getByRole('textbox', { name: /SQL/ })).toHaveText('SELECT count(*) AS n FROM lake');
  await settled(page);
  await expect(tableOf(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(tableOf(page).getByRole('gridcell')).toHaveText('91051', { timeout: 45_000 });
  await expect(page.getByText('Run this SQL from the link?')).toHaveCount(0);
});

test('an error in SQL is shown at its place, with advice', async ({ page }) => {
  await page.goto(at('tab=sql'));
  const editor = page.getByRole('textbox', { name: /SQL/ });
  await editor.fill('SELECT device_id,\n  nothing\nFROM lake');
  await editor.press('Control+Enter');
  const error = page.getByRole('alert').filter({ hasText: 'The SQL has an error' });
  await expect(error).toContainText('nothing', { timeout: 45_000 });
  await expect(error).toContainText('Line 2, column 3');
});

test('what a link must not carry is removed, and what it cannot mean is said', async ({ page }) => {
  const url = `${server.url.replace('http://', 'http://me:pw@')}lake/?X-Amz-Signature=abc`;
  await page.goto(`${server.url}#lake=${encodeURIComponent(url)}&from=yesterday&devices=lost`);
  const notices = page.getByRole('complementary', { name: 'Notices' });
  await expect(notices.first()).toContainText('Credentials were removed', { timeout: 45_000 });
  await expect(notices.first()).toContainText('from=yesterday');
  await expect(notices.filter({ hasText: 'lost' })).toBeVisible({ timeout: 45_000 });
  expect(page.url()).not.toMatch(/pw|X-Amz|Signature/);
});

test('a store that denies, one without CORS and a folder that is no lake each get their own words', async ({
  page,
}) => {
  const denying = await startTestServer({ lake, deny: true });
  const silent = await startTestServer({ lake, cors: false });
  try {
    for (const [url, code] of [
      [denying.lakeUrl, 'access-denied'],
      [silent.lakeUrl, 'unreachable'],
    ] as const) {
      await page.goto(`${server.url}#lake=${url}`);
      await expect(page.getByRole('alert')).toHaveAttribute('data-code', code, { timeout: 45_000 });
      await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
    }
    await expect(page.getByTestId('cors-rule')).toContainText(new URL(server.url).origin);
    await page.goto(`${server.url}#lake=/lake/station=rapid-wb2/nowhere/`);
    await expect(page.getByRole('alert')).toHaveAttribute('data-code', /not-found|not-a-lake/, { timeout: 45_000 });
  } finally {
    await denying.close();
    await silent.close();
  }
});

test('a lake that does not describe itself is surveyed, and then drawn like any other', async ({ page }) => {
  const foreign = await writeReferenceLake({
    stations: ['north', 'south å+'],
    firstDay: '2025-11-23',
    days: 3,
    filesPerDay: 2,
    rowsPerFile: 60,
    described: false,
  });
  const other = await startTestServer({ lake: foreign.root });
  try {
    await page.goto(`${other.url}#lake=/lake/`);
    await settled(page);
    await expect(page.getByRole('group', { name: /Stations/ })).toContainText('south å+');
    await expect(page.getByTestId('chart-window')).toHaveText('2025-11-23 to 2025-11-26 UTC');
    expect(await lines(page).count()).toBeGreaterThan(0);
  } finally {
    await other.close();
    await foreign.remove();
  }
});

test('a question that is asked again before its answer is there shows only the last answer', async ({ browser }) => {
  const slow = await startTestServer({ lake, latencyMs: 150 });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${slow.url}#lake=/lake/&from=2011-06-01&to=2011-07-01`);
  await expect(page.getByRole('progressbar').first()).toBeVisible({ timeout: 45_000 });
  for (const day of ['2011-08-01', '2011-09-01', '2011-10-05']) {
    await page.getByRole('textbox', { name: 'From' }).fill(day);
    await page.getByRole('textbox', { name: 'Until' }).fill(new Date(Date.parse(day) + DAY).toISOString().slice(0, 10));
    await page.getByRole('textbox', { name: 'Until' }).press('Enter');
  }
  await settled(page);
  await expect(page.getByTestId('chart-window')).toHaveText('2011-10-05 to 2011-10-06 UTC');
  await page.getByRole('button', { name: 'All', exact: true }).first().click();
  await page.getByRole('button', { name: 'Cancel the series' }).click();
  await expect(page.getByText('Cancelled.').first()).toBeVisible();
  await context.close();
  await slow.close();
});
