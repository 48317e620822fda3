import type { Locator, Page } from '@playwright/test';

/** Takes a screenshot of what is on the page, or of a part of it. */
type Take = (name: string, part?: Locator) => Promise<void>;

/** A page of the site, and what is worth seeing on it. */
interface Screen {
  lake: 'demo' | 'mast' | 'drifters' | 'denied';
  /** What follows the site's address; the lake is served under `/lake/`. */
  hash: string;
  visit: (page: Page, take: Take) => Promise<void>;
}

const TIMEOUT = { timeout: 60_000 };
const WHOLE = 'from=2011-04-28&to=2012-02-28';

const editor = (page: Page) => page.getByRole('textbox', { name: 'SQL over the table lake' });
const chart = (page: Page) => page.locator('.chart-panel');
const dialog = (page: Page) => page.locator('dialog[open]');

async function mapStands(page: Page): Promise<void> {
  await page.locator('.map-view[data-ready="true"]').waitFor({ state: 'attached', ...TIMEOUT });
}

async function rest(page: Page): Promise<void> {
  await page
    .getByRole('progressbar')
    .first()
    .waitFor({ state: 'hidden', ...TIMEOUT });
}

async function workbenchStands(page: Page): Promise<void> {
  await page
    .locator('.time-series-plot .series path')
    .first()
    .waitFor({ state: 'attached', ...TIMEOUT });
  await mapStands(page);
  await rest(page);
}

/** Gives the tabs the whole height, where there is a choice, and shows one. */
async function showTab(page: Page, name: string): Promise<void> {
  const expand = page.getByRole('button', { name: 'Expand' });
  if (await expand.isVisible()) await expand.click();
  await page.getByRole('tab', { name, exact: true }).evaluate((tab) => tab.scrollIntoView());
}

async function run(page: Page, sql: string): Promise<void> {
  await editor(page).fill(sql);
  await editor(page).press('Control+Enter');
  await rest(page);
}

async function showPicture(page: Page, id: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Picture' }).selectOption(id);
  await page.locator('.picture-panel .figure svg').first().waitFor(TIMEOUT);
  await page.getByTestId('picture-facts').getByText(/n = /).waitFor(TIMEOUT);
  await rest(page);
}

/** Every screen of the site. */
export const SCREENS: readonly Screen[] = [
  {
    lake: 'demo',
    hash: '',
    async visit(page, take) {
      await page.getByText('Open the demo lake').waitFor(TIMEOUT);
      await take('first-screen');
    },
  },
  {
    lake: 'demo',
    hash: '#lake=/lake/',
    async visit(page, take) {
      await workbenchStands(page);
      await take('workbench');
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      await take('share', dialog(page));
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+K');
      await take('commands', dialog(page));
      await page.keyboard.type('export');
      await page.keyboard.press('Enter');
      await page
        .getByTestId('export-size')
        .getByText(/rows, about/)
        .waitFor(TIMEOUT);
      await take('export', dialog(page));
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+K');
      await page.keyboard.type('keys');
      await page.keyboard.press('Enter');
      await take('keys', dialog(page));
    },
  },
  {
    lake: 'demo',
    hash: '#lake=/lake/&tab=sql',
    async visit(page, take) {
      await workbenchStands(page);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('grid').waitFor(TIMEOUT);
      await page.getByRole('tab', { name: 'SQL' }).evaluate((tab) => tab.scrollIntoView());
      await take('sql');
      await page.getByRole('button', { name: 'Picture', exact: true }).click();
      await page.locator('.result-picture svg').first().waitFor(TIMEOUT);
      await take('sql-picture', page.locator('.answer'));
      await run(page, 'SELECT avg(temprature) AS mean\nFROM lake\nWHERE time >= $from ');
      await page.getByText('Line 1, column 12').waitFor(TIMEOUT);
      await take('sql-error', page.locator('.sql-panel'));
    },
  },
  {
    lake: 'demo',
    hash: '#lake=/lake/&tab=sql&embed=1&sql=SELECT+count(*)+AS+n+FROM+lake',
    async visit(page, take) {
      await workbenchStands(page);
      await page.getByText('Run this SQL from the link?').waitFor(TIMEOUT);
      await take('embed-sql-from-link');
    },
  },
  {
    lake: 'demo',
    hash: `#lake=/lake/&tab=analysis&${WHOLE}`,
    async visit(page, take) {
      await workbenchStands(page);
      await page.getByTestId('analysis-words').waitFor(TIMEOUT);
      await showTab(page, 'Analysis');
      await take('analysis');
    },
  },
  {
    lake: 'demo',
    hash: '#lake=/lake/&tab=catalogue&catalogue=coverage',
    async visit(page, take) {
      await workbenchStands(page);
      await page.getByTestId('coverage-words').waitFor(TIMEOUT);
      await showTab(page, 'Catalogue');
      await take('catalogue');
      for (const part of ['Variables', 'Stations', 'Roles']) {
        await page.getByRole('tabpanel').getByRole('button', { name: part, exact: true }).click();
        if (part === 'Variables') await page.getByText('Told by the statistics').waitFor(TIMEOUT);
        await rest(page);
        await take(`catalogue-${part.toLowerCase()}`, page.getByRole('tabpanel'));
      }
    },
  },
  {
    lake: 'demo',
    hash: `#lake=/lake/&variables=temperature,salinity&${WHOLE}`,
    async visit(page, take) {
      await workbenchStands(page);
      await take('panels');
      await page.getByRole('button', { name: 'Overlay' }).click();
      await rest(page);
      await take('overlay', chart(page));
      for (const id of ['section', 'profile', 'ts', 'histogram', 'calendar', 'scatter']) {
        await showPicture(page, id);
        await take(`picture-${id}`, page.locator('.picture-panel'));
      }
    },
  },
  {
    lake: 'mast',
    hash: '#lake=/lake/&var=temperature&from=2025-03-01&to=2025-03-02&flags=mark&chart=climatology',
    async visit(page, take) {
      await page
        .locator('.flag.fail')
        .first()
        .waitFor({ state: 'attached', ...TIMEOUT });
      await rest(page);
      await take('flags', chart(page));
      await showPicture(page, 'rose');
      await take('picture-rose', page.locator('.picture-panel'));
    },
  },
  {
    lake: 'mast',
    hash: '#lake=/lake/&from=2015-03-01&to=2015-03-02',
    async visit(page, take) {
      await page.getByRole('button', { name: 'Show the whole record' }).waitFor(TIMEOUT);
      await take('no-data', chart(page));
    },
  },
  {
    lake: 'drifters',
    hash: '#lake=/lake/&from=2024-03-01&to=2024-03-13',
    async visit(page, take) {
      await workbenchStands(page);
      for (const [layer, words] of [
        ['hexagons', 'H3 resolution'],
        ['tracks', 'platforms'],
        ['surface', 'leave-one-out'],
      ] as const) {
        await page.getByLabel('Layer of the map').selectOption(layer);
        await page.getByTestId('map-legend').getByText(words).first().waitFor(TIMEOUT);
        await mapStands(page);
        await take(`map-${layer}`, page.locator('.map-panel'));
      }
    },
  },
  {
    lake: 'demo',
    hash: '#lake=http://127.0.0.1:9/lake/',
    async visit(page, take) {
      await page.getByRole('alert').waitFor(TIMEOUT);
      await take('error');
    },
  },
  {
    lake: 'denied',
    hash: '#lake=/lake/',
    async visit(page, take) {
      await page.getByRole('alert').waitFor(TIMEOUT);
      await take('error-access');
    },
  },
];
