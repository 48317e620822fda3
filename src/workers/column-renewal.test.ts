import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
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
  session = startNodeSession();
});

afterAll(() => native.closeSync());

beforeEach(async () => {
  const served = await serveEmptyFolder();
  ({ root, server } = served);
  return served.remove;
});

/** Files of days 1 to 9, of which opening reads the first, the last and the fifth; those given have other columns. */
async function openLakeWith(others: Record<number, string>, usual = 'SELECT 1 AS v'): Promise<void> {
  for (let day = 1; day <= 9; day++) {
    const folder = path.join(root, `day=${day}`);
    await mkdir(folder, { recursive: true });
    await native.run(`COPY (${others[day] ?? usual}) TO '${folder}/a.parquet' (FORMAT parquet)`);
  }
  await session.open(server.lakeUrl);
}

const rows = async (sql: string) => (await session.query(sql)).rows;

const nativeRows = async (sql: string) =>
  (
    await native.runAndReadAll(
      sql.replace('lake', `read_parquet('${root}/**/*.parquet', hive_partitioning = true, union_by_name = true)`),
    )
  ).getRowObjectsJson();

it('widens a type when a file that was not looked at on opening has a wider one', async () => {
  await openLakeWith({ 3: 'SELECT 2.5::DOUBLE AS v', 7: 'SELECT 70000000000 AS v', 8: 'SELECT 8::FLOAT AS v' });
  server.forget();
  const sql = 'SELECT day::INTEGER AS day, v FROM lake WHERE v > 1 ORDER BY day';
  const answer = await session.query(sql);
  expect(answer.rows).toEqual(await nativeRows(sql.replace('v FROM', 'v::DOUBLE AS v FROM')));
  expect(answer.rows.map(({ v }) => v)).toEqual([2.5, 70000000000, 8]);
  // What was fetched before the difference was seen is not fetched again.
  const asked = server.lakeRequests().map(({ path: requested }) => requested);
  expect(new Set(asked).size).toBe(asked.length);
  server.forget();
  expect(await rows('SELECT max(v) AS most FROM lake')).toEqual([{ most: 70000000000 }]);
  expect(server.lakeRequests()).toEqual([]);
});

it('rounds no decimal, whichever file was looked at first', async () => {
  await openLakeWith(
    { 2: 'SELECT 1.2345::DECIMAL(9,4) AS v', 5: 'SELECT 12345678.5::DECIMAL(9,1) AS v', 6: 'SELECT 7::INTEGER AS v' },
    'SELECT 1.25::DECIMAL(4,2) AS v',
  );
  const sql = 'SELECT sum(v)::VARCHAR AS s, count(DISTINCT v)::INTEGER AS n FROM lake';
  expect(await rows(sql)).toEqual(await nativeRows(sql));
});

it('shows columns that only files have which were not looked at on opening', async () => {
  await openLakeWith({ 2: `SELECT 2 AS v, 'x' AS note`, 6: `SELECT 3 AS v, 'y' AS note, 1.5::DOUBLE AS w` });
  const sql = 'SELECT * FROM lake WHERE day < 5 ORDER BY day';
  expect(await rows(sql)).toHaveLength(4);
  expect((await rows(sql))[1]).toEqual({ day: 2, v: 2, note: 'x' });
  // Files that a query does not read, it does not speak of; the next one knows what it saw of those it reads.
  expect(await rows('SELECT sum(v)::INTEGER AS s FROM lake')).toEqual([{ s: 12 }]);
  expect(await rows('SELECT max(w) AS w, min(note) AS note FROM lake')).toEqual([{ w: 1.5, note: 'x' }]);
  await rows('CREATE TABLE mine AS SELECT * FROM lake');
  expect(await rows('SELECT count(note)::INTEGER AS n FROM mine')).toEqual([{ n: 2 }]);
});

it('answers questions at once that all meet the difference, and runs no statement of a script twice', async () => {
  await openLakeWith({ 3: `SELECT 2.5::DOUBLE AS v, 'x' AS note` });
  const script = `CREATE TABLE once AS SELECT 1 AS a; INSERT INTO once SELECT 2; SELECT (SELECT count(*) FROM once)::INTEGER AS n, sum(v) AS s FROM lake`;
  const answers = await Promise.all([
    rows(script),
    rows('SELECT max(v) AS m FROM lake'),
    rows('SELECT * FROM lake WHERE v > 2'),
  ]);
  expect(answers).toEqual([[{ n: 2, s: 10.5 }], [{ m: 2.5 }], [{ day: 3, v: 2.5, note: 'x' }]]);
});

it('looks at more files when a column is asked for that none of those has which were looked at', async () => {
  await openLakeWith({ 3: `SELECT 2.5::DOUBLE AS v, 'x' AS note`, 4: 'SELECT 4 AS v, 44 AS w' });
  expect(await session.estimate('SELECT max(note) FROM lake WHERE day = 3')).toMatchObject({ files: 1 });
  expect(await rows(`SELECT day, note FROM lake WHERE note = 'x'`)).toEqual([{ day: 3, note: 'x' }]);
  expect(await rows('SELECT sum(w)::INTEGER AS w, max(v) AS v FROM lake')).toEqual([{ w: 44, v: 4 }]);
  server.forget();
  for (const wrong of ['SELECT nothing FROM lake', 'SELECT max(wrong) FROM lake']) {
    await expect(rows(wrong)).rejects.toMatchObject({ code: 'bad-sql', position: expect.any(Number) });
  }
  expect(server.lakeRequests()).toEqual([]);
});

it('keeps views of the user’s own, which have the columns that came as well', async () => {
  await openLakeWith({ 3: `SELECT 2.5::DOUBLE AS v, 'x' AS note` });
  await rows('CREATE VIEW "of day" AS SELECT * FROM lake WHERE day > 2');
  await rows('CREATE VIEW twice AS SELECT v * 2 AS w FROM "of day"');
  expect(await rows('SELECT max(w) AS w FROM twice')).toEqual([{ w: 5 }]);
  expect(await rows('SELECT * FROM "of day" WHERE v > 2')).toEqual([{ day: 3, v: 2.5, note: 'x' }]);
});

it('passes over columns that cannot be read, and names both files where no type fits', async () => {
  await openLakeWith({ 3: `SELECT 'three' AS v` });
  const failed = rows('SELECT max(v) FROM lake');
  await expect(failed).rejects.toMatchObject({
    code: 'schema-clash',
    message: expect.stringMatching(/VARCHAR in day=3\/a\.parquet.*INTEGER in day=\d\/a\.parquet/),
  });
  expect(await rows('SELECT * EXCLUDE (v) FROM lake WHERE day = 3')).toEqual([{ day: 3 }]);
});

it('unites the files of an address in SQL in the same way', async () => {
  await openLakeWith({ 3: `SELECT 2.5::DOUBLE AS v, 'x' AS note` });
  expect(await rows(`SELECT * FROM read_parquet('${server.lakeUrl}**/*.parquet') WHERE v > 2`)).toEqual([
    { day: 3, v: 2.5, note: 'x' },
  ]);
});
