import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { writeReferenceLake } from '../../test/support/reference-lake';
import type { ReferenceLake } from '../../test/support/reference-lake';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';

/** Enough for a few of the lake's files, whose columns take 1.6 MB. */
const BUDGETS = { cache: 1 << 20, footers: 1 << 20, resident: 200_000 };

let lake: ReferenceLake;
let server: TestServer;
let session: NodeSession;

beforeAll(async () => {
  lake = await writeReferenceLake({
    stations: ['alpha', 'beta'],
    firstDay: '2025-03-30',
    days: 5,
    filesPerDay: 2,
    rowsPerFile: 2000,
    described: true,
  });
  session = startNodeSession({ budgets: BUDGETS });
});

beforeEach(async () => {
  server = await startTestServer({ lake: lake.root });
  await session.open(server.lakeUrl);
  server.forget();
  return () => server.close();
});

afterAll(() => lake.remove());

/** Values as numbers where they are numbers or times. */
const plain = (rows: object[]) =>
  rows.map((row) =>
    Object.values(row).map((value: unknown) => {
      const time = /^\d{4}-\d\d-\d\d/.test(String(value))
        ? Date.parse(String(value).replace(' ', 'T').replace(/Z?$/, 'Z'))
        : NaN;
      if (value === 'NaN') return NaN;
      return Number.isNaN(time)
        ? typeof value === 'string' && value.trim() !== ''
          ? Number(value) || value
          : value
        : time;
    }),
  );

async function expectTrue(sql: string) {
  const answer = await session.query(sql);
  const truth = plain(
    await lake.ask(sql).then((rows) => rows.filter((row) => row !== null && typeof row === 'object')),
  );
  const got = plain(answer.rows);
  expect(got.length, sql).toBe(truth.length);
  truth.forEach((row, index) =>
    row.forEach((wanted, column) => {
      const value = got[index]?.[column];
      if (typeof wanted === 'number' && typeof value === 'number' && !Number.isNaN(wanted)) {
        expect(Math.abs(value - wanted), `${sql} ${value} ${wanted}`).toBeLessThanOrEqual(
          1e-9 * Math.max(1, Math.abs(wanted)),
        );
      } else expect(value, sql).toEqual(wanted);
    }),
  );
  return answer.receipt;
}

it.each([
  'SELECT count(*)::INTEGER AS n, sum(depth) AS s, avg(salinity) AS mean, min(time) AS first, max(time) AS last FROM lake',
  `SELECT station, device_id, count(salinity)::INTEGER AS n, stddev(salinity) AS spread, corr(salinity, depth) AS r,
     regr_slope(salinity, depth) AS slope FROM lake WHERE temperature > 6 GROUP BY ALL ORDER BY ALL`,
  `SELECT station, date_trunc('day', time) AS day, max(temperature) FILTER (WHERE temperature_qc = 1) AS warmest,
     arg_min(temperature, time) AS first FROM lake GROUP BY 1, 2 HAVING count(*) > 10 ORDER BY day DESC, station LIMIT 3`,
  `WITH monthly AS (SELECT month, station, avg(depth) AS mean FROM lake GROUP BY month, station)
     SELECT month, max(mean) AS most FROM monthly GROUP BY month ORDER BY month`,
  `SELECT station, day, median(salinity) AS half, quantile_disc(temperature, 0.9) FILTER (WHERE temperature_qc = 1) AS warm,
     quantile_cont(salinity, 0.05) AS fresh, count(DISTINCT device_id)::INTEGER AS devices, avg(depth) AS mean
     FROM lake GROUP BY ALL ORDER BY ALL`,
  `SELECT device_id, count(DISTINCT depth)::INTEGER AS depths FROM lake WHERE station = 'none' GROUP BY device_id`,
])('answers what does not fit into memory part by part: %s', async (sql) => {
  const receipt = await expectTrue(sql);
  expect(receipt.rowsScanned).toBe(sql.includes("'none'") ? 0 : 40_000);
});

it('fetches each file once, and keeps none of what it read', async () => {
  const sql = 'SELECT station, sum(depth) AS s, avg(temperature) AS t FROM lake GROUP BY station ORDER BY station';
  const first = await session.query(sql);
  const paths = server.lakeRequests().map(({ path }) => path);
  expect(paths.filter((path) => path.endsWith('.parquet')).length).toBe(lake.files);
  expect(new Set(paths).size).toBe(paths.length);
  expect(first.receipt).toMatchObject({ filesMatched: lake.files, filesFetched: lake.files, rowsScanned: 40_000 });
  const again = await session.query(sql);
  expect(again.rows).toEqual(first.rows);
  expect(again.receipt.filesFetched).toBe(lake.files);
});

it('uses what is resident, and leaves it there', async () => {
  const one = `SELECT avg(temperature) AS t FROM lake WHERE station = 'alpha' AND day = 30`;
  await session.query(one);
  server.forget();
  await session.query('SELECT avg(temperature) AS t FROM lake');
  expect(server.lakeRequests().filter(({ path }) => path.endsWith('.parquet')).length).toBe(lake.files - 2);
  expect((await session.query(one)).receipt.bytes).toBe(0);
});

it('knows beforehand in how many parts, and takes parts where they are asked for', async () => {
  const one = `SELECT device_id, avg(temperature) AS t FROM lake WHERE station = 'alpha' AND day = 30 GROUP BY ALL ORDER BY ALL`;
  expect((await session.estimate(one)).answeredBy.parts).toBe(0);
  const asked = await session.estimateInParts(one);
  const divided = await session.queryInParts(one);
  expect(asked.answeredBy.parts).toBeGreaterThan(0);
  expect(divided.receipt.answeredBy).toEqual(asked.answeredBy);
  expect(divided.rows).toEqual((await session.query(one)).rows);
  const all = 'SELECT avg(temperature) AS t FROM lake';
  const { answeredBy, bytes } = await session.estimate(all);
  expect((await session.query(all)).receipt).toMatchObject({ answeredBy, bytes });
  expect((await session.estimateInParts('SELECT temperature FROM lake ORDER BY 1')).answeredBy.parts).toBe(0);
});

it('gives up parts where more values are to be kept than there is room for', async () => {
  const sql = 'SELECT count(DISTINCT epoch(time) + depth + salinity)::INTEGER AS n FROM lake';
  expect(await expectTrue(sql)).toMatchObject({ rowsScanned: 40_000, answeredBy: { parts: 0 } });
  await expect(session.queryInParts(sql)).rejects.toMatchObject({
    code: 'out-of-memory',
    advice: expect.stringContaining('approx_quantile'),
  });
});

it('runs what cannot be divided as ever', async () => {
  await expectTrue('SELECT station, mode(device_id) AS m FROM lake GROUP BY station ORDER BY station');
  await expectTrue(
    `SELECT station, n FROM (SELECT station, count(*)::INTEGER AS n, row_number() OVER (ORDER BY station) AS r FROM lake GROUP BY station) ORDER BY r`,
  );
});

it('tells of a mistake in the words of the statement', async () => {
  await expect(session.query('SELECT avg(depth), nothing FROM lake')).rejects.toMatchObject({
    code: 'bad-sql',
    message: expect.stringContaining('nothing'),
  });
  await expect(session.query('SELECT avg(temperature), sum(station::INTEGER) AS s FROM lake')).rejects.toMatchObject({
    message: expect.stringContaining('alpha'),
  });
  expect((await session.query('SELECT count(*)::INTEGER AS n, avg(depth) AS d FROM lake')).rows[0]).toMatchObject({
    n: 40_000,
  });
});

it('does not take a macro of the user’s own for a function of DuckDB’s', async () => {
  await session.query('CREATE MACRO avg(x) AS 42');
  const answer = await session.query('SELECT avg(depth) AS d, max(salinity) AS m FROM lake GROUP BY ALL');
  expect(answer.rows[0]).toMatchObject({ d: 42 });
  await session.query('DROP MACRO avg');
});
