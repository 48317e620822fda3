import AxeBuilder from '@axe-core/playwright';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, type Page, test } from '@playwright/test';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { startTestServer, type TestServer } from '../support/server';

const WINDOW = 'from=2025-11-23&to=2025-11-28';

let lake: ReferenceLake;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  // 96 files a day, each of them a request of its own.
  lake = await writeReferenceLake({
    stations: ['north'],
    firstDay: '2025-11-23',
    days: 6,
    filesPerDay: 96,
    rowsPerFile: 3,
    described: true,
  });
  server = await startTestServer({ lake: lake.root });
});

test.beforeEach(() => server.forget());

test.afterAll(async () => {
  await server.close();
  await lake.remove();
});

const at = (hash: string) => `${server.url}#lake=/lake/&${hash}`;
const chart = (page: Page) => page.locator('.time-series-plot .series path').first();
const question = (page: Page) => page.getByTestId('cost');
const filesFetched = () => server.lakeRequests().filter(({ path }) => path.endsWith('.parquet')).length;

test('a large window is asked about first, and agreeing to the chart is agreeing to the table', async ({ page }) => {
  await page.goto(at(WINDOW));
  await expect(question(page)).toHaveCount(2, { timeout: 30_000 });
  await expect(question(page).first()).toContainText(
    /480\s+files that are not here yet: about \d+ kB in about 480\s+requests/,
  );
  expect(filesFetched()).toBe(0);
  await expect(chart(page)).toHaveCount(0);
  await question(page).first().getByRole('button', { name: 'Fetch and run' }).click();
  await expect(chart(page)).toBeAttached({ timeout: 45_000 });
  await expect(page.getByRole('grid')).toBeVisible({ timeout: 45_000 });
  await expect(question(page)).toHaveCount(0);
  expect(filesFetched()).toBe(480);
});

test('half the time can be taken instead, which is fetched without asking', async ({ page }) => {
  await page.goto(at(WINDOW));
  await question(page).first().getByRole('button', { name: 'Take half the time' }).click({ timeout: 30_000 });
  await expect(chart(page)).toBeAttached({ timeout: 45_000 });
  await expect(page.getByTestId('chart-window')).toContainText('2025-11-25 12:00 to 2025-11-28');
  await expect(question(page)).toHaveCount(0);
});

test('SQL asks with the keyboard: Escape says no, Enter yes', async ({ page }) => {
  await page.goto(at('from=2025-11-23&to=2025-11-24&tab=sql'));
  const editor = page.getByLabel('SQL over the table lake');
  await editor.fill('SELECT count(salinity)::INTEGER AS n FROM lake');
  await editor.press('Control+Enter');
  const agree = question(page).getByRole('button', { name: 'Fetch and run' });
  await expect(agree).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByText('Cancelled.')).toBeVisible();
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(agree).toBeFocused({ timeout: 30_000 });
  const { violations } = await new AxeBuilder({ page }).include('[data-testid=cost]').analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press('Enter');
  const [truth] = await lake.ask('SELECT count(salinity)::INTEGER AS n FROM lake');
  await expect(page.getByRole('grid')).toContainText(String((truth as { n: number }).n), { timeout: 45_000 });
});

test('the question fits a phone in the dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(at(WINDOW));
  await expect(question(page).first()).toBeVisible({ timeout: 30_000 });
  await question(page).first().scrollIntoViewIfNeeded();
  const { violations } = await new AxeBuilder({ page }).include('[data-testid=cost]').analyze();
  expect(violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.screenshot({ path: 'test-results/cost-phone-dark.png' });
});

test('a receipt gives the same question for native DuckDB, with every file', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(at('from=2025-11-23&to=2025-11-24&tab=sql'));
  const editor = page.getByLabel('SQL over the table lake');
  const sql = `SELECT device_id, count(*)::INTEGER AS n FROM lake WHERE time < TIMESTAMP '2025-11-24' GROUP BY 1 ORDER BY 1`;
  await editor.fill(sql);
  await editor.press('Control+Enter');
  const receipt = page.locator('.sql-panel').getByTestId('receipt');
  await receipt.locator('summary').click({ timeout: 45_000 });
  await expect(receipt).toContainText('Files that may matter');
  server.forget();
  await receipt.getByRole('button', { name: 'Copy as SQL, Python, R or curl' }).click();
  await expect(receipt.getByTestId('native-code')).toContainText('… 92 more files …', { timeout: 30_000 });
  await page.screenshot({ path: 'test-results/native-code.png' });
  await receipt.getByRole('button', { name: 'Copy with all 96 files' }).click();
  const code = await page.evaluate(() => navigator.clipboard.readText());
  expect(server.lakeRequests()).toEqual([]);
  const local = code.replaceAll(server.lakeUrl, `${lake.root}/`).replace(/INSTALL httpfs;\nLOAD httpfs;/, '');
  const connection = await (await DuckDBInstance.create()).connect();
  expect((await connection.runAndReadAll(local)).getRowObjectsJson()).toEqual(await lake.ask(sql));
  connection.closeSync();
  await receipt.getByRole('button', { name: 'Python', exact: true }).click();
  await expect(receipt.getByTestId('native-code')).toContainText('import duckdb');
  const { violations } = await new AxeBuilder({ page }).include('.sql-panel .receipt').analyze();
  expect(violations).toEqual([]);
});
