/**
 * How smoothly the map moves with 100,000 positions on it: times between frames while it is dragged and while time is played, on the
 * built site in Chromium. Beside it the same drag of MapLibre alone, with the same positions over the same basemap on as many pixels:
 * what a frame costs on this machine, most of all where software draws.
 */
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from '@playwright/test';
import { findBrowser } from '../scripts/find-browser.mjs';
import { writeDrifterLake } from '../test/support/drifter-lake';
import { parseUrlState } from '../src/state/url-state';
import { projectRoot, startTestServer } from '../test/support/server';
import { compared, stated, type BenchResult } from './bench-result';
import { packageFolder, startPageServer } from './browser/page-server';
import type { BarePoints } from './map/bare-map.page';

const DRIFTERS = 100;
/** Four positions a day. */
const DAYS = 250;

/** Measures the site as it is built; run `npm run build:site` before. */
export async function measure(): Promise<BenchResult[]> {
  const lake = await writeDrifterLake(DRIFTERS, DAYS);
  const server = await startTestServer({ lake: lake.root });
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--enable-unsafe-swiftshader'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}#lake=/lake/&layer=stations&from=2024-03-01&to=2024-11-06`);
    const legend = page.getByTestId('map-legend');
    await legend.getByText(`in ${DRIFTERS} of ${DRIFTERS} stations`).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Enlarge' }).click();
    const results = [stated('graphics', await rendererOf(page))];
    const region = page.getByRole('region', { name: 'Map', exact: true });
    const few = await framesWhileDragging(page, region);
    await page.getByLabel('Layer of the map').selectOption('positions');
    await legend.getByText(/at 100.000 positions/).waitFor({ timeout: 60_000 });
    const many = await framesWhileDragging(page, region);
    await page.getByRole('button', { name: 'Play' }).click();
    const played = await framesFor(page, 4000, async () => undefined);
    const { camera } = parseUrlState(new URL(page.url()).hash).state;
    const size = await region.boundingBox();
    if (!camera || !size) throw new Error('The map looks nowhere');
    await page.close();
    const rows = await lake.ask(`SELECT any_value(longitude) AS longitude, any_value(latitude) AS latitude,
      coalesce(avg(temperature), 0) AS temperature FROM lake GROUP BY station, date_trunc('hour', time)`);
    const column = (name: string) => rows.map((row) => Number(row[name]));
    const positions = { longitudes: column('longitude'), latitudes: column('latitude'), values: column('temperature') };
    const bare = await bareFrames(browser, { ...positions, camera, size });
    return [
      ...results,
      compared(`drag, ${DRIFTERS} points, frame, half of the time`, few.half, 'ms'),
      compared(`drag, ${DRIFTERS} points, frame, 95 % of the time`, few.high, 'ms'),
      compared('drag, 100,000 points, MapLibre alone, frame, half of the time', bare.half, 'ms'),
      compared('drag, 100,000 points, MapLibre alone, frame, 95 % of the time', bare.high, 'ms'),
      compared('drag, 100,000 points, frame, half of the time', many.half, 'ms', bare.half),
      compared('drag, 100,000 points, frame, 95 % of the time', many.high, 'ms', bare.high),
      compared('play, 100,000 points, frame, half of the time', played.half, 'ms', bare.half),
      compared('play, 100,000 points, frame, 95 % of the time', played.high, 'ms', bare.high),
    ];
  } finally {
    await browser.close();
    await server.close();
    await lake.remove();
  }
}

interface FrameTimes {
  /**
   * Milliseconds between frames: half of the time, and 95 % of it, goes by in frames no longer. Counted by frames, many short ones
   * between two that hang would hide these.
   */
  half: number;
  high: number;
}

/** The same drag over a page with nothing but MapLibre. */
async function bareFrames(browser: Browser, points: BarePoints): Promise<FrameTimes> {
  const server = await startPageServer({
    entry: new URL('map/bare-map.page.ts', import.meta.url),
    folders: {
      maplibre: join(packageFolder('maplibre-gl/package.json'), 'dist'),
      basemap: join(projectRoot, 'public', 'basemap'),
    },
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(server.url);
    await page.evaluate((shown) => window.bareMap.show(shown), points);
    return await framesWhileDragging(page, page.locator('.maplibregl-map'));
  } finally {
    server.close();
  }
}

async function framesWhileDragging(page: Page, region: Locator): Promise<FrameTimes> {
  const box = await region.boundingBox();
  if (!box) throw new Error('the map has no place');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const times = await framesFor(page, 4000, async (elapsed) => {
    await page.mouse.move(x + 150 * Math.sin(elapsed / 300), y + 60 * Math.cos(elapsed / 300));
  });
  await page.mouse.up();
  return times;
}

/** Times between the frames of a while, during which something is done over and over. */
async function framesFor(
  page: Page,
  milliseconds: number,
  act: (elapsed: number) => Promise<void>,
): Promise<FrameTimes> {
  const frames = page.evaluate(async (duration) => {
    const steps: number[] = [];
    const begin = performance.now();
    for (let before = begin; before - begin < duration;) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      steps.push(now - before);
      before = now;
    }
    return steps.slice(1);
  }, milliseconds);
  const started = performance.now();
  while (performance.now() - started < milliseconds) {
    await act(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  const sorted = (await frames).sort((left, right) => left - right);
  const total = sorted.reduce((sum, step) => sum + step, 0);
  const at = (share: number) => {
    let passed = 0;
    return Number((sorted.find((step) => (passed += step) >= share * total) ?? NaN).toFixed(1));
  };
  return { half: at(0.5), high: at(0.95) };
}

/** What draws, in the browser's words: software does where there is no graphics card. */
async function rendererOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const context = document.createElement('canvas').getContext('webgl2');
    const names = context?.getExtension('WEBGL_debug_renderer_info');
    return String(context?.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER) ?? 'none');
  });
}
