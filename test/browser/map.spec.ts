import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { parseUrlState } from '../../src/state/url-state';
import { cornersOf } from '../../src/stats/outline';
import { insideTest } from '../../src/stats/polygon';
import { readZones, zoneTest } from '../../src/views/map-view/zones';
import { DRIFT_DAYS, type DrifterLake, writeDrifterLake } from '../support/drifter-lake';
import { islandTiles } from '../support/island-tiles';
import { firstPixel } from '../support/repack-png';
import { startTestServer, type TestServer } from '../support/server';
import { watchPage } from '../support/watched-page';

const DRIFTERS = 48;
/** Across the antimeridian. */
const STRAIT = {
  type: 'Feature',
  properties: { name: 'Test strait' },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [172, 25],
        [-178, 25],
        [-178, 45],
        [172, 45],
        [172, 25],
      ],
    ],
  },
};
/** On both sides of the antimeridian, with an island in one part. */
const PARTS = {
  type: 'Feature',
  properties: { name: 'Test parts' },
  geometry: {
    type: 'MultiPolygon',
    coordinates: [
      [
        [
          [165, 25],
          [175, 25],
          [165, 50],
          [165, 25],
        ],
        [
          [166, 28],
          [169, 28],
          [169, 32],
          [166, 32],
          [166, 28],
        ],
      ],
      [
        [
          [-180, 30],
          [-170, 30],
          [-170, 35],
          [-180, 35],
          [-180, 30],
        ],
      ],
    ],
  },
};

let lake: DrifterLake;
let server: TestServer;

test.beforeAll(async () => {
  lake = await writeDrifterLake(DRIFTERS);
  server = await startTestServer({ lake: lake.root });
});

test.afterAll(async () => {
  await server.close();
  await lake.remove();
});

/** A count as the page writes it. */
const counted = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');

async function countOf(condition: string): Promise<number> {
  const [row] = await lake.ask(`SELECT count(*)::INTEGER AS n FROM lake WHERE ${condition}`);
  return Number(row?.['n']);
}

const legend = (page: Page) => page.getByTestId('map-legend');
const layer = (page: Page) => page.getByLabel('Layer of the map');
const picture = (page: Page, name: string) =>
  page.locator('.map-panel').screenshot({ path: `test-results/map-${name}.png` });

test('the map shows, plays and selects what moves, all from one question', async ({ page }) => {
  test.setTimeout(120_000);
  const seen = watchPage(page, [server.url]);
  await page.goto(`${server.url}#lake=/lake/`);
  const good = await countOf('temperature IS NOT NULL');
  await expect(legend(page)).toContainText(`n ${counted(good)} in 48 of 48 stations`, { timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Map', exact: true })).toHaveAttribute('data-ready', 'true');
  await expect(page.locator('.time-series-plot .series path').first()).toBeAttached({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Enlarge' }).click();
  await expect(page.getByRole('button', { name: 'Shrink' })).not.toHaveAttribute('aria-pressed');
  await picture(page, 'stations');
  server.forget();

  await layer(page).selectOption('hexagons');
  await expect(legend(page)).toContainText(new RegExp(`n ${counted(good)} in \\d+ cells, H3 resolution \\d`));
  await page.getByLabel('Colours stand for').selectOption('anomaly');
  await expect(legend(page)).toContainText('Difference from the mean of all');
  await expect(page).toHaveURL(/layer=hexagons&stat=anomaly/);
  await picture(page, 'hexagons');
  await page.getByRole('button', { name: 'Tools' }).click();
  await page.getByLabel('Hide cells with n below').fill('900');
  await page.getByLabel('Hide cells with n below').press('Enter');
  await expect(legend(page)).toContainText(/cells with n < 900 hidden/);
  await page.getByLabel('Globe').check();
  await layer(page).selectOption('surface');
  await expect(legend(page)).toContainText(/leave-one-out error: RMS \d/, { timeout: 30_000 });
  await picture(page, 'surface');

  await layer(page).selectOption('tracks');
  await page.getByLabel('Globe').uncheck();
  await expect(legend(page)).toContainText(`48 platforms, ${counted(DRIFTERS * DRIFT_DAYS * 4)} positions`);
  const time = page.getByTestId('map-time');
  await page.getByRole('button', { name: 'Play' }).click();
  // Steps pass by while the test looks away; that time goes on is what counts.
  await expect(time).toHaveText(/^2024-03-(0[3-9]|[123]\d).* to .* UTC$/, { timeout: 30_000 });
  await page.getByLabel('Step of time').press('End');
  await expect(time).toHaveText('2024-03-30 12:00 to 2024-03-31 UTC');
  await picture(page, 'tracks');
  await page.getByRole('button', { name: 'Whole' }).click();

  await layer(page).selectOption('stations');
  await page.locator('.map-panel canvas').focus();
  await page.keyboard.press('n');
  await expect(page.getByTestId('map-read-out')).toContainText(/drifter-\d+.*n \d+/s);
  const { violations } = await new AxeBuilder({ page }).include('.map-panel').analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/station=drifter-\d+/);
  // Layers, statistics, time and zones are made of what is here already.
  expect(server.lakeRequests()).toEqual([]);
  expect(seen).toEqual([]);
});

test('what lies in a zone or a box becomes the selection of everything else', async ({ page }) => {
  test.setTimeout(120_000);
  const seen = watchPage(page, [server.url]);
  await page.goto(`${server.url}#lake=/lake/&table=rows`);
  await expect(legend(page)).toContainText('48 of 48 stations', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Tools' }).click();
  await page.getByRole('button', { name: 'Named seas' }).click();
  await page.getByLabel('Zone', { exact: true }).selectOption({ label: 'Arctic Ocean' });
  const seas = await (await page.request.get(`${server.url}basemap/seas-50m.json`)).text();
  const arctic = readZones(seas).features.find(({ properties }) => properties.name === 'Arctic Ocean');
  const isInside = arctic && zoneTest(arctic);
  const rows = await lake.ask('SELECT longitude, latitude FROM lake WHERE temperature IS NOT NULL');
  const inside = rows.filter((row) => isInside?.(Number(row['longitude']), Number(row['latitude']))).length;
  expect(inside).toBeGreaterThan(0);
  await expect(page.getByText(`n ${counted(inside)},`)).toBeVisible();

  await page.getByLabel('GeoJSON file of zones').setInputFiles({
    name: 'strait.geojson',
    mimeType: 'application/geo+json',
    buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: [STRAIT, PARTS] })),
  });
  await expect(page).toHaveURL(/zones=Test\+strait;172,25~182,25~182,45~172,45/);
  await page.getByLabel('Zone', { exact: true }).selectOption({ label: 'Test strait' });
  await page.getByRole('button', { name: 'Over time' }).click();
  await expect(page.getByTestId('zone-series').locator('.series path').first()).toBeAttached();
  await expect(page.getByTestId('zone-series').locator('path.band')).toBeAttached();
  await picture(page, 'zone-series');
  await page.getByRole('button', { name: 'Shrink' }).click();
  await page.getByRole('button', { name: 'Filter to it' }).click();
  await expect(page).toHaveURL(/bbox=172,25,-178,45/);
  const chosen = await countOf('latitude BETWEEN 25 AND 45 AND (longitude >= 172 OR longitude <= -178)');
  await expect(page.getByTestId('row-count')).toContainText(counted(chosen), { timeout: 30_000 });
  await page.getByLabel('Zone', { exact: true }).selectOption({ label: 'Test parts' });
  await page.getByRole('button', { name: 'Filter to it' }).click();
  await expect(page).toHaveURL(/bbox=165,25,-170,50&shape=165,25~175,25~165,50;166,28~.*;-180,30~/);
  const [parts] = readZones(JSON.stringify(PARTS)).features;
  const isInParts = parts && zoneTest(parts);
  const inParts = rows.filter((row) => isInParts?.(Number(row['longitude']), Number(row['latitude']))).length;
  expect(inParts).toBeGreaterThan(0);
  await expect(page.getByText(`n ${counted(inParts)},`)).toBeVisible();
  const places = await lake.ask('SELECT longitude, latitude FROM lake');
  const kept = places.filter((row) => isInParts?.(Number(row['longitude']), Number(row['latitude']))).length;
  await expect(page.getByTestId('row-count')).toContainText(counted(kept), { timeout: 30_000 });
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page).not.toHaveURL(/bbox|station=/);

  await page.getByRole('button', { name: 'Box', exact: true }).click();
  const map = await page.getByRole('region', { name: 'Map', exact: true }).boundingBox();
  if (!map) throw new Error('the map has no place');
  await page.mouse.move(map.x + 8, map.y + 8);
  await page.mouse.down();
  await page.mouse.move(map.x + map.width / 2, map.y + map.height - 24, { steps: 4 });
  await picture(page, 'box');
  await page.mouse.up();
  await expect(page).toHaveURL(/station=drifter-.*bbox=/);
  await page.goBack();
  await expect(page).not.toHaveURL(/bbox/);

  await page.getByRole('button', { name: 'Lasso', exact: true }).click();
  const [left, right, top, bottom] = [map.x + 12, map.x + map.width - 12, map.y + 12, map.y + map.height - 28];
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(right, top, { steps: 6 });
  await page.mouse.move(left, bottom, { steps: 6 });
  await page.mouse.up();
  await expect(page).toHaveURL(/station=drifter-.*bbox=.*shape=/);
  const { shape = [], stations = [] } = parseUrlState(new URL(page.url()).hash).state;
  expect(cornersOf(shape)).toBeLessThan(12);
  const isWithin = insideTest([shape]);
  const all = await lake.ask('SELECT station, longitude, latitude FROM lake');
  const within = all.filter((row) => isWithin(Number(row['longitude']), Number(row['latitude'])));
  expect(stations).toEqual([...new Set(within.map((row) => row['station']))].sort());
  await expect(page.getByTestId('row-count')).toContainText(counted(within.length), { timeout: 30_000 });
  await picture(page, 'lasso');

  // Whoever opens the link has the outline, the zones and the same rows.
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(second.getByTestId('row-count')).toContainText(counted(within.length), { timeout: 60_000 });
  await expect(second.locator('.time-series-plot .series path').first()).toBeAttached({ timeout: 30_000 });
  await second.getByRole('button', { name: 'Tools' }).click();
  await expect(second.getByLabel('Zone', { exact: true })).toContainText('Test strait');
  expect(seen).toEqual([]);
});

test('a link brings back what the map looked at, and a basemap of the reader’s own', async ({ page }) => {
  test.setTimeout(120_000);
  await writeFile(
    path.join(lake.root, 'island.pmtiles'),
    islandTiles({ west: -155, south: 20, east: -145, north: 30 }),
  );
  const seen = watchPage(page, [server.url]);
  const link = 'least=3&zone=Arctic+Ocean&earth=depths&map=3/25/-150&step=2024-03-05&layer=positions';
  await page.goto(`${server.url}#lake=/lake/&${link}`);
  const map = page.getByRole('region', { name: 'Map', exact: true });
  await expect(map).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  await expect(page.getByText('Arctic Ocean: mean')).toBeVisible();
  await expect(page.getByTestId('map-time')).toHaveText('2024-03-05 to 2024-03-05 12:00 UTC');
  const middle = async (above = 0) => {
    const box = await map.boundingBox();
    if (!box) throw new Error('the map has no place');
    return firstPixel(
      await page.screenshot({
        clip: { x: box.x + box.width / 2, y: box.y + box.height / 2 - above, width: 1, height: 1 },
      }),
    );
  };
  // Below 5000 m, in the colour of the abyss or nearly so.
  await expect.poll(async () => (await middle())[0]).toBeLessThan(0xb4);
  await picture(page, 'depths');

  const before = page.url();
  await page.getByRole('button', { name: 'Tools' }).click();
  for (const kind of ['SVG', 'PNG'] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Save as ${kind}` }).click(),
    ]);
    await download.saveAs(`test-results/map-saved.${kind.toLowerCase()}`);
    const file = await readFile(await download.path());
    if (kind === 'PNG') expect(file.subarray(1, 4).toString()).toBe('PNG');
    else
      expect(file.toString()).toMatch(
        /<image href="data:image.png.*Mean: sea surface temperature.*Source: http.*Natural Earth/s,
      );
  }
  await page.getByLabel('Address of a PMTiles archive').fill('/lake/island.pmtiles');
  await page.keyboard.press('Enter');
  await expect.poll(middle).toEqual([0xf4, 0xf2, 0xec]);
  await expect(page).toHaveURL(/basemap=\/lake\/island.pmtiles/);
  await expect(map).toContainText('Test islands');
  await picture(page, 'basemap');
  await page.getByLabel('Theme').selectOption('dark');
  await expect.poll(middle).toEqual([0x24, 0x32, 0x3c]);
  expect(seen).toEqual([]);

  // A move is in the link, though no step back leads to it.
  await page.locator('.map-panel canvas').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page).not.toHaveURL(/map=3\/25\/-150/);
  await page.goBack();
  await expect(page).toHaveURL(before);
  await expect.poll(async () => (await middle())[0]).toBeLessThan(0x10);
  await page.getByLabel('Address of a PMTiles archive').fill('/lake/_tidelake/lake.json');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/basemap .* could not be read.*PMTiles archive/)).toBeVisible();

  // On a globe cells lie around the pole too, where tiles end: drifters go around it at 87 and 89° N.
  await page.goto(`${server.url}#lake=/lake/&layer=surface&earth=globe,no-graticule&map=1/85/0`);
  await expect(legend(page)).toContainText('leave-one-out', { timeout: 30_000 });
  await expect.poll(async () => (await middle(45))[1], { timeout: 15_000 }).toBeLessThan(0x18);
  const box = await map.boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2 - 45);
  await expect(page.getByTestId('map-read-out')).toContainText(/Interpolated.*8[6-9]\.\d+° N/s);
});
