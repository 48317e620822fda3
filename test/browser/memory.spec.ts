import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { startTestServer, type TestServer } from '../support/server';

let lake: ReferenceLake;
let server: TestServer;

test.beforeAll(async () => {
  lake = await writeReferenceLake({
    stations: ['north'],
    firstDay: '2025-11-23',
    days: 8,
    filesPerDay: 1,
    rowsPerFile: 15,
    described: true,
  });
  server = await startTestServer({ lake: lake.root });
});

test.afterAll(async () => {
  await server.close();
  await lake.remove();
});

test('running out of memory ends in an offer, and the next query is answered', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(`${server.url}#lake=/lake/&from=2025-11-23&to=2025-12-01&tab=sql`);
  const editor = page.getByLabel('SQL over the table lake');
  const run = async (sql: string) => {
    await editor.fill(sql);
    await editor.press('Control+Enter');
  };
  await run('CREATE TABLE mine AS SELECT count(*)::INTEGER AS n FROM lake');
  await expect(page.locator('.sql-panel').getByTestId('receipt')).toBeVisible({ timeout: 45_000 });
  // More than WebAssembly can address.
  await run(`SELECT list(repeat(device_id, 20000000)) AS too_much FROM lake`);
  const error = page.locator('.sql-panel [role=alert]');
  await expect(error).toHaveAttribute('data-code', 'out-of-memory', { timeout: 90_000 });
  await expect(page.getByTestId('memory-offer').getByRole('button', { name: 'Try again' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('[data-testid=memory-offer]').analyze();
  expect(violations).toEqual([]);
  await expect(page.getByRole('button', { name: 'Partition by partition' })).toHaveCount(0);
  // The values of all rows take 5 GB, those of a day 600 MB.
  await run(
    'SELECT max(length(repeat(device_id || time::VARCHAR, 1600000)))::INTEGER AS longest, count(*)::INTEGER AS n FROM lake',
  );
  const divide = page.getByRole('button', { name: 'Partition by partition' });
  await expect(divide).toBeVisible({ timeout: 90_000 });
  await page.screenshot({ path: 'test-results/memory-offer.png' });
  await divide.press('Enter');
  await expect(page.locator('.sql-panel').getByRole('grid')).toContainText('120', { timeout: 90_000 });
  await page.locator('.sql-panel').getByTestId('receipt').locator('summary').click();
  await expect(page.locator('.sql-panel').getByTestId('receipt')).toContainText(/Parts aggregated in turn\s*8/);
  await run('SELECT n FROM mine');
  await expect(page.locator('.sql-panel').getByRole('grid')).toContainText('120', { timeout: 45_000 });
});
