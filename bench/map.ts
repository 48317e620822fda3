/**
 * How smoothly the map moves with 100,000 positions on it: times between frames while it is dragged and while time is played, on the
 * built site in Chromium. Beside it the same drag over the same map with a hundred points, which is what the basemap costs.
 */
import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../scripts/find-browser.mjs';
import { writeDrifterLake } from '../test/support/drifter-lake';
import { startTestServer } from '../test/support/server';
import { compared, stated, type BenchResult } from './bench-result';

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
    const few = await framesWhileDragging(page);
    results.push(compared(`drag, ${DRIFTERS} points, median frame`, few.median, 'ms'));
    results.push(compared(`drag, ${DRIFTERS} points, 95th percentile`, few.high, 'ms'));
    await page.getByLabel('Layer of the map').selectOption('positions');
    await legend.getByText(/at 100.000 positions/).waitFor({ timeout: 60_000 });
    const many = await framesWhileDragging(page);
    results.push(compared('drag, 100,000 points, median frame', many.median, 'ms', few.median));
    results.push(compared('drag, 100,000 points, 95th percentile', many.high, 'ms', few.high));
    await page.getByRole('button', { name: 'Play' }).click();
    const played = await framesFor(page, 4000, async () => undefined);
    results.push(compared('play, 100,000 points, median frame', played.median, 'ms', few.median));
    results.push(compared('play, 100,000 points, 95th percentile', played.high, 'ms', few.high));
    return results;
  } finally {
    await browser.close();
    await server.close();
    await lake.remove();
  }
}

interface FrameTimes {
  /** Milliseconds between frames. */
  median: number;
  high: number;
}

async function framesWhileDragging(page: Page): Promise<FrameTimes> {
  const box = await page.getByRole('region', { name: 'Map', exact: true }).boundingBox();
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
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1));
  return { median: at(0.5), high: at(0.95) };
}

/** What draws, in the browser's words: software does where there is no graphics card. */
async function rendererOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const context = document.createElement('canvas').getContext('webgl2');
    const names = context?.getExtension('WEBGL_debug_renderer_info');
    return String(context?.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER) ?? 'none');
  });
}
