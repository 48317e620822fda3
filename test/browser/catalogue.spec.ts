import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { makeDemoLake } from '../support/demo-lake';
import { type NativeLake, openNativeLake } from '../support/native-lake';
import { writeFlaggedLake } from '../support/flagged-lake';
import { writeRawLake } from '../support/raw-lake';
import { FLOATS, writeNumberedFloats } from '../support/numbered-floats';
import { makeManifest, rollUpLake } from '../support/rolled-up-lake';
import { startTestServer, type TestServer } from '../support/server';

const SLOW = { timeout: 45_000 };
const STATIONS = Array.from({ length: 24 }, (_, index) => `buoy-${String(index + 1).padStart(2, '0')}`);

let demo: { server: TestServer; native: NativeLake };
let mast: { server: TestServer; native: NativeLake; remove: () => Promise<void> };
let buoys: { server: TestServer; native: NativeLake; root: string };

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const demoRoot = await makeDemoLake(false);
  demo = { server: await startTestServer({ lake: demoRoot }), native: await openNativeLake(demoRoot) };
  const flagged = await writeFlaggedLake();
  mast = {
    ...{ server: await startTestServer({ lake: flagged.root }), remove: flagged.remove },
    native: await openNativeLake(flagged.root),
  };
  const root = mkdtempSync(path.join(os.tmpdir(), 'tidelake-buoys-'));
  writeRawLake(root, {
    ...{ stations: STATIONS, firstDay: '2025-11-22', days: 8, filesPerDay: 1, rowsPerFile: 24, variables: 2 },
  });
  for (const day of ['25', '26']) {
    rmSync(path.join(root, `station=buoy-01/year=2025/month=11/day=${day}`), { recursive: true });
  }
  await makeManifest(root);
  await rollUpLake(root);
  buoys = { server: await startTestServer({ lake: root }), native: await openNativeLake(root), root };
});

test.afterAll(async () => {
  for (const { server, native } of [demo, buoys, mast]) {
    native.close();
    await server.close();
  }
  rmSync(buoys.root, { recursive: true });
  await mast.remove();
});

async function open(page: Page, { server }: { server: TestServer }, hash: string): Promise<string[]> {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${server.url}#lake=/lake/&tab=catalogue&${hash}`);
  return faults;
}

async function expectAxeClean(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .include('[role="tabpanel"]')
    // A calendar has hundreds of days, each like the other.
    .exclude('[role="gridcell"][data-day]:nth-child(n+6)')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${name}: ${id} ${String(nodes[0]?.target)} ${nodes[0]?.failureSummary ?? ''}`),
  ).toEqual([]);
}

const part = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Part of the catalogue' }).getByRole('button', { name });
const variable = (page: Page, name: RegExp) =>
  page.getByRole('region', { name: 'Variables' }).getByRole('row', { name });

test('tells of a lake without a manifest what is in it, and counts its values as native DuckDB does', async ({
  page,
}) => {
  const faults = await open(page, demo, '');
  await expect(page.getByTestId('catalogue-facts')).toContainText('306 files', SLOW);
  const [truth] = await demo.native.query(
    `SELECT count(temperature)::INTEGER AS n, round(min(temperature), 3) AS low, round(max(temperature), 3) AS high FROM lake`,
  );
  const row = variable(page, /temperature/i);
  await expect(row.getByRole('cell').nth(1)).toHaveText(
    String(truth?.['n']).replace(/\B(?=(\d{3})+$)/g, '\u202f'),
    SLOW,
  );
  await expect(row.getByRole('cell').nth(3)).toHaveText(Number(truth?.['low']).toFixed(3));
  await expect(row.getByRole('cell').nth(4)).toHaveText(Number(truth?.['high']).toFixed(3));
  await expect(row.getByRole('img')).toHaveAttribute(
    'aria-label',
    /^24 bins from .*; \d+ % of the values between/,
    SLOW,
  );
  await expect(page.getByRole('progressbar')).toHaveCount(0, SLOW);
  await expectAxeClean(page, 'variables');

  // Another variable is drawn, and the calendar makes a day of the record the window, by keys alone.
  await variable(page, /salinity/i)
    .getByRole('button')
    .click();
  await expect(page.getByRole('heading', { name: /salinity/i })).toBeVisible();
  await part(page, 'Stations').press('Enter');
  await page.getByText('17 devices of the chosen stations').click();
  await expect(page.getByRole('row', { name: /^sbe37-3220 50/ })).toBeVisible();
  await part(page, 'Coverage').press('Enter');
  await expect(page.getByTestId('coverage-words')).toHaveText(/^Files on 306 of 306 days.* No gap\.$/);
  await page.getByRole('grid', { name: /^Days with files/ }).focus();
  for (const key of ['Home', 'PageDown', 'Shift+ArrowRight', 'Enter']) await page.keyboard.press(key);
  await expect(page.getByTestId('chart-window')).toHaveText('2011-05-28 to 2011-06-05 UTC');
  await expectAxeClean(page, 'coverage');

  // What was fetched by now is marked when the catalogue is opened again.
  await page.getByRole('tab', { name: 'Table' }).click();
  await page.getByRole('tab', { name: 'Catalogue' }).click();
  await expect(page.getByRole('gridcell', { name: /^2012-01-15.* kept in this browser$/ })).toBeVisible(SLOW);
  expect(faults).toEqual([]);
});

test('tells of a lake with a manifest without reading it, finds stations and gaps, and takes corrected roles', async ({
  page,
}) => {
  const faults = await open(page, buoys, 'from=2025-11-22&to=2025-11-23');
  const [truth] = await buoys.native.query('SELECT count(v0)::INTEGER AS n FROM lake');
  const row = variable(page, /^v0/);
  await expect(row.getByRole('cell').nth(1)).toHaveText(
    String(truth?.['n']).replace(/\B(?=(\d{3})+$)/g, '\u202f'),
    SLOW,
  );
  await expect(row.getByRole('img')).toHaveAttribute('aria-label', /about \d+ % of the values/);
  await expect(page.getByRole('status').filter({ hasText: 'told by rollups' })).toBeVisible(SLOW);
  expect(buoys.server.lakeRequests().filter(({ path: key }) => key.includes('day=24'))).toEqual([]);

  await part(page, 'Stations').click();
  const stations = page.getByRole('grid', { name: 'Stations' });
  await page.getByRole('searchbox', { name: 'Search the table of stations' }).fill('buoy-01');
  await expect(stations.getByRole('row')).toHaveCount(2);
  await expect(stations.getByRole('row').nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(stations.getByRole('row').nth(1)).toContainText(/North Atlantic|Sargasso/);
  await page.getByRole('searchbox', { name: 'Search the table of stations' }).fill('buoy-2');
  await stations.getByRole('button', { name: /^Station/ }).click();
  await stations.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/station=buoy-23/);
  await expectAxeClean(page, 'stations');
  await page.goBack();

  await part(page, 'Coverage').click();
  await expect(page.getByTestId('coverage-words')).toContainText('One gap: 2 days, 2025-11-25 to 2025-11-26.');
  await page.getByRole('grid', { name: 'Days with files of buoy-01' }).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('chart-window')).toHaveText('2025-11-25 to 2025-11-26 UTC');
  await page.getByRole('gridcell', { name: /^2025-11-28/ }).click();
  await expect(page.getByTestId('chart-window')).toHaveText('2025-11-28 to 2025-11-29 UTC');

  await part(page, 'Roles').click();
  await page.getByRole('checkbox', { name: /^v0/ }).uncheck();
  await expect(page).toHaveURL(/roles=value:v1/);
  await expect(page.getByRole('radio', { name: 'v0' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: 'v1' })).toBeChecked();

  // By another role, stations are found anew, and chart and map are about them.
  await page.getByRole('combobox', { name: 'Station' }).selectOption('device_id (text)');
  await expect(page).toHaveURL(/roles=station:device_id,value:v1/);
  const found = page.getByRole('group', { name: /^Stations/ }).getByRole('checkbox');
  await expect(found).toHaveCount(STATIONS.length, SLOW);
  await expect(found.first()).toBeChecked();
  await expect(page.getByRole('progressbar')).toHaveCount(0, SLOW);
  await expect(page.locator('.time-series-plot .series path').first()).toBeAttached();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAxeClean(page, 'roles at 390 px');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Use what was found' }).click();
  await expect(page).not.toHaveURL(/roles=/);
  expect(faults).toEqual([]);
});

test('counts flags, and takes another column for them where a reader says so', async ({ page }) => {
  const faults = await open(page, mast, 'flags=hide-fail');
  const [truth] = await mast.native.query(
    `SELECT 100.0 * count(*) FILTER (WHERE temperature_qc = 3) / count(*) AS suspect,
      100.0 * count(*) FILTER (WHERE temperature_qc = 4) / count(*) AS fail FROM lake`,
  );
  const share = (name: string) => Number(truth?.[name]).toFixed(Number(truth?.[name]) < 1 ? 2 : 1);
  await expect(variable(page, /^temperature/)).toContainText(
    `${share('suspect')} % suspect, ${share('fail')} % fail`,
    SLOW,
  );
  await expect(variable(page, /^wind_speed/)).toContainText('not flagged');
  await part(page, 'Roles').click();
  await page.getByRole('combobox', { name: 'Flag' }).selectOption('none');
  await expect(page).toHaveURL(/roles=flag:/);
  await part(page, 'Variables').click();
  await expect(variable(page, /^temperature/)).not.toContainText('suspect');
  await expectAxeClean(page, 'variables');
  expect(faults).toEqual([]);
});

test('takes stations that are whole numbers, from finding them to the link', async ({ page }) => {
  const floats = await writeNumberedFloats();
  const server = await startTestServer({ lake: floats.root });
  try {
    const [first = '', silent = ''] = FLOATS.map(String);
    const faults = await open(page, { server }, `catalogue=coverage&from=2021-01-01&to=2022-01-01&station=${silent}`);
    const stations = page.getByRole('group', { name: /^Stations/ }).getByRole('checkbox');
    await expect(stations).toHaveCount(FLOATS.length, SLOW);
    await expect(page.getByRole('checkbox', { name: silent })).toBeChecked();
    await expect(page.locator('.time-series-plot .series path').first()).toBeAttached(SLOW);

    // No folder is named after a float, so that its rows are counted.
    await expect(page.getByTestId('coverage-words')).toContainText('Rows on 27 of 351 days', SLOW);
    await expect(page.getByRole('grid', { name: `Days with rows of ${silent}` })).toBeVisible();
    await expectAxeClean(page, 'coverage by rows');
    await page.getByRole('combobox', { name: 'About' }).selectOption('all stations together');
    await expect(page.getByText('No file of all stations says which day it is of.')).toBeVisible();

    await part(page, 'Roles').click();
    await expect(page.getByRole('combobox', { name: 'Station' })).toHaveValue('wmo');
    await page.getByRole('combobox', { name: 'Station' }).selectOption('cycle (integer)');
    await expect(stations).toHaveCount(36, SLOW);
    await page.getByRole('button', { name: 'Use what was found' }).click();
    await expect(stations).toHaveCount(FLOATS.length, SLOW);

    await page.getByRole('button', { name: `Only ${first}` }).press('Enter');
    await expect(page).toHaveURL(new RegExp(`station=${first}`));
    await page.getByRole('tab', { name: 'SQL' }).click();
    await page
      .getByRole('textbox', { name: 'SQL over the table lake' })
      .fill('SELECT wmo, count(*) AS n FROM lake WHERE wmo IN $stations GROUP BY ALL');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByRole('gridcell', { name: '360', exact: true })).toBeVisible(SLOW);
    expect(faults).toEqual([]);
  } finally {
    await server.close();
    await floats.remove();
  }
});
