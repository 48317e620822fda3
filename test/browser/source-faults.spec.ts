import { expect, type Page, test } from '@playwright/test';
import type { LakeErrorData } from '../../src/lake/lake-error';
import type {} from './harness/harness';
import { faultAlways, faultsByNumber, startFaultServer, type Fault, type FaultPlan } from '../support/fault-server';
import { buildHarness } from '../support/harness-site';
import type { LatencyServer, LoggedRequest } from '../support/latency-server';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { createFolderStore } from '../support/served-store';
import { startTestServer, type TestServer } from '../support/server';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hunter2', sessionToken: 'token-example' };
const SQL = 'SELECT station, count(*)::INTEGER AS n FROM lake GROUP BY station ORDER BY station';
const TRUTH = [
  { station: 'north', n: 360 },
  { station: 'south', n: 360 },
];

let lake: ReferenceLake;
let site: TestServer;
let bucket: LatencyServer;
/** How the bucket fails; changed while a page is open. */
let plan: FaultPlan;
/** One for all journeys: each opens the lake anew, with nothing kept. */
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  lake = await writeReferenceLake({
    stations: ['north', 'south'],
    firstDay: '2025-11-23',
    days: 3,
    filesPerDay: 2,
    rowsPerFile: 60,
    described: true,
  });
  site = await startTestServer({ lake: lake.root, site: await buildHarness() });
  bucket = await startFaultServer({
    buckets: { sea: createFolderStore(lake.root) },
    plan: (request) => plan(request),
  });
  page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => 'api' in window);
});

test.afterAll(async () => {
  await page.close();
  await site.close();
  await bucket.close();
  await lake.remove();
});

test.beforeEach(() => {
  plan = () => undefined;
  bucket.clearLog();
});

const isFile = ({ key }: LoggedRequest) => key.endsWith('.parquet');
/** From the fourth file on, as once something changes in the middle of a query. */
function midScan(fault: Fault): FaultPlan {
  const seen = new Set<string>();
  return faultAlways(fault, (request) => isFile(request) && seen.add(request.key).size > 3);
}

type Outcome = { rows: unknown[] } | LakeErrorData;

async function openSea(signed: boolean): Promise<void> {
  const url = `${bucket.url}sea/`;
  await page.evaluate(
    async (source) => {
      await window.api.clearCache();
      await window.api.open(source);
    },
    signed ? ({ kind: 'address', url, keys: KEYS } as const) : url,
  );
}

function ask(): Promise<Outcome> {
  return page.evaluate(
    (sql) =>
      window.api.query(sql).then(
        ({ rows }) => ({ rows }),
        ({ code, message, advice, remedy }: LakeErrorData) => ({ code, message, advice, ...(remedy && { remedy }) }),
      ),
    SQL,
  );
}

/** Asks while the bucket fails, then again once it does not: what went wrong must not have been kept. */
async function journey(faults: FaultPlan, signed = false): Promise<Outcome> {
  await openSea(signed);
  plan = faults;
  const outcome = await ask();
  plan = () => undefined;
  expect(await ask()).toEqual({ rows: TRUTH });
  expect(bucket.count('preflight') + bucket.count('head')).toBe(0);
  return outcome;
}

const MENDABLE: [string, Fault][] = [
  ['asks to wait', { kind: 'status', status: 429, retryAfter: 1 }],
  ['has a fault', { kind: 'status', status: 500 }],
  ['breaks the connection in the body', { kind: 'reset', afterBytes: 300 }],
  ['sends less than it announced', { kind: 'wrong-length', missing: 9 }],
  ['trickles', { kind: 'trickle', pieceBytes: 700, pauseMs: 5 }],
];

for (const [what, fault] of MENDABLE) {
  test(`a store that ${what} at first gives the right answer in the end`, async () => {
    expect(await journey(faultsByNumber({ 1: fault, 2: fault, 5: fault }, isFile))).toEqual({ rows: TRUTH });
  });
}

const LASTING: [string, Fault, Partial<LakeErrorData>, RegExp][] = [
  ['stays at fault', { kind: 'status', status: 500 }, { code: 'unreachable' }, /500/],
  ['keeps asking to wait', { kind: 'status', status: 429 }, { code: 'throttled' }, /fewer requests/],
  ['keeps breaking off', { kind: 'reset', afterBytes: 300 }, { code: 'truncated' }, /broke off/],
  [
    'keeps sending too little',
    { kind: 'short-body', missing: 9 },
    { code: 'truncated' },
    /bytes, but the listing says/,
  ],
  ['loses its CORS rule', { kind: 'no-cors' }, { code: 'unreachable', remedy: 'cors' }, /CORS headers are missing/],
];

for (const [what, fault, wanted, words] of LASTING) {
  test(`a store that ${what} in the middle of a query ends in words, not in part of an answer`, async () => {
    const outcome = await journey(midScan(fault));
    expect(outcome).toMatchObject(wanted);
    expect(JSON.stringify(outcome)).toMatch(words);
  });
}

for (const hidden of [false, true]) {
  test(`keys that expire in the middle of a query are named, ${hidden ? 'also' : 'not only'} where the store hides it`, async () => {
    const outcome = await journey(midScan({ kind: 'expired-keys', hidden }), true);
    expect(outcome).toMatchObject(
      hidden ? { code: 'unreachable', remedy: 'cors' } : { code: 'access-denied', remedy: 'keys' },
    );
    expect(JSON.stringify(outcome)).toMatch(/expired/);
    const shown = JSON.stringify(outcome);
    for (const secret of [...Object.values(KEYS), 'X-Amz-']) expect(shown).not.toContain(secret);
    expect(bucket.requests.filter(({ query }) => !query.has('X-Amz-Signature'))).toEqual([]);
  });
}

test('a store that sends other bytes of the right length ends in words', async () => {
  await openSea(false);
  plan = midScan({ kind: 'garbled' });
  expect(await ask()).toMatchObject({ code: 'not-parquet', message: expect.stringContaining('.parquet') });
});
