import { expect, type Page, test } from '@playwright/test';
import { expectAxeClean } from '../support/axe';
import { makeDemoLake } from '../support/demo-lake';
import { startTestServer, type TestServer } from '../support/server';
import { settled } from '../support/workbench';

const WHOLE = 'from=2011-04-28&to=2012-02-28';

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startTestServer({ lake: await makeDemoLake() });
});

test.afterAll(() => server.close());

const at = (hash: string) => `${server.url}#lake=/lake/${hash === '' ? '' : `&${hash}`}`;
const tableOf = (page: Page) => page.getByRole('grid');

for (const theme of ['light', 'dark'] as const) {
  test(`every screen is clean for axe in the ${theme} theme`, async ({ browser }) => {
    test.setTimeout(240_000);
    const context = await browser.newContext({
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 900 },
    });
    const page = await context.newPage();
    const check = (name: string) => expectAxeClean(page, name);
    await page.goto(server.url);
    await expect(page.getByRole('button', { name: 'Open the demo lake' })).toBeVisible();
    await check('first screen');
    await page.getByRole('button', { name: 'Open the demo lake' }).click();
    await settled(page);
    await check('workbench');
    await page.getByTestId('receipt').first().locator('summary').click();
    await page.getByRole('button', { name: 'Observations' }).click();
    await settled(page);
    await check('observations and receipt');
    await page.getByRole('tab', { name: 'SQL' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(tableOf(page)).toBeVisible({ timeout: 45_000 });
    await check('SQL');
    await page.getByRole('tab', { name: 'Analysis' }).click();
    await expect(page.getByTestId('analysis-words')).toBeVisible({ timeout: 45_000 });
    await settled(page);
    await check('analysis');
    await page.goto(`${server.url}#lake=/nowhere/`);
    await expect(page.getByRole('alert')).toBeVisible({ timeout: 45_000 });
    await check('error');
    await context.close();
  });
}

test('on a phone nothing scrolls sideways, and the chart comes first', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.goto(server.url);
  await expect(page.getByRole('button', { name: 'Open the demo lake' })).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
  for (const tab of ['', 'table=rows', 'tab=sql', `tab=analysis&${WHOLE}`]) {
    await page.goto(at(tab));
    await settled(page);
    expect(await overflow(), tab).toBeLessThanOrEqual(0);
  }
  const chart = await page.getByRole('region', { name: 'Time series' }).boundingBox();
  const map = await page.getByRole('region', { name: 'Map', exact: true }).boundingBox();
  expect(chart?.y).toBeLessThan(map?.y ?? 0);
  expect(map?.height).toBeGreaterThan(160);
  await page.getByText('Choose', { exact: true }).click();
  await expect(page.getByRole('checkbox', { name: /sbe37-3220/ })).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await context.close();
});

test('on paper nothing is cut, lines have their names, and there is nothing to press', async ({ browser }) => {
  test.setTimeout(120_000);
  const A4 = { width: 794, height: 1123 };
  const context = await browser.newContext({ viewport: A4, colorScheme: 'dark', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(at('devices=sbe37-3220,sbe37-3904'));
  await settled(page);
  await expect(tableOf(page)).toBeVisible({ timeout: 45_000 });
  // What the browser does before it lays out paper: the map is drawn as the light theme has it.
  const sea = await page.evaluate(() => {
    dispatchEvent(new Event('beforeprint'));
    const copy = document.querySelector<HTMLCanvasElement>('canvas.map-on-paper');
    const [red] = copy?.getContext('2d')?.getImageData(copy.width - 8, copy.height / 2, 1, 1).data ?? [];
    return red;
  });
  expect(sea).toBe(0xdb);
  await page.emulateMedia({ media: 'print' });
  // The heads of columns and the names of stations are buttons, too.
  const controls = 'button:not([role="columnheader"] > button, .station-marker), input, select';
  await expect(page.locator(controls).filter({ visible: true })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(A4.width);
  const [chart, table] = [page.locator('.time-series-plot').first(), tableOf(page)];
  for (const part of [chart, table, page.getByTestId('map-legend')]) {
    const box = await part.boundingBox();
    expect(box && box.x >= 0 && box.width > 300 && box.x + box.width <= A4.width, JSON.stringify(box)).toBe(true);
  }
  const cut = await table.evaluate((grid) =>
    [...grid.querySelectorAll('[role="gridcell"], [role="columnheader"]')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  );
  expect(cut).toEqual([]);
  await expect(page.locator('.printed')).toContainText(['sbe37-3220, 50 m', '#lake=/lake/']);
  await expectAxeClean(page, 'print');
  await page.screenshot({ path: 'test-results/print.png', fullPage: true });

  // All rows there is room for are on it, not only those that were in sight, and they are gone from the page again.
  await page.goto(at('table=rows&from=2012-01-01&to=2012-01-02&devices=sbe37-3220,sbe37-3904'));
  await expect(page.getByTestId('row-count')).toContainText('96 rows', { timeout: 45_000 });
  await expect(table.getByRole('row')).toHaveCount(97);
  const last = await table.getByRole('row').last().boundingBox();
  const after = await page.locator('[role="tabpanel"]').getByTestId('receipt').boundingBox();
  expect(after?.y).toBeGreaterThanOrEqual((last?.y ?? Infinity) + (last?.height ?? 0));
  await page.emulateMedia({ media: 'screen' });
  await expect(table.getByRole('row')).not.toHaveCount(97);
  await context.close();
});
