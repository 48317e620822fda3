import { expect, type Locator, type Page } from '@playwright/test';

/** The lines of the time series, one a device. */
export function lines(page: Page): Locator {
  return page.locator('.time-series-plot .series path');
}

/** Waits until the chart, the map and the tab's answer are there, each with nothing still running. */
export async function settled(page: Page): Promise<void> {
  await expect(lines(page).first()).toBeAttached({ timeout: 45_000 });
  await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 45_000 });
  await mapStands(page);
}

/** Waits until the map has its place and its layers. */
export async function mapStands(page: Page): Promise<void> {
  const map = page.getByRole('region', { name: 'Map', exact: true });
  await expect(map).toHaveAttribute('data-ready', 'true', { timeout: 45_000 });
}
