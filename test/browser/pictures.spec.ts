import { type Browser, expect, type Page, test } from '@playwright/test';
import { makeDemoLake } from '../support/demo-lake';
import { type DrifterLake, writeDrifterLake } from '../support/drifter-lake';
import { expectPicture } from '../support/picture-comparison';
import { startTestServer, type TestServer } from '../support/server';
import { makeSpikedLake } from '../support/spiked-lake';
import { lines, mapStands } from '../support/workbench';

const DRIFTERS = 24;
/** Time enough for a slow machine; none of the steps is timed. */
const SLOW = { timeout: 45_000 };

let drifters: DrifterLake;
let sea: TestServer;
let mooring: TestServer;
let demo: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  mooring = await startTestServer({ lake: await makeSpikedLake() });
  demo = await startTestServer({ lake: await makeDemoLake() });
  drifters = await writeDrifterLake(DRIFTERS, 12);
  sea = await startTestServer({ lake: drifters.root });
});

test.afterAll(async () => {
  await Promise.all([mooring, demo, sea].map((server) => server.close()));
  await drifters.remove();
});

/** Places that are as large on every machine, whatever its fonts make of headings. */
const SIZES = `
  .chart-panel > .body, .picture-panel > .body { flex: none !important; height: 300px !important; }
  .map-panel > .map { flex: none !important; height: 300px !important; }
`;

async function open(browser: Browser, colorScheme: 'light' | 'dark', address: string): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 900 }, colorScheme, reducedMotion: 'reduce', timezoneId: 'America/New_York' },
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.addStyleTag({ content: SIZES });
  await expect(page.getByRole('progressbar')).toHaveCount(0, SLOW);
  await mapStands(page);
  return page;
}

test('charts look as they did', async ({ browser }) => {
  test.setTimeout(180_000);
  const december = 'station=wb2-below&from=2011-12-01&to=2012-01-01';
  const light = await open(browser, 'light', `${mooring.url}#lake=/lake/&${december}&flags=mark&chart=climatology`);
  await expect(light.locator('.flag.fail')).toHaveCount(1, SLOW);
  await expect(light.locator('.band')).toHaveCount(3, SLOW);
  await expectPicture(light.locator('.time-series .frame'), 'series-flags-climatology-light');
  await light.context().close();
  const section = await open(browser, 'light', `${demo.url}#lake=/lake/&picture=section&from=2012-01-01&to=2012-01-15`);
  await expect(section.getByTestId('picture-facts')).toContainText(/n = .*contours/, SLOW);
  await expectPicture(section.locator('.picture-panel .figure'), 'section-light');
  await section.context().close();

  const both = `${mooring.url}#lake=/lake/&${december}&variables=temperature,salinity&chart=overlay`;
  const dark = await open(browser, 'dark', both);
  await expect(lines(dark)).toHaveCount(6, SLOW);
  // The clock of another zone is a way to show times: the link stays as it is.
  const link = dark.url();
  await dark.getByLabel('Time zone').selectOption('local');
  const midnights = '2011-11-30 19:00 to 2011-12-31 19:00 America/New_York';
  await expect(dark.getByTestId('chart-window')).toHaveText(midnights);
  await expect(dark.locator('.time-series-plot')).toHaveAttribute('aria-label', new RegExp(midnights));
  await expect(dark.getByRole('textbox', { name: 'From' })).toHaveValue('2011-11-30 19:00');
  await expect(dark.getByTestId('map-time')).toContainText('Whole window');
  await dark.getByRole('application').focus();
  await dark.keyboard.press('ArrowRight');
  await expect(dark.locator('.reading')).toContainText(/2011-11-30 19:\d\d.* America\/New_York/);
  await dark.getByRole('application').blur();
  expect(dark.url()).toBe(link);
  await expectPicture(dark.locator('.time-series .frame'), 'series-overlay-dark');
  await dark.getByRole('combobox', { name: 'Picture' }).selectOption('ts');
  await expect(dark.getByTestId('picture-facts')).toContainText(/n = /, SLOW);
  await expectPicture(dark.locator('.picture-panel .figure'), 'ts-dark');
  await dark.context().close();
});

test('the map looks as it did', async ({ browser }) => {
  test.setTimeout(180_000);
  for (const [theme, layers] of [
    ['light', ['stations', 'hexagons', 'surface']],
    ['dark', ['tracks']],
  ] as const) {
    // The graticule has its degrees in the reader's own fonts.
    const link = `${sea.url}#lake=/lake/&earth=no-graticule&from=2024-03-01&to=2024-03-13`;
    const page = await open(browser, theme, link);
    const legend = page.getByTestId('map-legend');
    await expect(legend).toContainText(`in ${DRIFTERS} of ${DRIFTERS} stations`, SLOW);
    for (const layer of layers) {
      await page.getByLabel('Layer of the map').selectOption(layer);
      await expect(legend).toContainText(
        { stations: 'stations', hexagons: 'H3 resolution', surface: 'leave-one-out', tracks: 'platforms' }[layer],
        SLOW,
      );
      await expectPicture(page.locator('.map-panel > .map'), `map-${layer}-${theme}`);
    }
    await page.context().close();
  }
});
