import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { columnBytes, generateLake } from '../../test/support/generated-lake';
import type { GeneratedLake } from '../../test/support/generated-lake';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';
import { parseFooter } from './parquet-footer';

const ROWS = 160_000;
const ROWS_PER_GROUP = 8192;

let lake: GeneratedLake;
let session: NodeSession;
let server: TestServer;

/** Two months of one station, each a file of some 8 MB: 20 row groups in the order of time, random values. */
beforeAll(async () => {
  lake = await generateLake();
  for (const month of [1, 2]) {
    const values = Array.from({ length: 5 }, (_, column) => `hash(i * ${column + 3} + ${month}) / 1e12 AS v${column}`);
    await lake.write(
      `month=${month}/a.parquet`,
      `SELECT TIMESTAMP '2025-0${month}-01' + to_seconds(i * 15) AS time, ${values.join(', ')}, 'note ' || i % 9 AS note
         FROM range(${ROWS}) t(i)`,
      `ROW_GROUP_SIZE ${ROWS_PER_GROUP}, COMPRESSION snappy`,
    );
  }
  // One at a time, so that the session is the only one in this process.
  session = startNodeSession();
});

afterAll(async () => {
  await lake.remove();
});

beforeEach(async () => {
  server = await startTestServer({ lake: lake.root });
  await session.open(server.lakeUrl);
  server.forget();
  return () => server.close();
});

const data = () => server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet'));
const footerOf = async (month: number) =>
  parseFooter(new Uint8Array(await readFile(path.join(lake.root, `month=${month}/a.parquet`))), 'a.parquet');

/** Bytes of some columns' chunks in a month. */
const bytesOf = async (month: number, columns: string[], first = 0, end = Infinity) =>
  columnBytes(await footerOf(month), columns, first, end);

async function expectSame(sql: string) {
  const answer = await session.query(sql);
  expect(
    answer.rows.map((row) => Object.values(row).map(Number)),
    sql,
  ).toEqual((await lake.truth(sql)).map((row) => Object.values(row).map(Number)));
  return answer.receipt;
}

describe('large files', () => {
  it('are read by their footer and the chunks of the columns that are needed', async () => {
    const receipt = await expectSame('SELECT round(avg(v1), 3) AS a, count(*)::INTEGER AS n FROM lake WHERE month = 1');
    const needed = await bytesOf(1, ['v1']);
    const { size } = await stat(path.join(lake.root, 'month=1/a.parquet'));
    expect(receipt.bytes).toBeLessThan(needed * 1.1);
    expect(receipt.bytesSkipped).toBeGreaterThan(size * 0.7);
    expect(data().map(({ method }) => method)).toEqual(data().map(() => 'GET'));
    // One for each row group, between which lie more than 32 kB; the footer is here since the lake was opened by it.
    expect(data()).toHaveLength(Math.ceil(ROWS / ROWS_PER_GROUP));
    expect(receipt.requests.get).toBe(data().length);
  });

  it('are read only in the row groups that a window can be in, and again only in those that are new', async () => {
    const within = (from: string, to: string) =>
      `SELECT max(v0) AS s, count(*)::INTEGER AS n FROM lake WHERE time >= TIMESTAMP '2025-01-${from}' AND time < TIMESTAMP '2025-01-${to}'`;
    // A row group is 1.4 days.
    const first = await expectSame(within('10', '11'));
    expect(first).toMatchObject({
      rowsScanned: 2 * ROWS_PER_GROUP,
      pruned: { rowGroups: 2 * 20 - 2 },
      filesMatched: 1,
    });
    const groups = first.requests.get;
    expect(groups).toBeLessThanOrEqual(2 + 4);
    expect(await expectSame(within('10', '11'))).toMatchObject({ requests: { get: 0, list: 0 }, bytes: 0 });
    server.forget();
    const wider = await expectSame(within('09', '12'));
    expect(wider.rowsScanned).toBe(3 * ROWS_PER_GROUP);
    expect(data().length).toBeLessThanOrEqual(4);
    expect(wider.bytes).toBeLessThan(first.bytes);
  });

  it('give the columns that a further query asks for without those that are here already', async () => {
    const window = `time >= TIMESTAMP '2025-02-10' AND time < TIMESTAMP '2025-02-12'`;
    await expectSame(`SELECT max(v0) AS s FROM lake WHERE ${window}`);
    server.forget();
    const receipt = await expectSame(`SELECT max(v0) AS s, min(v3) AS t FROM lake WHERE ${window}`);
    expect(receipt.rowsScanned).toBe(2 * ROWS_PER_GROUP);
    expect(receipt.bytes).toBeLessThan((await bytesOf(2, ['v3'], 0, 2)) * 1.05);
  });

  it('answer count(*) by folder from their footers', async () => {
    const receipt = await expectSame('SELECT month, count(*)::INTEGER AS n FROM lake GROUP BY month ORDER BY month');
    expect(data()).toHaveLength(0);
    expect(receipt.bytes).toBeLessThan(2000);
    const answeredBy = { statistics: 2, parts: 0 };
    expect(receipt).toMatchObject({ rowsScanned: 0, answeredBy, filesFetched: 0, filesCached: 2 });
    // The counted rows are not taken for rows that have values.
    await expectSame('SELECT max(v2) AS s FROM lake WHERE month = 2');
    await expectSame('SELECT count(*)::INTEGER AS n FROM lake');
    server.forget();
    expect(await expectSame('SELECT count(*)::INTEGER AS n FROM lake WHERE month = 2')).toMatchObject({ bytes: 0 });
  });

  it('are estimated by their size, and exactly once their footers are here', async () => {
    const sql = `SELECT max(v1) AS m FROM lake WHERE time < TIMESTAMP '2025-01-02'`;
    const { size } = await stat(path.join(lake.root, 'month=1/a.parquet'));
    const sizes = size + (await stat(path.join(lake.root, 'month=2/a.parquet'))).size;
    expect(await session.estimate(sql)).toMatchObject({ files: 2, bytes: sizes, requests: 4 });
    expect(data()).toEqual([]);
    expect(await session.estimate('SELECT count(*) FROM lake WHERE month = 1')).toMatchObject({
      files: 1,
      requests: 1,
    });
    await session.query('SELECT count(*) FROM lake');
    server.forget();
    const expected = await session.estimate(sql);
    expect(expected.files).toBe(1);
    const { receipt } = await session.query(sql);
    expect({ bytes: receipt.bytes, requests: receipt.requests.get }).toEqual({
      bytes: expected.bytes,
      requests: expected.requests,
    });
    expect(await session.estimate(sql)).toMatchObject({ files: 0, bytes: 0, requests: 0 });
  });

  it('answer what native DuckDB answers over them', async () => {
    await expectSame('SELECT month, max(v4) AS m, count(note)::INTEGER AS n FROM lake GROUP BY month ORDER BY month');
    await expectSame(`SELECT count(*)::INTEGER AS n FROM lake WHERE note = 'note 3' OR v1 < 0`);
    await expectSame(`SELECT count(*)::INTEGER AS n FROM lake WHERE time > TIMESTAMP '2026-01-01'`);
    await expectSame(`SELECT count(*)::INTEGER AS n FROM lake WHERE time = (SELECT max(time) FROM lake)`);
  });

  it('answer any series of windows and columns as native DuckDB does, with whatever is resident by then', async () => {
    // Room for a third of the values, so that some are given up again and again.
    const tight = startNodeSession({ budgets: { cache: 2 << 20, footers: 60_000, resident: 5 << 20 } });
    await tight.open(server.lakeUrl);
    const window = fc
      .tuple(fc.integer({ min: 1, max: 55 }), fc.integer({ min: 0, max: 20 }))
      .map(([day, days]) => `time BETWEEN DATE '2025-01-01' + ${day} AND DATE '2025-01-01' + ${day + days}`);
    const condition = fc.oneof(
      window,
      fc.tuple(window, window).map((both) => `(${both.join(' OR ')}) AND note <> 'note 2'`),
      fc.tuple(window, fc.constantFrom('month = 1', 'month = 2', 'v1 > 5e6')).map((both) => both.join(' AND ')),
      fc.constantFrom('month = 2', 'v2 < 0 OR month = 1', 'time IS NULL', 'true'),
    );
    const values = fc.subarray(['min(v0)', 'max(v1)', 'count(v2)', 'max(note)', 'min(time)', 'count(DISTINCT v3)']);
    const query = fc.tuple(values, condition).map(([list, where]) => {
      const texts = list.map((value, index) => `(${value})::VARCHAR AS c${index}`);
      return `SELECT count(*)::VARCHAR AS n, ${texts.join(', ')} FROM lake WHERE ${where}`.replace(',  FROM', ' FROM');
    });
    await fc.assert(
      fc.asyncProperty(query, async (sql) => {
        expect((await tight.query(sql)).rows, sql).toEqual(await lake.truth(sql));
      }),
      { numRuns: Number(process.env['PLANNING_RUNS'] ?? 40), seed: 20251127, endOnFailure: true },
    );
  });
});
