import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { writeReferenceLake } from '../../test/support/reference-lake';
import type { ReferenceLake } from '../../test/support/reference-lake';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';
import { nativeCode } from '../lake/native-code';
import type { NativeQuery } from '../lake/native-code';

let lake: ReferenceLake;
let server: TestServer;
let other: string;
let otherServer: TestServer;
let session: NodeSession;
let connection: DuckDBConnection;

beforeAll(async () => {
  lake = await writeReferenceLake({
    stations: ['north', 'south å+', 'say "x"'],
    firstDay: '2025-11-23',
    days: 3,
    filesPerDay: 2,
    rowsPerFile: 20,
    described: true,
  });
  other = await mkdtemp(path.join(os.tmpdir(), 'tidelake-native-'));
  connection = await (await DuckDBInstance.create()).connect();
  for (const [day, select] of [
    ['1', 'SELECT 1.5::FLOAT AS v'],
    ['2', `SELECT 2.5::DOUBLE AS v, 'note' AS remark`],
  ] as const) {
    await mkdir(path.join(other, `day=${day}`));
    await connection.run(`COPY (${select}) TO '${other}/day=${day}/a.parquet'`);
  }
  server = await startTestServer({ lake: lake.root });
  otherServer = await startTestServer({ lake: other });
  session = startNodeSession();
  await session.open(server.lakeUrl);
  await session.attach('other', otherServer.lakeUrl);
});

afterAll(async () => {
  await server.close();
  await otherServer.close();
  connection.closeSync();
  await lake.remove();
  await rm(other, { recursive: true });
});

/** The program over the same files on this disk, for httpfs may not be installed. */
function overFolders(query: NativeQuery): NativeQuery {
  const roots = new Map([
    [server.lakeUrl, lake.root],
    [otherServer.lakeUrl, other],
  ]);
  return { ...query, tables: query.tables.map((table) => ({ ...table, root: roots.get(table.root) ?? table.root })) };
}

const QUERIES: string[] = [
  `SELECT station, count(*)::INTEGER AS n, min(time)::VARCHAR AS first, round(sum(salinity), 6) AS s FROM lake
   WHERE time >= '2025-11-24' AND time < '2025-11-25' GROUP BY 1 ORDER BY 1 -- with a comment`,
  `SELECT station, year::INTEGER AS year, day::INTEGER AS day, round(max(depth), 3)::DOUBLE AS deep FROM lake WHERE station IN ('south å+', 'say "x"') GROUP BY ALL ORDER BY ALL`,
  `SELECT o.day::INTEGER AS day, o.v::DOUBLE AS v, remark FROM other o WHERE o.day = 1`,
  `CREATE TABLE warm AS SELECT device_id, temperature FROM lake WHERE temperature > 12 AND station = 'north'; SELECT device_id, count(*)::INTEGER AS n FROM warm GROUP BY 1 ORDER BY 1`,
  `SELECT count(*)::INTEGER AS n FROM lake WHERE station = 'nobody'`,
  `SELECT l.device_id, count(*)::INTEGER AS n FROM lake l JOIN other o ON day(l.time) = 22 + o.day GROUP BY 1 ORDER BY 1`,
  `SELECT '\\n"""\\' AS hard, ')"' AS r, 'ä' AS a FROM lake LIMIT 1`,
];

describe('a query as a program for native DuckDB', () => {
  it.each(QUERIES)('gives the page’s answer: %s', async (sql) => {
    const query = overFolders(await session.native(sql));
    const { rows } = await session.query(sql);
    const fresh = await (await DuckDBInstance.create()).connect();
    const reader = await fresh.runAndReadAll(nativeCode(query, 'sql'));
    expect(reader.getRowObjectsJson()).toEqual(rows);
    fresh.closeSync();
  });

  it('lists the files that are needed, in full or for looking at, and no other', async () => {
    const query = await session.native(`SELECT avg(temperature) FROM lake WHERE day = 24`);
    expect(query.tables.map(({ name, files }) => [name, files.length])).toEqual([['lake', 6]]);
    const code = nativeCode(query, 'sql');
    expect(code).toContain(`'${server.lakeUrl}station=north/year=2025/month=11/day=24/data_0000.parquet'`);
    expect(code).toContain('LOAD httpfs;');
    expect(code).not.toContain('day=23');
    expect(nativeCode(query, 'sql', true)).toContain('-- … 2 more files …');
  });

  it('takes addresses in SQL along, and asks nothing of the network a second time', async () => {
    const address = `${otherServer.lakeUrl}**/*.parquet`;
    const sql = `SELECT filename, day::INTEGER AS day FROM read_parquet('${address}', filename = true) WHERE v > 2`;
    await session.query(sql);
    otherServer.forget();
    const query = await session.native(sql);
    expect(otherServer.lakeRequests()).toEqual([]);
    const fresh = await (await DuckDBInstance.create()).connect();
    const reader = await fresh.runAndReadAll(nativeCode(overFolders(query), 'sql'));
    expect(reader.getRowObjectsJson()).toEqual([{ filename: `${other}/day=2/a.parquet`, day: 2 }]);
    fresh.closeSync();
  });

  it('is valid Python, and gives the answer there where duckdb is installed', async ({ skip }) => {
    if (spawnSync('python3', ['--version']).status !== 0) skip('python3 is not installed');
    const hasDuckdb = spawnSync('python3', ['-c', 'import duckdb, pandas']).status === 0;
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tidelake-python-'));
    for (const [index, sql] of QUERIES.entries()) {
      const file = path.join(folder, `query_${index}.py`);
      await writeFile(file, nativeCode(overFolders(await session.native(sql)), 'python'));
      execFileSync('python3', ['-m', 'py_compile', file]);
      if (!hasDuckdb) continue;
      await writeFile(file, `${nativeCode(overFolders(await session.native(sql)), 'python')}print(len(answer))\n`);
      const said = execFileSync('python3', [file], { encoding: 'utf8' }).trim().split('\n').at(-1);
      expect(Number(said)).toBe((await session.query(sql.split('; ').at(-1) ?? sql)).rows.length);
    }
    await rm(folder, { recursive: true });
  });

  it('quotes in R whatever the text holds', async () => {
    const code = nativeCode(await session.native(QUERIES.at(-1) ?? ''), 'r');
    expect(code).toContain(`dbGetQuery(con, r"-(${QUERIES.at(-1)})-")`);
    expect(code).toContain('library(DBI)');
  });

  it('gives Amazon’s buckets as s3 with their region, and no secret', async () => {
    const query = await session.native('SELECT count(*) FROM other');
    const tables = query.tables.map((table) => ({
      ...table,
      root: 'https://buoys.s3.eu-west-1.amazonaws.com/my%20lake/',
      files: ['day=1/[a]*.parquet'],
    }));
    const code = nativeCode({ ...query, tables }, 'sql');
    expect(code).toContain(`SET s3_region = 'eu-west-1';`);
    expect(code).toContain(`'s3://buoys/my lake/day=1/[[]a][*].parquet'`);
    expect(code).toContain('credential_chain');
  });
});
