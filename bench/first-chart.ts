/**
 * How long a reader waits who opens a shared link of the demo lake: from the navigation until the first frame with a chart in it,
 * each answer of the lake coming 50 ms late. The engine is in the browser's cache, as after any earlier visit; the lake's
 * files are not, or are, from that visit. Needs the built site.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { findBrowser } from '../scripts/find-browser.mjs';
import { makeDemoLake } from '../test/support/demo-lake';
import { startTestServer } from '../test/support/server';
import { compared, type BenchResult } from './bench-result';
import { longestTask, LONGEST_TASK_MS, noteTasks } from './browser/page-tasks';

const LATENCY_MS = 50;
const RUNS = 7;
/** What the page promises. */
const FIRST_CHART_MS = 1500;

/** What an earlier visit looked at, and what the link is about. */
const EARLIER = '#lake=/lake/&from=2011-06-01&to=2011-06-08';
const SHARED = '#lake=/lake/&v=1&devices=sbe37-3220,sbe37-3904&var=salinity&from=2012-01-01&to=2012-02-01';

export async function measure(): Promise<BenchResult[]> {
  const server = await startTestServer({ lake: await makeDemoLake(), latencyMs: LATENCY_MS });
  try {
    const visits: { cold: Visit; warm: Visit }[] = [];
    for (let run = 0; run < RUNS; run++) {
      visits.push(
        await withProfile(async (context) => {
          await visit(context, server.url + EARLIER);
          const cold = await visit(context, server.url + SHARED);
          return { cold, warm: await visit(context, server.url + SHARED) };
        }),
      );
    }
    const [cold, warm] = [visits.map((one) => one.cold), visits.map((one) => one.warm)];
    return [
      compared('link to first chart, engine cached, median', median(cold.map(timeOf)), 'ms', FIRST_CHART_MS),
      compared('link to first chart, engine cached, slowest', Math.max(...cold.map(timeOf)), 'ms', FIRST_CHART_MS),
      compared('link to first chart, engine and files kept, median', median(warm.map(timeOf)), 'ms', FIRST_CHART_MS),
      compared('longest task of the page until all is drawn, median', median(cold.map(taskOf)), 'ms', LONGEST_TASK_MS),
    ];
  } finally {
    await server.close();
  }
}

interface Visit {
  /** From the navigation to the first frame with a chart, milliseconds. */
  firstChart: number;
  longestTask: number;
}

const timeOf = ({ firstChart }: Visit) => firstChart;
const taskOf = ({ longestTask: task }: Visit) => task;

async function withProfile<Result>(use: (context: BrowserContext) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'tidelake-bench-profile-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findBrowser(),
    args: ['--enable-unsafe-swiftshader'],
    viewport: { width: 1440, height: 900 },
  });
  try {
    await noteTasks(context);
    // As text: names that a bundler gives to functions are not known in the page.
    await context.addInitScript({
      content: `requestAnimationFrame(function look(now) {
        if (document.querySelector('.time-series-plot .series path')) window.firstChart = now;
        else requestAnimationFrame(look);
      })`,
    });
    return await use(context);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function visit(context: BrowserContext, link: string): Promise<Visit> {
  const page = await context.newPage();
  await page.goto(link);
  const found = await page.waitForFunction(() => (window as unknown as { firstChart?: number }).firstChart);
  await page.locator('.map-view[data-ready="true"]').waitFor({ state: 'attached' });
  await page.getByRole('grid').waitFor();
  await page.getByRole('progressbar').first().waitFor({ state: 'hidden' });
  const seen = { firstChart: (await found.jsonValue()) ?? Number.NaN, longestTask: await longestTask(page) };
  await page.close();
  return seen;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
