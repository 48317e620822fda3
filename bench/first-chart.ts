/**
 * How long a reader waits who opens a shared link of the demo lake: from the navigation until a frame with a chart in it is
 * painted, each answer of the lake coming 50 ms late, in a browser that nobody watches. The engine is in the browser's cache, as
 * after any earlier visit; the lake's files are not, or are, from that visit. Needs the built site.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { makeDemoLake } from '../test/support/demo-lake';
import { startTestServer } from '../test/support/server';
import { compared, stated, type BenchResult } from './bench-result';
import { launchBareBrowser, type BareBrowser, type BarePage } from './browser/bare-browser';
import { longestOf, LONGEST_TASK_MS, NOTE_TASKS, type PageTasks } from './browser/page-tasks';

const LATENCY_MS = 50;
const RUNS = 9;
/** What the page promises. */
const FIRST_CHART_MS = 1500;

/** Milliseconds between two looks at whether a page is done; each look is work for its thread. */
const LOOK_MS = 250;

/** What an earlier visit looked at, and what the link is about. */
const EARLIER = '#lake=/lake/&from=2011-06-01&to=2011-06-08';
const SHARED = '#lake=/lake/&v=1&devices=sbe37-3220,sbe37-3904&var=salinity&from=2012-01-01&to=2012-02-01';

/** Notes when the first question was asked, and when the first chart was painted: after the frame that it is in. */
const NOTE_CHART = `{
  const noted = (window.visit = {});
  new MutationObserver((_, observer) => {
    if (!noted.asked && document.querySelector('.chart-panel [role="progressbar"]')) noted.asked = performance.now();
    if (!document.querySelector('.time-series-plot .series path')) return;
    observer.disconnect();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (noted.firstChart = performance.now());
    requestAnimationFrame(() => port2.postMessage(undefined));
  }).observe(document, { childList: true, subtree: true });
}`;

declare global {
  interface Window {
    /** Milliseconds since the navigation. */
    visit: { asked?: number; firstChart?: number };
    pageTasks: PageTasks;
  }
}

interface Visit {
  /** Milliseconds since the navigation. */
  firstChart: number;
  asked: number;
  tasks: PageTasks;
}

export async function measure(): Promise<BenchResult[]> {
  const server = await startTestServer({ lake: await makeDemoLake(), latencyMs: LATENCY_MS });
  try {
    const visits: { cold: Visit; warm: Visit }[] = [];
    for (let run = 0; run < RUNS; run++) visits.push(await visitFresh(server.url));
    const [cold, warm] = [visits.map((one) => one.cold), visits.map((one) => one.warm)];
    const [scanning, loading] = [longest(cold, duringScan), longest(cold, () => true)];
    return [
      compared('link to first chart, engine cached, median', median(cold.map(timeOf)), 'ms', FIRST_CHART_MS),
      compared('link to first chart, engine cached, slowest', Math.max(...cold.map(timeOf)), 'ms', FIRST_CHART_MS),
      compared('link to first chart, engine and files kept, median', median(warm.map(timeOf)), 'ms', FIRST_CHART_MS),
      compared('longest task of the page while scanning, median', scanning.duration, 'ms', LONGEST_TASK_MS),
      stated('longest task of the page while scanning', scanning.what),
      compared('longest task of the page until all is drawn, median', loading.duration, 'ms', LONGEST_TASK_MS),
      stated('longest task of the page until all is drawn', loading.what),
    ];
  } finally {
    await server.close();
  }
}

const timeOf = ({ firstChart }: Visit) => firstChart;

type WhichTask = (start: number, visit: Visit) => boolean;

const duringScan: WhichTask = (start, { asked, firstChart }) => start >= asked && start < firstChart;

/** The median of the longest tasks of visits, of those tasks that are meant. */
function longest(visits: readonly Visit[], isMeant: WhichTask): { duration: number; what: string } {
  const ranked = visits
    .map((visit) =>
      longestOf(
        visit.tasks,
        visit.tasks.tasks.filter(({ start }) => isMeant(start, visit)),
      ),
    )
    .toSorted((left, right) => left.duration - right.duration);
  return ranked[Math.floor(ranked.length / 2)] ?? { duration: Number.NaN, what: 'nothing' };
}

/** A browser that has never been there looks at one thing, and then twice at what the link is about. */
async function visitFresh(site: string): Promise<{ cold: Visit; warm: Visit }> {
  const browser = await launchBareBrowser();
  try {
    await visit(browser, site + EARLIER);
    const cold = await visit(browser, site + SHARED);
    return { cold, warm: await visit(browser, site + SHARED) };
  } finally {
    await browser.close();
  }
}

async function visit(browser: BareBrowser, link: string): Promise<Visit> {
  const page = await browser.visit(link, NOTE_TASKS + NOTE_CHART);
  while (!(await isDrawn(page))) await delay(LOOK_MS);
  const seen = await page.evaluate(() => ({ ...window.visit, tasks: window.pageTasks }), undefined);
  await page.close();
  return { firstChart: Number.NaN, asked: Number.NaN, ...seen };
}

/** Whether chart, map and table stand and nothing runs. */
function isDrawn(page: BarePage): Promise<boolean> {
  return page.evaluate(
    () =>
      window.visit?.firstChart !== undefined &&
      document.querySelector('.map-view[data-ready="true"]') !== null &&
      document.querySelector('[role="grid"]') !== null &&
      document.querySelector('[role="progressbar"]') === null,
    undefined,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
