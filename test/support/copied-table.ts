import { type BrowserContext, expect, type Page } from '@playwright/test';

/** The cells of a table of the page as its button copies them, the header first. */
export async function readCopied(
  context: BrowserContext,
  page: Page,
  within = page.locator('body'),
): Promise<string[][]> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await within.getByRole('button', { name: 'Copy as TSV' }).click();
  await expect(within.getByText(/rows? copied/)).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
}

/** Compares copied cells with native rows: numbers to 1e-9, times to the millisecond, everything else as text. */
export function expectSame(copied: string[][], rows: Record<string, unknown>[]): void {
  const [header = [], ...cells] = copied;
  expect(header).toEqual(Object.keys(rows[0] ?? {}));
  expect(cells).toHaveLength(rows.length);
  for (const [index, row] of rows.entries()) {
    for (const [column, name] of header.entries()) {
      const shown = cells[index]?.[column] ?? '';
      const wanted = row[name];
      const place = `${name} of row ${index}`;
      if (wanted === null || name === 'device_id') expect(shown, place).toBe(wanted ?? '');
      else if (/time|month/.test(name)) {
        const iso = `${String(wanted).replace(' ', 'T').replace(/\+00$/, '')}Z`;
        expect(Date.parse(shown), place).toBe(Math.floor(Date.parse(iso)));
      } else {
        const size = Math.max(1, Math.abs(Number(wanted)));
        expect(Math.abs(Number(shown) - Number(wanted)), place).toBeLessThan(1e-9 * size);
      }
    }
  }
}
