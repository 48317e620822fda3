import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';

let native: DuckDBConnection;
let root: string;
let server: TestServer;
let session: NodeSession;

beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-read-parquet-'));
  for (const station of ['a', 'b c', 'ü+']) {
    for (const year of [2024, 2025]) {
      for (const month of ['01', '11']) {
        await write(
          `lake/station=${encodeURIComponent(station)}/year=${year}/month=${month}/data_${year}.parquet`,
          `SELECT i AS v, '${station}' || i AS label FROM range(${Number(month) * 10}) t(i)`,
        );
      }
    }
  }
  await write('lake/_temporary/x.parquet', 'SELECT 1 AS v');
  await write('plain/x.parquet', 'SELECT 1::INTEGER AS v');
  await write('plain/y.parquet', `SELECT 2.5::DOUBLE AS v, 'only here' AS note`);
  await write('plain/deep/z.parquet', 'SELECT 3 AS v');
});

afterAll(async () => {
  native.closeSync();
  await rm(root, { recursive: true });
});

beforeEach(async () => {
  server = await startTestServer({ lake: root });
  session = startNodeSession();
  return () => server.close();
});

async function write(file: string, select: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await native.run(`COPY (${select}) TO '${target}' (FORMAT parquet)`);
}

/** SQL with `@` for the root, as the page and as native DuckDB reads it. */
async function askBoth(sql: string) {
  const here = await session.query(sql.replaceAll('@', server.lakeUrl.replace(/\/$/, '')));
  const reader = await native.runAndReadAll(sql.replaceAll('@', root));
  return { here, there: reader.getRowObjectsJson() };
}

const filesAsked = () => server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet')).length;

const isListing = ({ path: requested }: { path: string }) => requested === '/lake/' || requested === '/lake';

describe('read_parquet in SQL', () => {
  it.each([
    `SELECT station, year::INTEGER AS y, month::INTEGER AS m, count(*)::INTEGER AS n FROM read_parquet('@/lake/station=*/**/*.parquet', hive_partitioning = true)
     GROUP BY ALL ORDER BY ALL`,
    `SELECT sum(v)::INTEGER AS s FROM '@/lake/station=a/year=2025/*/*.parquet' WHERE month = 11`,
    `SELECT year::INTEGER AS y, max(label) AS l FROM read_parquet('@/lake/*/year=2024/month=1[01]/data_*.parquet', hive_partitioning = 1) GROUP BY 1`,
    `SELECT count(*)::INTEGER AS n FROM read_parquet(['@/lake/station=a/year=2024/month=01/data_2024.parquet', '@/lake/station=a/year=2025/month=11/data_2025.parquet'])`,
    `SELECT v::DOUBLE AS v, note FROM read_parquet('@/plain/*.parquet', union_by_name = true) ORDER BY v`,
    `SELECT v::DOUBLE AS v FROM read_parquet('@/plain/**/?.parquet', union_by_name = true, hive_partitioning = false) ORDER BY v`,
    `SELECT * REPLACE (v::INTEGER AS v) FROM read_parquet('@/lake/station=a/year=2025/month=01/*.parquet', hive_partitioning = false) ORDER BY v LIMIT 3`,
    `SELECT a.v::INTEGER AS v, b.year::INTEGER AS y FROM '@/plain/x.parquet' a JOIN '@/lake/station=a/*/*/*.parquet' b ON a.v = b.v ORDER BY ALL`,
    `WITH p AS (FROM read_parquet('@/plain/[xz].parquet')) SELECT count(*)::INTEGER AS n FROM p, '@/plain/x.parquet' q`,
    `SELECT typeof(month) AS t, month AS m FROM read_parquet('@/lake/station=a/year=2025/*/*.parquet', hive_types = {'month': VARCHAR}) GROUP BY ALL ORDER BY 2`,
    `SELECT typeof(year) AS t FROM read_parquet('@/lake/station=a/year=2025/*/*.parquet', hive_types_autocast = false) LIMIT 1`,
    `SELECT count(*)::INTEGER AS n FROM read_parquet('@/lake/station=b%20c/**/*.parquet') -- a comment
     WHERE label LIKE 'b c%'`.replace('b%20c', 'b%2520c'),
  ])('answers like native DuckDB: %s', async (sql) => {
    // Over HTTP addresses are percent-encoded, on disk they are not.
    const nativeSql = sql.replaceAll('%2520', '%20');
    const here = await session.query(sql.replaceAll('@', server.lakeUrl.replace(/\/$/, '')));
    const there = (await native.runAndReadAll(nativeSql.replaceAll('@', root))).getRowObjectsJson();
    expect(here.rows).toEqual(there);
  });

  it('lists and fetches only what pattern and conditions leave, and nothing the second time', async () => {
    const url = `${server.lakeUrl}lake/station=*/year=2025/**/*.parquet`;
    const sql = `SELECT count(v)::INTEGER AS n FROM read_parquet('${url}', hive_partitioning = true) WHERE station = 'a' AND month = 11`;
    const { rows, receipt } = await session.query(sql);
    expect(rows).toEqual([{ n: 110 }]);
    expect(receipt).toMatchObject({ filesMatched: 1, filesFetched: 1 });
    server.forget();
    expect((await session.query(sql)).receipt.requests).toMatchObject({ list: 0, get: 0 });
    expect(server.lakeRequests()).toEqual([]);
    await session.query(sql.replace("'a'", "'b c'"));
    expect(filesAsked()).toBe(1);
  });

  it('does not list what lies above where a pattern begins', async () => {
    await session.query(`SELECT count(*) FROM '${server.lakeUrl}lake/station=a/year=2025/month=11/*.parquet'`);
    const prefixes = server
      .lakeRequests()
      .filter(isListing)
      .map(({ query }) => new URLSearchParams(query).get('prefix'));
    expect(prefixes.length).toBeGreaterThan(0);
    for (const prefix of prefixes) expect(prefix).toContain('station=a/year=2025/month=11/');
  });

  it('names files where it is asked to, and reads only those a condition on the name leaves', async () => {
    const sql = `SELECT filename, count(*)::INTEGER AS n FROM read_parquet('@/plain/*.parquet', filename = true) GROUP BY 1 ORDER BY 1`;
    const { here, there } = await askBoth(sql);
    const strip = (rows: Record<string, unknown>[]) =>
      rows.map(({ filename, n }) => ({ filename: String(filename).split('/plain/')[1], n }));
    expect(strip(here.rows)).toEqual(strip(there));
    expect(String(here.rows[0]?.['filename'])).toBe(`${server.lakeUrl}plain/x.parquet`);
    const named = await askBoth(
      `SELECT origin LIKE '%y.parquet' AS y, v::DOUBLE AS v FROM read_parquet('@/plain/*.parquet', filename = 'origin', union_by_name = true) WHERE origin LIKE '%/y.parquet'`,
    );
    expect(named.here.rows).toEqual(named.there);
  });

  it('lives beside the lake that is open, in views, and after the engine has let go of others', async () => {
    await session.open(`${server.lakeUrl}lake/`);
    const url = `${server.lakeUrl}plain/x.parquet`;
    await session.query(`CREATE VIEW mine AS SELECT * FROM '${url}'`);
    expect(
      (await session.query('SELECT m.v FROM mine m, lake l WHERE l.v = m.v AND l.month = 1 LIMIT 1')).rows,
    ).toEqual([{ v: 1 }]);
    for (let skip = 0; skip < 12; skip++) {
      await session.query(`SELECT * FROM read_parquet('${server.lakeUrl}plain/*.parquet', filename = 'f${skip}')`);
    }
    expect((await session.query('SELECT v FROM mine')).rows).toEqual([{ v: 1 }]);
  });

  it('takes addresses from parameters', async () => {
    const { rows } = await session.query('SELECT v FROM read_parquet($address) WHERE v < $most', {
      address: `${server.lakeUrl}lake/station=a/year=2024/month=01/*.parquet`,
      most: 2,
    });
    expect(rows).toEqual([{ v: 0 }, { v: 1 }]);
  });

  it.each<[string, string, string]>([
    [`SELECT nothing FROM '@/plain/x.parquet'`, 'bad-sql', 'nothing'],
    [`SELECT v FROM '@/plain/x.parquet' WHERE nope = 1`, 'bad-sql', 'nope'],
    [`SELECT 1; SELECT v, FROM read_parquet('@/plain/x.parquet') WHERE ä = gone`, 'bad-sql', 'ä'],
    [`SELECT v FROM '@/plain/none*.parquet'`, 'not-found', `'@`],
    [`SELECT v FROM read_parquet('@/nowhere/**')`, 'not-found', 'read_parquet'],
    [`SELECT v FROM read_parquet('file:///etc/passwd.parquet')`, 'unsupported', 'read_parquet'],
    [`SELECT v FROM read_parquet('@/plain/x.parquet', compression = 'zstd')`, 'unsupported', 'compression'],
    [`SELECT * FROM read_csv('@/plain/x.csv')`, 'unsupported', ''],
    [`SELECT * FROM '@/plain/x.csv'`, 'unsupported', ''],
    [`COPY (FROM '@/plain/x.parquet') TO 'y.parquet'`, 'unsupported', 'COPY'],
  ])('says what is wrong, and where, in %s', async (template, code, place) => {
    const address = server.lakeUrl.replace(/\/$/, '');
    const sql = template.replaceAll('@', address);
    await session.open(`${address}/lake/`);
    const wanted = place === '' ? {} : { position: sql.indexOf(place.replaceAll('@', address)) };
    await expect(session.query(sql)).rejects.toMatchObject({ code, ...wanted });
  });
});
