import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { makeDemoLake } from '../support/demo-lake';
import { repackPng } from '../support/repack-png';
import { projectRoot, startTestServer } from '../support/server';

/** Writes docs/screenshots: every screen, light and dark, on a desk and on a phone. */
interface Screen {
  name: string;
  hash: string;
  /** Waits until the screen is complete. */
  ready: (page: Page) => Promise<void>;
}

const TIMEOUT = { timeout: 60_000 };
const WHOLE = 'from=2011-04-28&to=2012-02-28';

async function workbenchReady(page: Page): Promise<void> {
  await page
    .locator('.time-series-plot .series path')
    .first()
    .waitFor({ state: 'attached', ...TIMEOUT });
  await page.locator('.map-view[data-ready="true"]').waitFor({ state: 'attached', ...TIMEOUT });
  await page
    .getByRole('progressbar')
    .first()
    .waitFor({ state: 'hidden', ...TIMEOUT });
}

const screens: Screen[] = [
  { name: 'first-screen', hash: '', ready: (page) => page.getByText('Open the demo lake').waitFor(TIMEOUT) },
  { name: 'workbench', hash: '#lake=/lake/', ready: workbenchReady },
  {
    name: 'sql',
    hash: '#lake=/lake/&tab=sql',
    async ready(page) {
      await workbenchReady(page);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('grid').waitFor(TIMEOUT);
      await page.getByRole('tab', { name: 'SQL' }).evaluate((tab) => tab.scrollIntoView());
    },
  },
  {
    name: 'analysis',
    hash: `#lake=/lake/&tab=analysis&${WHOLE}`,
    async ready(page) {
      await workbenchReady(page);
      await page.getByTestId('analysis-words').waitFor(TIMEOUT);
      const expand = page.getByRole('button', { name: 'Expand' });
      if (await expand.isVisible()) await expand.click();
      await page.getByRole('tab', { name: 'Analysis' }).evaluate((tab) => tab.scrollIntoView());
    },
  },
  {
    name: 'catalogue',
    hash: '#lake=/lake/&tab=catalogue&catalogue=coverage',
    async ready(page) {
      await workbenchReady(page);
      await page.getByTestId('coverage-words').waitFor(TIMEOUT);
      const expand = page.getByRole('button', { name: 'Expand' });
      if (await expand.isVisible()) await expand.click();
      await page.getByRole('tab', { name: 'Catalogue' }).evaluate((tab) => tab.scrollIntoView());
    },
  },
  {
    name: 'panels',
    hash: `#lake=/lake/&variables=temperature,salinity&${WHOLE}`,
    ready: workbenchReady,
  },
  {
    name: 'picture',
    hash: `#lake=/lake/&picture=ts&${WHOLE}`,
    async ready(page) {
      await page.locator('.map-view[data-ready="true"]').waitFor({ state: 'attached', ...TIMEOUT });
      await page.locator('.figure svg').first().waitFor(TIMEOUT);
    },
  },
  {
    name: 'error',
    hash: '#lake=http://127.0.0.1:9/lake/',
    ready: (page) => page.getByRole('alert').waitFor(TIMEOUT),
  },
];

const sizes = [
  { name: 'desk', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
];

const folder = path.join(projectRoot, 'docs/screenshots');
mkdirSync(folder, { recursive: true });
const server = await startTestServer({ lake: await makeDemoLake() });
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--enable-unsafe-swiftshader'] });
for (const { name: size, viewport } of sizes) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name, hash, ready } of screens) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${server.url}${hash}`);
      await ready(page);
      const file = path.join(folder, `${name}-${size}-${colorScheme}.png`);
      writeFileSync(file, repackPng(await page.screenshot()));
      console.log(`${path.relative(projectRoot, file)}  ${Math.round(statSync(file).size / 1000)} kB`);
      await context.close();
    }
  }
}
await browser.close();
await server.close();
