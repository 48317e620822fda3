/**
 * What it is like to move through a series of ten million readings in the page: how long until the first picture, how long a
 * zoom and a move take until their own picture is there, and how long the page's thread is busy at a time meanwhile.
 * `--rows n` makes it smaller. Needs the built site.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { chromium, type Page } from '@playwright/test';
import { DEFAULT_PARTITIONING, DESCRIPTION_PATH, formatLakeDescription } from '@tidelake/lake-format';
import { findBrowser } from '../scripts/find-browser.mjs';
import { startTestServer } from '../test/support/server';
import { compared, stated, type BenchResult } from './bench-result';
import { longestOf, LONGEST_TASK_MS, NOTE_TASKS, takeTasks, type PageTask, type PageTasks } from './browser/page-tasks';

const FIRST_DAY = '2025-01-01';
const DAYS = 100;
/** Notes when the map stands: it starts while the readings are fetched, and what that takes is the library's. */
const NOTE_MAP = `new MutationObserver((_, observer) => {
  if (!document.querySelector('.map-view[data-ready="true"]')) return;
  observer.disconnect();
  window.mapStood = performance.now();
}).observe(document, { childList: true, subtree: true, attributeFilter: ['data-ready'] });`;

/** Of one picture at sixty a second. */
const FRAME_MS = 1000 / 60;

export async function measure(args: string[]): Promise<BenchResult[]> {
  const { values } = parseArgs({ args, options: { rows: { type: 'string', default: '10000000' } } });
  const rows = Number(values.rows);
  const root = await mkdtemp(join(tmpdir(), 'tidelake-bench-'));
  await writeSeries(root, Math.ceil(rows / DAYS));
  const server = await startTestServer({ lake: root });
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--enable-unsafe-swiftshader'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.context().addInitScript({ content: NOTE_TASKS + NOTE_MAP });
    const began = performance.now();
    await page.goto(`${server.url}#lake=/lake/&var=v&from=${FIRST_DAY}&to=2025-04-11`);
    const agree = page.getByRole('button', { name: /^Fetch/ });
    await agree.or(page.locator('.chart-panel').getByRole('progressbar')).first().waitFor();
    const opening = await takeTasks(page);
    await Promise.race([agree.waitFor(), drawn(page, '')]).catch(() => undefined);
    if (await agree.isVisible()) await agree.click();
    const whole = await drawn(page, '', 120_000);
    const first = performance.now() - began;
    const scanning = await takeTasks(page);
    const mapStood = await page.evaluate(() => (window as { mapStood?: number }).mapStood ?? Infinity);
    const isStarting = ({ start }: PageTask) => start < mapStood;

    const chart = page.getByRole('application');
    const box = await chart.boundingBox();
    if (!box) throw new Error('The chart has no place');
    const times: Record<'zoom' | 'move', number[]> = { zoom: [], move: [] };
    let before = whole;
    await chart.focus();
    for (const [gesture, key] of [
      ['zoom', '+'],
      ['move', 'PageDown'],
      ['move', 'PageUp'],
      ['zoom', '+'],
      ['move', 'PageDown'],
      ['zoom', '-'],
      ['move', 'PageUp'],
      ['zoom', '-'],
    ] as const) {
      const start = performance.now();
      await page.keyboard.press(key);
      before = await drawn(page, before);
      times[gesture].push(performance.now() - start);
    }
    const stepping = await takeTasks(page);

    const frames = await dragged(page, box);
    await drawn(page, before);
    return [
      compared('readings', Math.ceil(rows / DAYS) * DAYS, 'rows'),
      compared('from the link to the picture of all of them', first, 'ms'),
      ...longest('until it asks', opening),
      ...longest('while scanning, as the map starts', scanning, isStarting),
      ...longest('while scanning, with the map', scanning, (task) => !isStarting(task)),
      compared('zoom to its own picture, median', median(times.zoom), 'ms'),
      compared('move to its own picture, median', median(times.move), 'ms'),
      ...longest('in zooms and moves', stepping),
      compared('a frame while the picture is dragged, median', median(frames), 'ms', FRAME_MS),
      ...longest('while it is dragged', await takeTasks(page)),
    ];
  } finally {
    await browser.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

/** The longest of some tasks of the page, and what it was. */
function longest(when: string, noted: PageTasks, isMeant: (task: PageTask) => boolean = () => true): BenchResult[] {
  const { duration, what } = longestOf(noted, noted.tasks.filter(isMeant));
  const metric = `longest task of the page ${when}`;
  return [compared(metric, duration, 'ms', LONGEST_TASK_MS), stated(metric, what)];
}

/** The line once it is another one than before and nothing runs. */
async function drawn(page: Page, before: string, timeout = 60_000): Promise<string> {
  const line = await page.waitForFunction(
    (old) => {
      const path = document.querySelector('.time-series-plot .series path')?.getAttribute('d') ?? '';
      const isRunning = document.querySelector('.chart-panel [role="progressbar"]') !== null;
      return path !== '' && path !== old && !isRunning ? path : undefined;
    },
    before,
    { timeout, polling: 'raf' },
  );
  return (await line.jsonValue()) ?? '';
}

/** Drags the picture to and fro for a second, and gives the time between frames. */
async function dragged(page: Page, box: { x: number; y: number; width: number; height: number }): Promise<number[]> {
  // As text: names that a bundler gives to functions are not known in the page.
  await page.evaluate(`{
    window.times = [];
    let last = performance.now();
    requestAnimationFrame(function next(now) {
      window.times.push(now - last);
      last = now;
      if (window.times.length < 600) requestAnimationFrame(next);
    });
  }`);
  const y = box.y + box.height / 2;
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + box.width * 0.6, y);
  await page.mouse.down();
  for (let step = 0; step < 60; step++) {
    await page.mouse.move(box.x + box.width * (0.6 - 0.3 * Math.sin(step / 10)), y);
  }
  const frames = await page.evaluate(() => (window as unknown as { times: number[] }).times.slice(1));
  await page.mouse.up();
  await page.keyboard.up('Shift');
  return frames;
}

async function writeSeries(root: string, perDay: number): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone='UTC'");
  let bytes = 0;
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(Date.parse(FIRST_DAY) + day * 86_400_000).toISOString().slice(0, 10);
    const [year, month, dayOfMonth] = date.split('-');
    const folder = join(root, 'station=a', `year=${year}`, `month=${month}`, `day=${dayOfMonth}`);
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'part-0000.parquet');
    await connection.run(`COPY (SELECT TIMESTAMPTZ '${date} 00:00:00+00'
        + to_microseconds(CAST(i * ${86_400e6 / perDay} AS BIGINT)) AS time, 'ctd-1' AS device_id,
        (10 + sin((i + ${day * perDay}) / ${perDay / 4}.0) + random() / 5)::FLOAT AS v
      FROM range(${perDay}) t(i)) TO '${file}' (COMPRESSION zstd)`);
    bytes += (await stat(file)).size;
  }
  connection.closeSync();
  const text = formatLakeDescription({
    ...{ format: 'tidelake', version: 1, title: 'Ten million readings', partitioning: DEFAULT_PARTITIONING },
    columns: [
      { name: 'time', type: 'timestamp', role: 'time' },
      { name: 'device_id', type: 'text', role: 'device' },
      { name: 'v', type: 'float', role: 'variable', unit: 'degC' },
    ],
    stations: [
      {
        id: 'a',
        firstTime: `${FIRST_DAY}T00:00:00.000Z`,
        lastTime: '2025-04-10T23:59:00.000Z',
        devices: [{ id: 'ctd-1' }],
      },
    ],
    totals: { files: DAYS, bytes },
  });
  await mkdir(join(root, '_tidelake'), { recursive: true });
  await writeFile(join(root, DESCRIPTION_PATH), text);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
