import { expect, type Page, test } from '@playwright/test';
import {
  faultAlways,
  faultsByNumber,
  startFaultServer,
  type Fault,
  type FaultPlan,
  type RequestFilter,
} from '../support/fault-server';
import type { LatencyServer } from '../support/latency-server';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { createFolderStore } from '../support/served-store';
import { startTestServer, type TestServer } from '../support/server';

/** Long enough for every retry, and for a machine that does other things besides. */
const PATIENCE = 60_000;

let lake: ReferenceLake;
let site: TestServer;
let store: LatencyServer | undefined;
let plan: FaultPlan = () => undefined;
/** One for all journeys, as of somebody who opens one lake after another. */
let page: Page;

test.beforeAll(async ({ browser }) => {
  lake = await writeReferenceLake({
    stations: ['north'],
    firstDay: '2025-11-23',
    days: 2,
    filesPerDay: 3,
    rowsPerFile: 40,
    described: true,
  });
  site = await startTestServer({ lake: lake.root });
  page = await browser.newPage();
});

test.afterEach(async () => {
  await store?.close();
  store = undefined;
});

test.afterAll(async () => {
  await page.close();
  await site.close();
  await lake.remove();
});

/** Opens a lake, from the first screen, on a store that fails as planned, elsewhere than the site. */
async function openPage(planned: FaultPlan): Promise<void> {
  await page.goto(`${site.url}#`);
  await expect(page.getByText('Ask a bucket of sensor data').first()).toBeVisible();
  plan = planned;
  store = await startFaultServer({
    buckets: { faulty: createFolderStore(lake.root) },
    plan: (request) => plan(request),
  });
  const window = 'from=2025-11-23&to=2025-11-25';
  await page.goto(`${site.url}#lake=${encodeURIComponent(`${store.url}faulty/`)}&${window}`);
}

const chart = () => page.locator('.time-series-plot .series path').first();
const errors = () => page.locator('[role=alert][data-code]');

/** Every place of the page has come to its end: an answer or an error. */
async function expectSettled(): Promise<void> {
  await expect(chart().or(errors()).first()).toBeVisible({ timeout: PATIENCE });
  await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: PATIENCE });
}

/** The page shows the lake's own numbers. */
async function expectRight(): Promise<void> {
  await expectSettled();
  await expect(errors()).toHaveCount(0);
  const [truth] = await lake.ask(
    `SELECT count(temperature)::INTEGER AS n, round(min(depth), 3)::DOUBLE AS d FROM lake WHERE NOT isnan(temperature)`,
  );
  const here = await page.evaluate(async () => {
    const { rows } = await window.tidelake.query(
      `SELECT count(temperature)::INTEGER AS n, round(min(depth), 3)::DOUBLE AS d FROM lake WHERE NOT isnan(temperature)`,
    );
    return rows[0];
  });
  expect(here).toEqual(truth);
}

/** The page says what is wrong in words that help, and shows nothing as if it were whole. */
async function expectError(code: string): Promise<void> {
  await expectSettled();
  const error = errors().first();
  await expect(error).toHaveAttribute('data-code', code);
  expect((await error.innerText()).length).toBeGreaterThan(60);
  await expect(chart()).toHaveCount(0);
}

const isData: RequestFilter = ({ kind, key }) => kind === 'get' && key.endsWith('.parquet');
const isListing: RequestFilter = ({ kind }) => kind === 'list';
const isDescription: RequestFilter = ({ kind, key }) => kind === 'get' && key.endsWith('lake.json');

test.describe('a fault that passes ends in the right answer', () => {
  const passing: [string, Fault][] = [
    ['503', { kind: 'status', status: 503 }],
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfter: 1 }],
    ['500', { kind: 'status', status: 500 }],
    ['a connection that breaks', { kind: 'reset', afterBytes: 200 }],
    ['an answer that is cut off', { kind: 'wrong-length', missing: 5 }],
    ['an answer that trickles', { kind: 'trickle', pieceBytes: 400, pauseMs: 5 }],
  ];
  for (const [name, fault] of passing) {
    test(name, async () => {
      test.setTimeout(2 * PATIENCE);
      const script = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [index + 1, fault]));
      await openPage(faultsByNumber(script, isData));
      await expectRight();
    });
  }

  test('503 while the lake is opened and listed', async () => {
    test.setTimeout(2 * PATIENCE);
    await openPage(faultsByNumber({ 1: { kind: 'status', status: 503 }, 2: { kind: 'status', status: 500 } }));
    await expectRight();
  });
});

test.describe('a fault that stays ends in an error that says what to do', () => {
  const staying: [string, Fault, RequestFilter, string][] = [
    ['files answered with 503', { kind: 'status', status: 503 }, isData, 'throttled'],
    ['expired keys', { kind: 'expired-keys' }, isData, 'access-denied'],
    ['connections that break', { kind: 'reset', afterBytes: 100 }, isData, 'truncated'],
    ['files shorter than listed', { kind: 'short-body', missing: 3 }, isData, 'truncated'],
    ['garbled files', { kind: 'garbled' }, isData, 'not-parquet'],
    ['files without CORS', { kind: 'no-cors' }, isData, 'unreachable'],
    ['listings answered with 503', { kind: 'status', status: 503 }, isListing, 'throttled'],
    ['listings without CORS', { kind: 'no-cors' }, isListing, 'unreachable'],
    ['everything without CORS', { kind: 'no-cors' }, () => true, 'unreachable'],
    ['a garbled description', { kind: 'garbled' }, isDescription, 'not-a-lake'],
  ];
  for (const [name, fault, filter, code] of staying) {
    test(name, async () => {
      test.setTimeout(2 * PATIENCE);
      await openPage(faultAlways(fault, filter));
      await expectError(code);
      // The store recovers: one press of a button, and everything is there.
      plan = () => undefined;
      await page.getByRole('button', { name: 'Try again' }).first().click();
      await expect(chart()).toBeVisible({ timeout: PATIENCE });
    });
  }
});

test('a store that never answers can be left at once', async () => {
  test.setTimeout(2 * PATIENCE);
  await openPage(faultAlways({ kind: 'stall' }, isData));
  const cancel = page.getByRole('button', { name: 'Cancel the series' });
  await cancel.click({ timeout: PATIENCE });
  await expect(page.getByText('Cancelled.').first()).toBeVisible();
  plan = () => undefined;
  await page.getByRole('button', { name: 'Run again' }).first().click();
  await expect(chart()).toBeVisible({ timeout: PATIENCE });
});
