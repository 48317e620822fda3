import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type {} from './harness/harness';
import { buildHarness } from '../support/harness-site';
import { writeReferenceLake } from '../support/reference-lake';
import type { ReferenceLake } from '../support/reference-lake';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const STATION_DAY = `station = 'north' AND time >= TIMESTAMP '2025-11-24' AND time < TIMESTAMP '2025-11-25'`;
const FILES_PER_DAY = 8;

let site: string;
let lake: ReferenceLake;
/** Of one test, so that nothing of it is kept anywhere. */
let server: TestServer;
/** Of all tests that do not ask what a first visit costs, and the page that they ask in. */
let common: TestServer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  site = await buildHarness();
  lake = await writeReferenceLake({
    stations: ['north', 'south å+', 'west'],
    firstDay: '2025-11-23',
    days: 4,
    filesPerDay: FILES_PER_DAY,
    rowsPerFile: 60,
    described: true,
  });
  common = await startTestServer({ lake: lake.root, site });
  page = await browser.newPage();
  await openHarness(page, common.url);
});

test.beforeEach(async () => {
  server = await startTestServer({ lake: lake.root, site });
});

test.afterEach(async () => {
  await server.close();
});

test.afterAll(async () => {
  await page.close();
  await common.close();
  await lake.remove();
});

interface Outcome {
  code: string;
  message: string;
  advice: string;
  position?: number;
}

async function openHarness(page: Page, url = server.url): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => 'api' in window);
}

const openLake = (page: Page, url = '/lake/') => page.evaluate((target) => window.api.open(target), url);

/** A query's rows as JSON values, with NaN as text, and its receipt. */
async function query(page: Page, sql: string) {
  return page.evaluate(async (text) => {
    const { rows, columns, receipt } = await window.api.query(text);
    const plain = (value: unknown) =>
      typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
    return {
      columns,
      receipt,
      rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))),
    };
  }, sql);
}

/** The error that a call of the scripting API ends in. */
async function failure(page: Page, verb: 'open' | 'query', text: string): Promise<Outcome> {
  return page.evaluate(
    async ([call, argument]) => {
      try {
        await (call === 'open' ? window.api.open(argument) : window.api.query(argument));
      } catch (error) {
        const { code, message, advice, position } = error as Outcome;
        return position === undefined ? { code, message, advice } : { code, message, advice, position };
      }
      return { code: 'none', message: '', advice: '' };
    },
    [verb, text] as const,
  );
}

test('answers equal those of native DuckDB over the same files', async () => {
  await openLake(page);
  for (const sql of [
    `SELECT station, device_id, count(*)::INTEGER AS n, round(avg(salinity), 9) AS s, min(time)::VARCHAR AS t0, max(time)::VARCHAR AS t1
     FROM lake WHERE NOT isnan(temperature) GROUP BY ALL ORDER BY ALL`,
    `SELECT date_trunc('hour', time)::VARCHAR AS hour, round(avg(temperature), 9) AS t FROM lake
     WHERE station = 'north' AND temperature_qc = 1 GROUP BY 1 ORDER BY 1`,
    `SELECT count(*)::INTEGER AS n FROM lake`,
    `SELECT station, year::INTEGER AS y, month::INTEGER AS m, day::INTEGER AS d, count(*)::INTEGER AS n FROM lake GROUP BY ALL ORDER BY ALL`,
    `SELECT count(*)::INTEGER AS n, count(salinity)::INTEGER AS s FROM lake WHERE month = 11 AND day BETWEEN 24 AND 25 OR station LIKE 'south%'`,
    `WITH warm AS (SELECT * FROM lake WHERE temperature > 12 AND NOT isnan(temperature))
     SELECT a.station, count(*)::INTEGER AS n FROM warm a JOIN lake b ON a.time = b.time AND a.station < b.station
     WHERE a.time < TIMESTAMP '2025-11-24' GROUP BY 1 ORDER BY 1`,
    `SELECT round(depth, 2)::DOUBLE AS depth, count(*)::INTEGER AS n FROM lake WHERE time BETWEEN '2025-11-25 11:00:00' AND '2025-11-25 13:00:00' GROUP BY 1 ORDER BY 1`,
    `SELECT time::VARCHAR AS time, temperature, salinity FROM lake WHERE temperature > 14.9 ORDER BY ALL LIMIT 20`,
    `SELECT count(*)::INTEGER AS n FROM lake WHERE time > (SELECT max(time) FROM lake) - INTERVAL 1 HOUR`,
    `SELECT station FROM lake WHERE 1 = 0`,
  ]) {
    const [here, there] = [await query(page, sql), await lake.ask(sql)];
    expect(here.rows, sql).toEqual(there);
  }
});

test('a station-day costs its own files and one listing, the same again nothing, a wider window only what is new', async ({
  page,
}) => {
  await openHarness(page);
  const summary = await openLake(page);
  expect(summary).toMatchObject({ foreign: false, title: 'Reference lake', totals: { files: lake.files } });
  server.forget();

  const sql = (where: string) =>
    `SELECT count(*)::INTEGER AS n, round(avg(temperature), 6) AS t FROM lake WHERE ${where} AND temperature_qc = 1`;
  const first = await query(page, sql(STATION_DAY));
  expect(first.rows).toEqual(await lake.ask(sql(STATION_DAY)));
  const requests = server.lakeRequests();
  const listings = requests.filter(({ path: requested }) => requested === '/lake/' || requested === '/lake');
  expect(listings).toHaveLength(1);
  expect(requests.map(({ method }) => method)).toEqual(Array.from(requests, () => 'GET'));
  const fetched = requests.filter((request) => !listings.includes(request));
  expect(fetched).toHaveLength(FILES_PER_DAY);
  for (const { path: requested } of fetched) expect(requested).toContain('station=north/year=2025/month=11/day=24/');
  expect(first.receipt).toMatchObject({
    filesInLake: lake.files,
    filesMatched: FILES_PER_DAY,
    filesFetched: FILES_PER_DAY,
    filesCached: 0,
    requests: { list: 1, get: FILES_PER_DAY },
    rowsScanned: FILES_PER_DAY * 60,
    rowsReturned: 1,
    retries: 0,
  });

  server.forget();
  const again = await query(page, sql(STATION_DAY));
  expect(again.rows).toEqual(first.rows);
  expect(server.lakeRequests()).toEqual([]);
  expect(again.receipt).toMatchObject({
    filesCached: FILES_PER_DAY,
    filesFetched: 0,
    requests: { list: 0, get: 0 },
    bytes: 0,
  });

  const wider = STATION_DAY.replace('2025-11-25', '2025-11-26');
  expect((await query(page, sql(wider))).rows).toEqual(await lake.ask(sql(wider)));
  const added = server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet'));
  expect(added).toHaveLength(FILES_PER_DAY);
  for (const { path: requested } of added) expect(requested).toContain('station=north/year=2025/month=11/day=25/');

  server.forget();
  const salty = `SELECT round(sum(salinity), 6) AS s FROM lake WHERE ${wider}`;
  expect((await query(page, salty)).rows).toEqual(await lake.ask(salty));
  // Further columns of files that were fetched whole are decoded from the bytes kept.
  expect(server.lakeRequests()).toEqual([]);
});

test('reads a lake without lake.json by its folders and one footer', async () => {
  const foreign = await writeReferenceLake({
    stations: ['a', 'b'],
    firstDay: '2025-12-31',
    days: 2,
    filesPerDay: 2,
    rowsPerFile: 30,
    described: false,
  });
  const other = await startTestServer({ lake: foreign.root, site });
  try {
    const summary = await openLake(page, other.lakeUrl);
    expect(summary).toMatchObject({ foreign: true, totals: { files: 8, bytes: foreign.bytes } });
    expect(summary.columns.map(({ name, type, role }) => [name, type, role])).toEqual([
      ['time', 'timestamp', 'time'],
      ['device_id', 'text', 'device'],
      ['temperature', 'double', 'variable'],
      ['salinity', 'double', 'variable'],
      ['depth', 'float', 'depth'],
      ['temperature_qc', 'integer', 'flag'],
    ]);
    const sql = `SELECT station, year::INTEGER AS year, count(*)::INTEGER AS n, max(time)::VARCHAR AS t FROM lake GROUP BY ALL ORDER BY ALL`;
    expect((await query(page, sql)).rows).toEqual(await foreign.ask(sql));
  } finally {
    await other.close();
    await foreign.remove();
  }
});

test('several statements run in order, and tables and views of the user see the lake', async () => {
  await openLake(page);
  const script = `CREATE VIEW cold AS SELECT * FROM lake WHERE temperature < 8; -- a view; over the lake
    CREATE TABLE means AS SELECT station, avg(temperature) AS t FROM cold GROUP BY 1;
    SELECT station, round(t, 6) AS t FROM means ORDER BY 1`;
  const native = `SELECT station, round(avg(temperature), 6) AS t FROM lake WHERE temperature < 8 GROUP BY 1 ORDER BY 1`;
  expect((await query(page, script)).rows).toEqual(await lake.ask(native));
  const throughView = `SELECT count(*)::INTEGER AS n FROM cold WHERE station = 'west' AND day = 24`;
  const direct = `SELECT count(*)::INTEGER AS n FROM lake WHERE temperature < 8 AND station = 'west' AND day = 24`;
  expect((await query(page, throughView)).rows).toEqual(await lake.ask(direct));
  expect((await query(page, 'DESCRIBE lake')).rows.map((row) => row['column_type'])).toContain('TIMESTAMP');
  const today = await query(page, `SELECT current_date = now()::TIMESTAMP::DATE AS same, today() AS d`);
  expect(today.rows[0]?.['same']).toBe(true);
});

test('answers come as plain values', async () => {
  await openLake(page);
  const { rows, columns } = await query(
    page,
    `SELECT min(time) AS t, DATE '2025-01-02' AS d, 1.5 AS x, count(*) AS n, NULL AS nothing, [1, 2] AS list, 1 AS n FROM lake WHERE ${STATION_DAY}`,
  );
  expect(rows).toEqual([
    { t: '2025-11-24T00:00:00.000Z', d: '2025-01-02', x: 1.5, n: 480, nothing: null, list: '[1,2]', n_1: 1 },
  ]);
  expect(columns.map(({ type }) => type).slice(0, 2)).toEqual(['TIMESTAMP', 'DATE']);
  const empty = await query(page, `SELECT time, temperature FROM lake WHERE station = 'nowhere'`);
  expect(empty.rows).toEqual([]);
  expect(empty.columns).toEqual([
    { name: 'time', type: 'TIMESTAMP' },
    { name: 'temperature', type: 'DOUBLE' },
  ]);
  expect(empty.receipt).toMatchObject({ filesMatched: 0, rowsScanned: 0, requests: { get: 0 } });
});

test('wrong SQL is answered with its position, and what reaches beyond the lake is refused', async () => {
  await openLake(page);
  const misspelt = `SELECT 'å' AS a,\n  temprature FROM lake`;
  expect(await failure(page, 'query', misspelt)).toMatchObject({
    code: 'bad-sql',
    position: misspelt.indexOf('temprature'),
  });
  const second = `SELECT 1; SELEC 2`;
  expect(await failure(page, 'query', second)).toMatchObject({ code: 'bad-sql', position: second.indexOf('SELEC 2') });
  expect(await failure(page, 'query', '  ; -- nothing')).toMatchObject({ code: 'bad-sql' });
  expect(await failure(page, 'query', `COPY lake TO 'x.csv'`)).toMatchObject({ code: 'unsupported', position: 0 });
  expect(await failure(page, 'query', `SELECT * FROM read_csv('/etc/passwd')`)).toMatchObject({ code: 'unsupported' });
  expect(await failure(page, 'query', `SELECT * FROM '${common.url}nothing/x.parquet'`)).toMatchObject({
    code: 'not-found',
  });
  expect(await failure(page, 'query', `SELECT date_trunc('day', now()::TIMESTAMPTZ) FROM lake`)).toMatchObject({
    code: 'unsupported',
    advice: expect.stringContaining('UTC'),
  });
  expect((await query(page, `SELECT date_trunc('day', now()) = current_date() AS a`)).rows).toEqual([{ a: true }]);
});

test('a bucket that denies, one without CORS, none at all and a folder that is no lake each say so', async () => {
  const empty = await mkdtemp(path.join(os.tmpdir(), 'tidelake-empty-'));
  await writeFile(path.join(empty, 'notes.txt'), 'nothing here');
  const others = [
    await startTestServer({ lake: lake.root, deny: true }),
    await startTestServer({ lake: lake.root, cors: false }),
    await startTestServer({ lake: empty }),
  ];
  try {
    const [denied, silent, folder] = others.map((other) => other.lakeUrl);
    expect(await failure(page, 'open', denied ?? '')).toMatchObject({
      code: 'access-denied',
      advice: expect.stringContaining('s3:ListBucket'),
    });
    expect(await failure(page, 'open', silent ?? '')).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('CORS'),
      advice: expect.stringContaining('must allow GET'),
    });
    expect(await failure(page, 'open', folder ?? '')).toMatchObject({
      code: 'not-a-lake',
      message: expect.stringContaining('notes.txt'),
    });
    expect(await failure(page, 'open', `${common.url}nothing/`)).toMatchObject({ code: 'not-a-lake' });
    expect(await failure(page, 'open', 'http://127.0.0.1:9/bucket/')).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no answer'),
    });
    expect(await failure(page, 'open', 'gopher://x')).toMatchObject({ code: 'unsupported' });
    expect(await failure(page, 'query', 'SELECT 1')).toMatchObject({ code: 'not-a-lake' });
    for (const other of others) expect(other.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  } finally {
    for (const other of others) await other.close();
    await rm(empty, { recursive: true });
  }
});

test('damaged files are named, and the files beside them stay readable', async () => {
  const broken = await writeReferenceLake({
    stations: ['a', 'b', 'c', 'd', 'e'],
    firstDay: '2025-11-24',
    days: 1,
    filesPerDay: 1,
    rowsPerFile: 2000,
    described: true,
  });
  const fileOf = (station: string) =>
    path.join(broken.root, `station=${station}/year=2025/month=11/day=24/data_0000.parquet`);
  await truncate(fileOf('b'), 900);
  await writeFile(fileOf('c'), 'this was never Parquet, whatever its name says');
  const inside = await readFile(fileOf('d'));
  inside.fill(0xff, 10, inside.length - 2000);
  await writeFile(fileOf('d'), inside);
  await appendFile(fileOf('e'), 'junk');
  const other = await startTestServer({ lake: broken.root, site });
  try {
    await openLake(page, other.lakeUrl);
    const sql = (station: string) => `SELECT count(temperature)::INTEGER AS n FROM lake WHERE station = '${station}'`;
    expect(await failure(page, 'query', sql('b'))).toMatchObject({
      code: 'truncated',
      message: expect.stringContaining('station=b/'),
    });
    expect(await failure(page, 'query', sql('c'))).toMatchObject({
      code: 'not-parquet',
      message: expect.stringContaining('station=c/'),
    });
    expect(await failure(page, 'query', sql('d'))).toMatchObject({
      code: 'not-parquet',
      message: expect.stringContaining('station=d/'),
    });
    expect(await failure(page, 'query', sql('e'))).toMatchObject({
      code: 'truncated',
      message: expect.stringContaining('station=e/'),
    });
    expect((await query(page, sql('a'))).rows).toEqual([{ n: 2000 }]);
  } finally {
    await other.close();
    await broken.remove();
  }
});

test('cancelling stops the network and the engine, and the next query works', async () => {
  const slow = await startTestServer({ lake: lake.root, site, latencyMs: 400 });
  try {
    await openLake(page, slow.lakeUrl);
    slow.forget();
    const codes = await page.evaluate(async () => {
      const codeOf = (promise: Promise<unknown>) =>
        promise.then(() => 'answered').catch((error: { code: string }) => error.code);
      const network = codeOf(window.api.query('SELECT avg(temperature) FROM lake'));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      window.api.cancel();
      const engine = codeOf(window.api.query('SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b'));
      await new Promise((resolve) => setTimeout(resolve, 500));
      window.api.cancel();
      return [await network, await engine];
    });
    expect(codes).toEqual(['cancelled', 'cancelled']);
    expect((await query(page, 'SELECT 42 AS a')).rows).toEqual([{ a: 42 }]);
    expect(slow.lakeRequests().length).toBeLessThan(lake.files);
  } finally {
    await slow.close();
  }
});

test('nothing leaves the origin, nothing is said on the console, and a lost worker comes back', async ({ page }) => {
  const foreign: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(server.url).origin)
      foreign.push(request.url());
  });
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await openHarness(page);
  await openLake(page);
  const sql = `SELECT count(*)::INTEGER AS n FROM lake WHERE ${STATION_DAY}`;
  expect((await query(page, sql)).rows).toEqual([{ n: 480 }]);
  await page.evaluate(() => window.client.terminate());
  expect((await query(page, sql)).rows).toEqual([{ n: 480 }]);
  expect(foreign).toEqual([]);
  expect(said).toEqual([]);
});
