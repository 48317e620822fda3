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

const DAYS = 5;

let native: DuckDBConnection;
let root: string;
let moorings: TestServer;
let weather: TestServer;
let session: NodeSession;

beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-several-'));
  for (let day = 1; day <= DAYS; day++) {
    await write(
      `moorings/station=a/day=${day}/x.parquet`,
      `SELECT i AS minute, ${day} + i / 100 AS temp FROM range(200) t(i)`,
    );
    await write(
      `moorings/station=b/day=${day}/x.parquet`,
      `SELECT i AS minute, -i / 7 AS temp, 'x' AS note FROM range(100) t(i)`,
    );
    await write(
      `weather/day=${day}/site=a/y.parquet`,
      `SELECT i AS minute, i * ${day} AS wind, i % 3 AS temp FROM range(150) t(i)`,
    );
  }
  await native.run(
    `CREATE VIEW lake AS FROM read_parquet('${root}/moorings/**/*.parquet', hive_partitioning = true, union_by_name = true)`,
  );
  await native.run(
    `CREATE VIEW weather AS FROM read_parquet('${root}/weather/**/*.parquet', hive_partitioning = true, union_by_name = true)`,
  );
});

afterAll(async () => {
  native.closeSync();
  await rm(root, { recursive: true });
});

beforeEach(async () => {
  moorings = await startTestServer({ lake: path.join(root, 'moorings') });
  weather = await startTestServer({ lake: path.join(root, 'weather') });
  session = startNodeSession();
  return async () => {
    await moorings.close();
    await weather.close();
  };
});

async function write(file: string, select: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await native.run(`COPY (${select}) TO '${target}' (FORMAT parquet)`);
}

async function openBoth(): Promise<void> {
  await session.open(moorings.lakeUrl);
  await session.attach('weather', weather.lakeUrl);
  moorings.forget();
  weather.forget();
}

/** Files asked for, without the name that all share. */
const fetched = (server: TestServer) =>
  server
    .lakeRequests()
    .flatMap(({ path: requested }) => /\/lake\/(.*)\/[xy]\.parquet/.exec(decodeURIComponent(requested))?.[1] ?? [])
    .sort();

async function askNative(sql: string): Promise<unknown[]> {
  return (await native.runAndReadAll(sql)).getRowObjectsJson();
}

describe('a session with several lakes', () => {
  it('prunes each side of a join by its own conditions', async () => {
    await openBoth();
    const sql = `SELECT l.station, l.day::INTEGER AS day, count(*)::INTEGER AS n, sum(wind)::INTEGER AS wind, max(l.temp) AS warm
      FROM lake l JOIN weather w ON l.minute = w.minute AND l.day = w.day
      WHERE l.station = 'a' AND l.day BETWEEN 2 AND 4 AND w.day <> 3 AND w.site = 'a' GROUP BY ALL ORDER BY ALL`;
    const { rows, receipt } = await session.query(sql);
    expect(rows).toEqual(await askNative(sql));
    // DuckDB carries conditions on one side of an equality over to the other.
    expect(fetched(moorings)).toEqual(['station=a/day=2', 'station=a/day=4']);
    expect(fetched(weather)).toEqual(['day=2/site=a', 'day=4/site=a']);
    expect(receipt).toMatchObject({ filesInLake: 15, filesFetched: 4 });
    moorings.forget();
    weather.forget();
    expect((await session.query(sql)).receipt).toMatchObject({ requests: { list: 0, get: 0 }, filesFetched: 0 });
  });

  it.each([
    `SELECT day::INTEGER AS day, round(sum(temp), 6) AS t FROM (SELECT day, temp FROM lake UNION ALL SELECT day, temp FROM weather) WHERE day > 3 GROUP BY 1 ORDER BY 1`,
    `SELECT count(*)::INTEGER AS n FROM lake WHERE day IN (SELECT day FROM weather WHERE wind > 500)`,
    `WITH weather AS (SELECT * FROM lake WHERE station = 'b') SELECT count(note)::INTEGER AS n FROM weather`,
    `SELECT w.day::INTEGER AS day, count(l.minute)::INTEGER AS n FROM weather w LEFT JOIN lake l ON l.day = w.day AND l.station = 'b' AND l.minute < 3
     WHERE w.minute = 0 GROUP BY 1 ORDER BY 1`,
    `SELECT (SELECT count(*) FROM weather WHERE day = l.day AND minute < l.minute)::INTEGER AS n FROM lake l WHERE station = 'a' AND minute = 10 ORDER BY 1`,
    `SELECT count(*)::INTEGER AS n FROM memory.main.weather, memory.main.lake WHERE weather.minute = 1 AND lake.minute = 1`,
  ])('answers like native DuckDB: %s', async (sql) => {
    await openBoth();
    expect((await session.query(sql)).rows).toEqual(await askNative(sql));
    expect((await session.query(sql)).rows).toEqual(await askNative(sql));
  });

  it('keeps both within one budget', async () => {
    const day = 200 * 16;
    session = startNodeSession({ budgets: { cache: 0, footers: 0, resident: 2.5 * day } });
    await openBoth();
    await session.query(`SELECT sum(temp), sum(minute) FROM lake WHERE station = 'a' AND day <= 2`);
    await session.query('SELECT sum(wind), sum(minute) FROM weather WHERE day = 1');
    moorings.forget();
    weather.forget();
    await session.query('SELECT sum(wind), sum(minute) FROM weather WHERE day = 1');
    expect(fetched(weather)).toEqual([]);
    await session.query(`SELECT sum(temp), sum(minute) FROM lake WHERE station = 'a' AND day = 1`);
    expect(fetched(moorings)).toEqual(['station=a/day=1']);
  });

  it('detaches one, attaches another in its place, and keeps them when another lake is opened', async () => {
    await openBoth();
    const count = async (table: string) => (await session.query(`SELECT count(*)::INTEGER AS n FROM ${table}`)).rows[0];
    expect(await count('weather')).toEqual({ n: 750 });
    await session.attach('Weather', moorings.lakeUrl);
    expect(await count('weather')).toEqual({ n: 1500 });
    await session.open(weather.lakeUrl);
    expect([await count('lake'), await count('weather')]).toEqual([{ n: 750 }, { n: 1500 }]);
    await session.detach('weather');
    await expect(count('weather')).rejects.toMatchObject({ code: 'bad-sql' });
    expect(await count('lake')).toEqual({ n: 750 });
    await expect(session.detach('weather')).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('refuses names that are taken or no names, and stays as it was', async () => {
    await openBoth();
    await session.query('CREATE TABLE mine AS SELECT 1 AS one');
    for (const name of ['mine', 'lake', 'a b', '', 'Lake', '1st', 'x'.repeat(64)]) {
      await expect(session.attach(name, weather.lakeUrl), name).rejects.toMatchObject({ code: 'unsupported' });
    }
    expect((await session.query('SELECT one FROM mine')).rows).toEqual([{ one: 1 }]);
    expect((await session.query('SELECT count(*)::INTEGER AS n FROM weather')).rows).toEqual([{ n: 750 }]);
  });
});
