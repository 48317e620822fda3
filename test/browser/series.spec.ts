import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { makeDemoLake } from '../support/demo-lake';
import { writeFlaggedLake } from '../support/flagged-lake';
import { type NativeLake, openNativeLake } from '../support/native-lake';
import { startTestServer, type TestServer } from '../support/server';
import { watchPage } from '../support/watched-page';

const JANUARY = "time >= TIMESTAMP '2012-01-01' AND time < TIMESTAMP '2012-02-01'";

let demo: { server: TestServer; native: NativeLake };
let mast: { server: TestServer; native: NativeLake; remove: () => Promise<void> };

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const root = await makeDemoLake();
  const flagged = await writeFlaggedLake();
  demo = { server: await startTestServer({ lake: root }), native: await openNativeLake(root) };
  mast = {
    server: await startTestServer({ lake: flagged.root }),
    native: await openNativeLake(flagged.root),
    remove: flagged.remove,
  };
});

test.afterAll(async () => {
  for (const { server, native } of [demo, mast]) {
    native.close();
    await server.close();
  }
  await mast.remove();
});

const lines = (page: Page) => page.locator('.time-series-plot .series path');
const pictures = (page: Page) => page.locator('.time-series-plot');
const facts = (page: Page) => page.getByTestId('picture-facts');

async function open(page: Page, server: TestServer, hash: string): Promise<string[]> {
  const faults = watchPage(page, [server.url]);
  await page.goto(`${server.url}#lake=/lake/&${hash}`);
  return faults;
}

async function rest(page: Page): Promise<void> {
  await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 45_000 });
}

test('several variables share a time axis and a read-out, as panels or over each other', async ({ page }) => {
  const faults = await open(page, demo.server, 'variables=temperature,salinity');
  await expect(lines(page)).toHaveCount(34, { timeout: 45_000 });
  await expect(pictures(page)).toHaveCount(2);
  await expect(pictures(page).first()).toContainText('Water temperature (°C)');
  await rest(page);

  // The deepest device's least temperature of the month is read from both panels, to its digits.
  const chart = page.getByRole('application');
  await chart.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  const reading = page.locator('.reading');
  await expect(reading).toContainText(/sbe37-3220 · 50 m/);
  const [time = ''] = (await reading.innerText()).match(/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/) ?? [];
  const [native] = await demo.native.query(`SELECT temperature::DOUBLE AS temperature, salinity::DOUBLE AS salinity
    FROM lake WHERE device_id = 'sbe37-3220' AND date_trunc('second', time) = TIMESTAMP '${time}'`);
  const shown = (await reading.innerText()).match(/-?\d+\.\d+/g)?.map(Number) ?? [];
  expect(shown.slice(-2)).toEqual(
    [native?.temperature, native?.salinity].map((value) => Number(Number(value).toPrecision(7))),
  );

  await page.getByRole('button', { name: 'Overlay' }).click();
  await expect(pictures(page)).toHaveCount(1);
  await expect(lines(page)).toHaveCount(34);
  await expect(lines(page).last()).toHaveAttribute('stroke-dasharray', /\d/);
  expect(new URL(page.url()).hash).toContain('variables=temperature,salinity');
  expect(new URL(page.url()).hash).toContain('chart=overlay');
  // Each axis has numbers of its own, which a logarithmic one writes too.
  await page.getByRole('button', { name: 'Log', exact: true }).click();
  await expect(
    pictures(page)
      .locator('text')
      .filter({ hasText: /^(10|36(\.0)?)$/ }),
  ).toHaveCount(2);
  await expect(pictures(page)).not.toContainText(/undefined|NaN/);
  await page.getByRole('button', { name: 'Log', exact: true }).click();

  // What is moved stays in view until the new readings are there, and a link made before still opens.
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart has no place');
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 5 });
  await expect(page.locator('.layer [transform*="translate"]').first()).toBeAttached();
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect.poll(() => new URL(page.url()).hash).toMatch(/from=2012-01-1\d/);
  await rest(page);
  // Of windows in quick succession the last one counts, whichever answer comes first.
  await page.evaluate(() => {
    for (const from of ['2011-06-01', '2011-09-01', '2012-01-10'])
      location.hash = location.hash.replace(/from=[^&]*/, `from=${from}`).replace(/to=[^&]*/, 'to=2012-02-01');
  });
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-10 to 2012-02-01 UTC', { timeout: 45_000 });
  await rest(page);
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-10 to 2012-02-01 UTC');
  await page.getByRole('button', { name: 'Climatology' }).click();
  await expect(page.getByTestId('series-notes')).toContainText('over 1 year, n 8–48 a day', { timeout: 45_000 });
  await page.goto(`${demo.server.url}#lake=/lake/&v=1&var=salinity`);
  await expect(page.getByRole('heading', { name: /salinity/i })).toBeVisible();
  await expect(lines(page)).toHaveCount(17);
  expect(faults).toEqual([]);
});

test('flags are marked by shape, and what failed is left out of chart and table', async ({ page }) => {
  const faults = await open(page, mast.server, 'var=temperature&from=2025-03-01&to=2025-03-02&flags=mark');
  const notes = page.getByTestId('series-notes');
  const [counts] = await mast.native.query(`SELECT count(*) FILTER (WHERE temperature_qc = 3) AS suspect,
    count(*) FILTER (WHERE temperature_qc = 4) AS fail, count(*) AS n FROM lake WHERE time < TIMESTAMPTZ '2025-03-02'`);
  await expect(notes).toContainText(`suspect: ${String(counts?.suspect)} drawn`, { timeout: 45_000 });
  await expect(notes).toContainText(`fail: ${String(counts?.fail)} drawn`);
  await expect(page.locator('.flag.fail')).toHaveCount(1);
  await expect(page.locator('.range')).toContainText(/… 73/);
  const cells = page.getByRole('grid').getByRole('gridcell');
  await expect(cells.filter({ hasText: /^1440$/ })).toHaveCount(1);

  await page.getByRole('button', { name: 'Hide fail' }).click();
  await expect(page.locator('.range')).not.toContainText(/… 73/);
  await expect(page.locator('.flag.fail')).toHaveCount(0);
  await expect(cells.filter({ hasText: new RegExp(`^${Number(counts?.n) - Number(counts?.fail)}$`) })).toHaveCount(1);
  expect(new URL(page.url()).hash).toContain('flags=hide-fail,mark');
  const { violations } = await new AxeBuilder({ page }).include('.chart-panel').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`)).toEqual([]);

  // Counts are steps, directions are no lines.
  await page.getByRole('radio', { name: /rain/ }).click();
  await expect(lines(page).first()).toHaveAttribute('d', /^M[\d.,]+H/);
  await page.getByRole('combobox', { name: 'Picture' }).selectOption('rose');
  await expect(facts(page)).toContainText('n = 1\u202f440 of 1\u202f440 readings', { timeout: 45_000 });
  await expect(facts(page)).toContainText('where it comes from; calm 1.7 %');
  await page.getByRole('combobox', { name: 'Picture' }).selectOption('section');
  await expect(page.getByText('this lake has no column of depth')).toBeVisible();
  expect(faults).toEqual([]);
});

test('pictures say what they rest on, and their numbers are native DuckDB’s', async ({ page }) => {
  const faults = await open(page, demo.server, 'var=temperature&picture=histogram');
  const [native] = await demo.native.query(`SELECT count(*) AS n, count(temperature) AS known,
    avg(temperature::DOUBLE) AS mean, median(temperature::DOUBLE) AS median FROM lake WHERE ${JANUARY}`);
  const count = (value: unknown) => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const coverage = `n = ${count(native?.known)} of ${count(native?.n)} readings`;
  await expect(facts(page)).toContainText(coverage, { timeout: 45_000 });
  await expect(facts(page)).toContainText(
    `mean ${Number(native?.mean).toFixed(3)}, median ${Number(native?.median).toFixed(3)}`,
  );
  const choice = page.getByRole('combobox', { name: 'Picture' });
  for (const [id, mark] of [
    ['section', 'image'],
    ['profile', 'path'],
    ['ts', 'image, circle'],
    ['calendar', 'rect'],
    ['scatter', 'image, circle'],
  ] as const) {
    await choice.selectOption(id);
    await expect(page.locator('.picture-panel .figure svg').locator(mark).first()).toBeAttached({ timeout: 30_000 });
    await expect(facts(page)).toContainText(/n = /);
    await expect(page.getByText('Method and cautions').first()).toBeVisible();
  }
  const { violations } = await new AxeBuilder({ page }).include('.picture-panel').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(new URL(page.url()).hash).toContain('picture=scatter');

  // An answer of SQL is drawn as its columns suggest.
  await page.getByRole('tab', { name: 'SQL' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Picture', exact: true }).click();
  await expect(page.locator('.result-picture svg path').first()).toBeAttached({ timeout: 30_000 });
  await expect(page.getByLabel('Draw', { exact: true })).toHaveValue('line');
  await expect(page.locator('.result-picture svg')).toContainText(/sbe37-3216.*sbe37-6839/s);
  await page.getByLabel('Draw', { exact: true }).selectOption('histogram');
  await expect(page.locator('.result-picture svg rect').first()).toBeAttached();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as SVG' }).click(),
  ]);
  expect(readFileSync(await download.path(), 'utf8')).toMatch(/<rect .*SELECT date_trunc.*Source: http/s);
  expect(faults).toEqual([]);
});
