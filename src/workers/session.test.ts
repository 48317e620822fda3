import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { serveEmptyFolder } from '../../test/support/served-folder';
import type { TestServer } from '../../test/support/server';

let native: DuckDBConnection;
let session: NodeSession;
let root: string;
let server: TestServer;

beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  await native.run("SET TimeZone='UTC'");
  session = startNodeSession();
});

afterAll(() => native.closeSync());

beforeEach(async () => {
  const served = await serveEmptyFolder();
  ({ root, server } = served);
  return served.remove;
});

/** Writes the rows of a query as a Parquet file of the lake. */
async function write(file: string, select: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await native.run(`COPY (${select}) TO '${target.replaceAll("'", "''")}' (FORMAT parquet)`);
}

const open = () => session.open(server.lakeUrl);

const rows = async (sql: string) => (await session.query(sql)).rows;

const dataRequests = () => server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet')).length;

it('opens a lake that does not describe itself again for the price of its listing', async () => {
  for (let day = 1; day <= 5; day++) await write(`day=${day}/a.parquet`, `SELECT ${day} AS v`);
  await open();
  expect(dataRequests()).toBe(3);
  server.forget();
  await open();
  expect(dataRequests()).toBe(0);
  expect(server.lakeRequests()).toHaveLength(2);
  // Another version of a file has another ETag.
  await write('day=5/a.parquet', `SELECT 1.5 AS v, 'more' AS w`);
  server.forget();
  expect((await open()).columns.map(({ name }) => name)).toContain('w');
  expect(dataRequests()).toBe(1);
});

describe('a session on a lake whose files differ', () => {
  it('fills columns that a file lacks with nulls, whatever the order of its columns', async () => {
    await write('day=1/a.parquet', `SELECT 1 AS v, 'x' AS label`);
    await write('day=2/b.parquet', `SELECT 'only' AS label`);
    await write('day=3/c.parquet', `SELECT 'z' AS label, 3 AS v, 9 AS unknown`);
    await open();
    const all = await rows('SELECT day, v, label FROM lake ORDER BY day');
    expect(all).toEqual([
      { day: 1, v: 1, label: 'x' },
      { day: 2, v: null, label: 'only' },
      { day: 3, v: 3, label: 'z' },
    ]);
    expect(await rows('SELECT day, count(v) AS n FROM lake GROUP BY 1 ORDER BY 1')).toEqual([
      { day: 1, n: 1 },
      { day: 2, n: 0 },
      { day: 3, n: 1 },
    ]);
  });

  it('widens narrower types and names both files where types clash', async () => {
    await write('day=1/a.parquet', `SELECT 1.5::DOUBLE AS v, 'x' AS label`);
    await write('day=2/b.parquet', `SELECT 'two' AS v, 'x' AS label`);
    await write('day=3/c.parquet', `SELECT 3::SMALLINT AS v, 'x' AS label`);
    await write('day=4/d.parquet', `SELECT 4::FLOAT AS v, 'x' AS label`);
    await write('day=5/e.parquet', `SELECT 5::BIGINT AS v, 'x' AS label`);
    await open();
    expect(await rows('SELECT v FROM lake WHERE day <> 2 ORDER BY v')).toEqual([1.5, 3, 4, 5].map((v) => ({ v })));
    await expect(rows('SELECT max(v) FROM lake')).rejects.toMatchObject({
      code: 'schema-clash',
      message: expect.stringMatching(/VARCHAR in day=2\/b\.parquet.*DOUBLE in day=1\/a\.parquet/),
    });
    expect(await rows('SELECT count(label) AS n FROM lake')).toEqual([{ n: 5 }]);
  });

  it('reads time of any unit and zone as UTC without one', async () => {
    await write('a.parquet', `SELECT TIMESTAMPTZ '2025-01-01 00:00:00+02' AS t`);
    await write(
      'b.parquet',
      `SELECT TIMESTAMP_MS '2025-01-01 00:00:00' AS t, 'padding that makes this one larger' AS p`,
    );
    await write(
      'c.parquet',
      `SELECT TIMESTAMP '2025-01-01 00:00:01.5' AS t, 'padding that makes this one larger' AS p`,
    );
    await open();
    expect(await rows(`SELECT t FROM lake WHERE t > TIMESTAMP '2024-12-31 21:00:00' ORDER BY t`)).toEqual([
      { t: '2024-12-31T22:00:00.000Z' },
      { t: '2025-01-01T00:00:00.000Z' },
      { t: '2025-01-01T00:00:01.500Z' },
    ]);
  });

  it('groups and orders rows without a time apart, whatever cuts their times', async () => {
    const times = `SELECT i, CASE WHEN i % 7 <> 3 THEN TIMESTAMP '2025-01-01' + to_minutes(i) END AS t FROM range(5000) r(i)`;
    await write('a.parquet', times);
    await open();
    const groups = (of: string) =>
      `SELECT ${of} AS h, count(*)::INTEGER AS n FROM lake GROUP BY 1 ORDER BY n DESC, h LIMIT 3`;
    const cut = `date_trunc('hour', t)`;
    const expected = (
      await native.runAndReadAll(groups(`epoch_ms(${cut})`).replace('lake', `(${times})`))
    ).getRowsJson();
    const asMs = (answer: { h?: unknown; n?: unknown }[]) =>
      answer.map(({ h, n }) => [h === null ? null : String(Date.parse(String(h))), n]);
    expect(asMs(await rows(groups(cut)))).toEqual(expected);
    await rows(`CREATE VIEW cut AS SELECT ${cut} AS c FROM lake`);
    expect(asMs(await rows(groups('c').replace('lake', 'cut')))).toEqual(expected);
    expect(await rows(`SELECT count(*)::INTEGER AS n FROM (SELECT c FROM cut ORDER BY c) WHERE c IS NULL`)).toEqual([
      { n: 714 },
    ]);
    await rows('DROP VIEW cut');
  });

  it('reads null folders, escaped folder names and files without rows', async () => {
    await write('site=__HIVE_DEFAULT_PARTITION__/a.parquet', 'SELECT 1 AS v');
    await write('site=a%2Fb c/a.parquet', 'SELECT 2 AS v');
    await write("site=it's/a.parquet", 'SELECT 3 AS v');
    await write('site=none/a.parquet', 'SELECT 4 AS v WHERE false');
    await open();
    const expected = [
      { site: 'a/b c', v: 2 },
      { site: "it's", v: 3 },
      { site: null, v: 1 },
    ];
    expect(await rows('SELECT site, v FROM lake ORDER BY site')).toEqual(expected);
    expect(await rows(`SELECT v FROM lake WHERE site = 'it''s'`)).toEqual([{ v: 3 }]);
    expect(await rows('SELECT v FROM lake WHERE site IS NULL')).toEqual([{ v: 1 }]);
    expect(await rows('SELECT count(*) AS n FROM lake')).toEqual([{ n: 3 }]);
  });

  it('reads lists, structs, decimals, dates, blobs, booleans, dictionaries and nested names', async () => {
    await write(
      'a.parquet',
      `SELECT [1, 2] AS l, {'x': 1, 'y': 'q'} AS s, 1.25::DECIMAL(9,2) AS d, DATE '2025-05-06' AS day, true AS ok,
        '\\x01'::BLOB AS b, 'cold'::ENUM('cold', 'warm') AS e, 7::UTINYINT AS u, 1 AS "a.b ""c""", NULL AS nothing`,
    );
    await open();
    const [row] = await rows('SELECT * FROM lake');
    expect(row).toMatchObject({
      l: '[1,2]',
      s: '{"x":1,"y":"q"}',
      d: 1.25,
      day: '2025-05-06',
      ok: true,
      b: '\\x01',
      e: 'cold',
      u: 7,
      'a.b "c"': 1,
    });
    expect(await rows('SELECT s.y AS y, l[2] AS second FROM lake')).toEqual([{ y: 'q', second: 2 }]);
  });
});

describe('times that are said relative to now', () => {
  it('are UTC without a zone, count in time and rule out folders', async () => {
    const dayOf = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    for (const ago of [0, 1, 9, 30]) {
      const rowsOfDay = `SELECT now()::TIMESTAMP - to_minutes(i) - to_days(${ago}) AS time, i AS v FROM range(3) t(i)`;
      await write(`date=${dayOf(ago)}/a.parquet`, rowsOfDay);
    }
    await open();
    for (const now of [
      'now()',
      'current_timestamp',
      'localtimestamp',
      'today()',
      'current_date',
      "now() AT TIME ZONE 'UTC'",
    ]) {
      const { rows: found, receipt } = await session.query(
        `SELECT count(*)::INTEGER AS n FROM lake WHERE time > ${now} - INTERVAL 14 DAY AND v + 0 >= 0`,
      );
      expect(found, now).toEqual([{ n: 9 }]);
      expect(receipt.filesMatched, now).toBe(3);
    }
    await expect(rows(`SELECT time AT TIME ZONE 'Asia/Kolkata' FROM lake`)).rejects.toMatchObject({
      code: 'bad-sql',
      message: expect.stringContaining('Time is UTC here'),
    });
  });
});

describe('a count of rows', () => {
  it('takes the footers of files that are larger than one', async () => {
    for (const day of [1, 2]) await write(`day=${day}/a.parquet`, 'SELECT hash(i) AS v FROM range(50000) t(i)');
    await open();
    server.forget();
    const { rows: counted, receipt } = await session.query('SELECT count(*) AS n FROM lake WHERE day > 0');
    expect(counted).toEqual([{ n: 100_000 }]);
    expect(receipt).toMatchObject({ filesFetched: 2, requests: { get: 2 } });
    expect(receipt.bytes).toBeLessThan(2 * 70_000);
    expect(receipt.bytesSkipped).toBeGreaterThan(2 * 300_000);
    // What was counted is not mistaken for what has values.
    expect(await rows('SELECT count(v) AS n, count(DISTINCT v) AS d FROM lake')).toEqual([{ n: 100_000, d: 50_000 }]);
  });
});

describe('what stays resident', () => {
  beforeEach(async () => {
    for (let day = 1; day <= 4; day++) {
      await write(`day=${day}/a.parquet`, `SELECT i AS a, i * ${day} AS b, 'd${day}' AS c FROM range(100) t(i)`);
    }
    await open();
    server.forget();
  });

  it('is asked for only what is missing, and no row counts twice', async () => {
    expect(await rows('SELECT sum(a) AS s FROM lake WHERE day = 2')).toEqual([{ s: 4950 }]);
    expect(dataRequests()).toBe(1);
    expect(await rows('SELECT sum(b) AS s FROM lake WHERE day IN (2, 3)')).toEqual([{ s: 4950 * 5 }]);
    expect(dataRequests()).toBe(2);
    expect(await rows('SELECT sum(a) AS a, sum(b) AS b, count(c) AS n FROM lake')).toEqual([
      { a: 4950 * 4, b: 49500, n: 400 },
    ]);
    expect(dataRequests()).toBe(4);
    const { receipt, rows: again } = await session.query('SELECT count(*) AS n FROM lake WHERE b > 100');
    expect(again).toEqual([{ n: 189 }]);
    expect(receipt).toMatchObject({
      filesCached: 4,
      filesFetched: 0,
      rowsScanned: 400,
      requests: { get: 0 },
      bytes: 0,
    });
  });

  it('serves queries that run at once', async () => {
    const sums = await Promise.all([
      rows('SELECT sum(a) AS s FROM lake'),
      rows('SELECT sum(b) AS s FROM lake WHERE day > 2'),
      rows('SELECT count(*) AS s FROM lake'),
      rows(`SELECT max(c) AS s FROM lake WHERE day < 3`),
    ]);
    expect(sums.flat().map(({ s }) => s)).toEqual([19800, 34650, 400, 'd2']);
    expect(dataRequests()).toBe(4);
  });

  it('is forgotten when the lake is opened again', async () => {
    await rows('SELECT sum(a) FROM lake');
    await write('day=5/a.parquet', `SELECT 1 AS a, 1 AS b, 'new' AS c`);
    await open();
    expect(await rows('SELECT count(*) AS n FROM lake')).toEqual([{ n: 401 }]);
  });

  it('is not in an estimate, which fetches nothing', async () => {
    const sizeOf = async (day: number) => (await stat(path.join(root, `day=${day}/a.parquet`))).size;
    const both = 'SELECT max(a) FROM lake WHERE day = 1; SELECT max(b) FROM lake WHERE day IN (1, 2)';
    const bytes = (await sizeOf(1)) + (await sizeOf(2));
    expect(await session.estimate(both)).toMatchObject({ files: 2, bytes, requests: 2 });
    expect(dataRequests()).toBe(0);
    await rows('SELECT max(a) FROM lake WHERE day = 1');
    expect(await session.estimate(both)).toMatchObject({ files: 1, bytes: await sizeOf(2), requests: 1 });
    expect(await session.estimate('CREATE TABLE made AS SELECT 1; SELECT * FROM made')).toMatchObject({ files: 0 });
    expect(await session.estimate('SELECT 1 WHERE false')).toMatchObject({
      files: 0,
      bytes: 0,
      requests: 0,
      scans: [],
    });
    await expect(session.estimate('SELECT nothing FROM lake')).rejects.toMatchObject({ code: 'bad-sql' });
  });

  it('is left as it was by a query that fails', async () => {
    await rows('SELECT sum(a) FROM lake WHERE day = 1');
    await write(
      'day=2/a.parquet',
      `SELECT 'x' AS a, 1 AS b, 'a text that makes this file larger than it was before, so that it is whole' AS c FROM range(500)`,
    );
    await open();
    await expect(rows('SELECT sum(a) FROM lake WHERE day < 4')).rejects.toMatchObject({ code: 'schema-clash' });
    expect(await rows('SELECT sum(a) AS s FROM lake WHERE day <> 2')).toEqual([{ s: 14850 }]);
  });
});
