import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { EnabledStatistics, readParquet, writeParquet, WriterPropertiesBuilder } from 'parquet-wasm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { columnBytes, generateLake } from '../../test/support/generated-lake';
import type { GeneratedLake } from '../../test/support/generated-lake';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';
import { parseFooter } from './parquet-footer';

const ROWS = 400_000;

let lake: GeneratedLake;
let session: NodeSession;
let server: TestServer;

/**
 * Two months of one station, each a file of a few row groups with page indexes, as arrow-rs writes them. Values are random,
 * some are null, and the pages of long texts end elsewhere than those of numbers.
 */
beforeAll(async () => {
  session = startNodeSession();
  lake = await generateLake();
  for (const month of [1, 2]) {
    const file = await lake.write(
      `month=${month}/a.parquet`,
      `SELECT TIMESTAMP '2025-0${month}-01' + to_seconds(i * 6) AS time, hash(i + ${month}) / 1e12 AS v0,
               CASE WHEN i // 30000 <> 4 THEN (hash(i * 3) / 1e12) END AS v1,
               repeat('note ' || i % 9, 1 + (i // 50000 % 3) * 20) AS note
             FROM range(${ROWS}) t(i)`,
      'ROW_GROUP_SIZE 1000000',
    );
    const properties = new WriterPropertiesBuilder()
      .setStatisticsEnabled(EnabledStatistics.Page)
      .setDataPageSizeLimit(300_000)
      .setColumnDictionaryEnabled('time', false)
      .setColumnDictionaryEnabled('v0', false)
      .setMaxRowGroupSize(250_000)
      .build();
    await writeFile(file, writeParquet(readParquet(new Uint8Array(await readFile(file))), properties));
  }
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

async function expectSame(sql: string) {
  const answer = await session.query(sql);
  expect(answer.rows, sql).toEqual(await lake.truth(sql));
  return answer.receipt;
}

const within = (from: string, to: string) =>
  `SELECT max(v0)::VARCHAR AS s, count(*)::INTEGER AS n, max(note) AS t FROM lake
   WHERE time >= TIMESTAMP '2025-01-${from}' AND time < TIMESTAMP '2025-01-${to}'`;

describe('large row groups with page indexes', () => {
  it('are read in the pages that a window can be in', async () => {
    // A page of numbers is 20,480 rows, 1.4 days; the first row group 17 days.
    const receipt = await expectSame(within('05', '06'));
    const footer = parseFooter(new Uint8Array(await readFile(path.join(lake.root, 'month=1/a.parquet'))), 'a.parquet');
    const group = columnBytes(footer, ['time', 'v0', 'note'], 0, 1);
    expect(receipt.rowsScanned).toBeLessThan(2.5 * 20_480);
    expect(receipt.pruned.pages).toBeGreaterThan(8);
    expect(receipt.bytes).toBeLessThan(group / 4);
    expect(receipt.requests.get).toBeLessThanOrEqual(6);
  });

  it('are read again only in the pages that are new', async () => {
    const first = await expectSame(within('05', '06'));
    expect(await expectSame(within('05', '06'))).toMatchObject({ bytes: 0, requests: { get: 0 } });
    const wider = await expectSame(within('04', '07'));
    expect(wider.rowsScanned).toBeGreaterThan(first.rowsScanned);
    expect(wider.bytes).toBeLessThan(1.7 * first.bytes);
    // As a whole, after which its pages are taken from there.
    await expectSame(within('01', '31'));
    const again = await expectSame(within('05', '06'));
    expect(again).toMatchObject({ bytes: 0, requests: { get: 0 } });
  });

  it('are read as a whole where a window holds most of them', async () => {
    const receipt = await expectSame(within('02', '17'));
    expect(receipt.pruned.pages).toBe(0);
    expect(receipt.rowsScanned).toBe(250_000);
  });

  it('skip pages of nulls', async () => {
    const receipt = await expectSame(
      `SELECT count(*)::INTEGER AS n, min(v0)::VARCHAR AS m FROM lake WHERE v1 IS NULL AND month = 1`,
    );
    expect(receipt.rowsScanned).toBeLessThan(70_000);
  });

  it('answer any series of windows and columns as native DuckDB does, with whatever is resident by then', async () => {
    const tight = startNodeSession({ budgets: { cache: 2 << 20, footers: 60_000, resident: 8 << 20 } });
    await tight.open(server.lakeUrl);
    const window = fc
      .tuple(fc.integer({ min: 0, max: 58 * 24 }), fc.integer({ min: 0, max: 72 }))
      .map(([hour, hours]) => {
        const start = `TIMESTAMP '2025-01-01' + to_hours(${hour})`;
        return `time BETWEEN ${start} AND ${start} + to_hours(${hours})`;
      });
    const condition = fc.oneof(
      window,
      fc.tuple(window, window).map((both) => `(${both.join(' OR ')}) AND note <> 'note 2'`),
      fc.tuple(window, fc.constantFrom('month = 1', 'v1 IS NULL', 'v1 > 5e6')).map((both) => both.join(' AND ')),
      fc.constantFrom('month = 2', 'v1 IS NULL', 'time IS NULL', 'true'),
    );
    const values = fc.subarray(['min(v0)', 'max(v1)', 'count(v1)', 'max(note)', 'min(time)', 'max(length(note))']);
    const query = fc.tuple(values, condition).map(([list, where]) => {
      const texts = list.map((value, index) => `, (${value})::VARCHAR AS c${index}`);
      return `SELECT count(*)::VARCHAR AS n ${texts.join('')} FROM lake WHERE ${where}`;
    });
    await fc.assert(
      fc.asyncProperty(query, async (sql) => {
        expect((await tight.query(sql)).rows, sql).toEqual(await lake.truth(sql));
      }),
      { numRuns: Number(process.env['PLANNING_RUNS'] ?? 14), seed: 20251129, endOnFailure: true },
    );
  });
});
