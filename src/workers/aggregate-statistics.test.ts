import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';

const STATIONS = ['a', 'b'];
const DAYS = ['2025-01-30', '2025-01-31', '2025-02-01'];
const ROWS = 9_000;

let native: DuckDBConnection;
let root: string;
let server: TestServer;
let session: NodeSession;

/** Six station-days: of `a` files above 1 MB in several row groups, of `b` smaller ones; every row of its own day. */
beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-statistics-'));
  for (const station of STATIONS) {
    for (const [index, day] of DAYS.entries()) {
      const folder = path.join(
        root,
        `station=${station}`,
        `year=${day.slice(0, 4)}`,
        `month=${day.slice(5, 7)}`,
        `day=${day.slice(8)}`,
      );
      await mkdir(folder, { recursive: true });
      const rows = station === 'a' ? 5 * ROWS : ROWS;
      // On the last day the time itself is missing now and then.
      await native.run(
        `COPY (SELECT CASE WHEN ${index} = 2 AND i % 500 = 7 THEN NULL ELSE TIMESTAMP '${day}' + to_microseconds(i * (86400000000 // ${rows})) END AS time,
             CASE WHEN i % 3 > 0 THEN (hash(i + ${index}) % 1000)::INTEGER - 500 END AS n,
             CASE WHEN i % 1000 = 0 THEN 'nan'::DOUBLE ELSE hash(i * 7) / 1e18 END AS v,
             'device ' || i % 4 AS device, NULL::INTEGER AS nothing, hash(i * 31) AS filler
           FROM range(${rows}) t(i))
         TO '${folder}/part.parquet' (FORMAT parquet, ROW_GROUP_SIZE 8192)`,
      );
    }
  }
  session = startNodeSession();
});

beforeEach(async () => {
  server = await startTestServer({ lake: root });
  await session.open(server.lakeUrl);
  server.forget();
  return () => server.close();
});

afterAll(async () => {
  native.closeSync();
  await rm(root, { recursive: true });
});

/** A value as text that is the same for both engines; times to the second. */
function plain(value: unknown): string {
  const text = String(value);
  if (value === null || value === '') return '-';
  return /^\d{4}-\d\d-\d\d/.test(text) ? text.slice(0, 19).replace('T', ' ').replace(' 00:00:00', '') : text;
}

async function expectSame(sql: string) {
  const answer = await session.query(sql);
  const keys = "{'station': VARCHAR, 'year': BIGINT, 'month': BIGINT, 'day': BIGINT}";
  const files = `read_parquet('${root}/**/*.parquet', hive_partitioning = true, hive_types = ${keys})`;
  const truth = await native.runAndReadAll(sql.replaceAll('FROM lake', `FROM ${files} lake`));
  expect(
    answer.rows.map((row) => Object.values(row).map(plain)),
    sql,
  ).toEqual(truth.getRowsJson().map((row) => row.map(plain)));
  return answer.receipt;
}

const dataRequests = () => server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet')).length;

it.each([
  'SELECT count(*) AS n FROM lake',
  'SELECT count(*) AS n, min(time) AS first, max(time) AS last, count(n) AS counted, count(nothing) AS none FROM lake',
  'SELECT station, month, min(n) AS least, max(n) AS most FROM lake GROUP BY ALL ORDER BY ALL',
  'SELECT DISTINCT station, day FROM lake ORDER BY ALL',
  "SELECT upper(station) || month AS name, count(*) AS n FROM lake WHERE station = 'b' GROUP BY 1",
  'SELECT max(day) AS d, count(station) AS s FROM lake WHERE n BETWEEN -500 AND 499 OR n IS NULL',
])('reads no data for what footers tell: %s', async (sql) => {
  const receipt = await expectSame(sql);
  if (sql.includes(' OR ')) return;
  expect(receipt.answeredBy.statistics).toBe(sql.includes("'b'") ? 3 : 6);
  expect(receipt.rowsScanned).toBe(0);
  // Footers that the lake was opened by are here already.
  expect(dataRequests()).toBe(receipt.requests.footers);
  expect(receipt.requests.get).toBe(receipt.requests.footers);
});

it('reads only the files that lie in several groups, or at an edge of a window', async () => {
  const byDay = await expectSame(
    `SELECT date_trunc('day', time) AS t, count(*) AS n FROM lake WHERE time >= TIMESTAMP '2025-01-30 12:00:00' GROUP BY 1 ORDER BY 1`,
  );
  // The first day is cut, and rows without a time are on the last.
  expect(byDay.answeredBy.statistics).toBe(2);
  expect(byDay.rowsScanned).toBeLessThan(5 * ROWS * 2 + ROWS * 2 + 1);
});

it('asks one small file for its footer, and the others only where that helped', async () => {
  const receipt = await expectSame(
    `SELECT time_bucket(INTERVAL 1 HOUR, time) AS h, count(*) AS n FROM lake WHERE station = 'b' GROUP BY 1 ORDER BY 1`,
  );
  expect(receipt.answeredBy.statistics).toBe(0);
  expect(receipt.requests.footers).toBe(1);
});

it.each([
  'SELECT max(v) > 1e300 AS isnan FROM lake',
  'SELECT min(device) AS d FROM lake',
  'SELECT count(DISTINCT n) AS c FROM lake',
  'SELECT sum(n) AS s FROM lake',
  'SELECT count(*) FILTER (WHERE n > 0) AS c FROM lake',
  'SELECT count(*) AS c FROM lake WHERE v >= 0',
  "SELECT count(*) AS c FROM lake WHERE device LIKE 'd%'",
  'SELECT device, count(*) AS c FROM lake GROUP BY 1 ORDER BY 1',
  'SELECT n // 1000 AS k, count(*) AS c FROM lake GROUP BY 1 ORDER BY 1',
])('does not trust statistics with what they do not tell: %s', async (sql) => {
  expect((await expectSame(sql)).answeredBy.statistics).toBe(0);
});

const condition = fc.oneof(
  fc.tuple(fc.constantFrom('time', 'n', 'day', 'nothing'), fc.constantFrom('IS NULL', 'IS NOT NULL')),
  fc.tuple(
    fc.constantFrom('time'),
    fc.constantFrom('>=', '<', '>', '<=', '<>'),
    fc.constantFrom(
      "TIMESTAMP '2025-01-31'",
      "DATE '2025-02-01'",
      "'2025-01-30 23:59:59.5'",
      "TIMESTAMP '2025-01-30 00:00:00'",
    ),
  ),
  fc.tuple(
    fc.constantFrom('n'),
    fc.constantFrom('>=', '<', '>', '<='),
    fc.constantFrom('-500', '0', '499', '-501', '500'),
  ),
  fc.tuple(
    fc.constantFrom('day', 'month'),
    fc.constantFrom('=', '<', '>=', '<>'),
    fc.constantFrom('1', '30', '31', '2'),
  ),
  fc.constantFrom(
    ["station = 'a'"],
    ["station IN ('b', 'c')"],
    ['day BETWEEN 30 AND 31'],
    ["'b' > station"],
    ['n IN (1, 2)'],
  ),
);
const query = fc
  .record({
    keys: fc.uniqueArray(
      fc.constantFrom(
        'station',
        'month',
        'year(time)',
        "date_trunc('day', time)",
        'time::DATE',
        'day(time)',
        'day + month',
        'time_bucket(INTERVAL 7 DAY, time)',
      ),
      { maxLength: 2 },
    ),
    values: fc.uniqueArray(
      fc.constantFrom(
        'count(*)',
        'count(n)',
        'min(n)',
        'max(n)',
        'min(time)',
        'max(time)',
        'count(time)',
        'max(station)',
        'min(day)',
        'max(nothing)',
        'count(v)',
      ),
      { minLength: 1, maxLength: 3 },
    ),
    wheres: fc.array(
      condition.map((parts) => parts.join(' ')),
      { maxLength: 3 },
    ),
  })
  .map(({ keys, values, wheres }) => {
    const items = [
      ...keys.map((key, index) => `${key} AS k${index}`),
      ...values.map((value, index) => `${value} AS v${index}`),
    ];
    const where = wheres.length === 0 ? '' : ` WHERE ${wheres.join(' AND ')}`;
    return `SELECT ${items.join(', ')} FROM lake${where} GROUP BY ALL ORDER BY ALL`;
  });

it('answers with statistics what DuckDB answers with the rows', async () => {
  let spared = 0;
  await fc.assert(
    fc.asyncProperty(query, async (sql) => {
      await session.open(server.lakeUrl);
      spared += (await expectSame(sql)).answeredBy.statistics;
    }),
    { numRuns: Number(process.env['AGGREGATE_RUNS'] ?? 15), seed: 20251128, endOnFailure: true },
  );
  expect(spared).toBeGreaterThan(20);
}, 240_000);
