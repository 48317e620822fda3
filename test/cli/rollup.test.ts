import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { LakeDescription, ManifestIndex } from '@tidelake/lake-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compactLake } from '../support/compact-cli';
import { dataFilesOf, filesBelow, makeWorkspace, removeWorkspaces, treeOf } from '../support/ingest-cli';
import { openNativeLake, type NativeLake } from '../support/native-lake';
import { makeManifest, makeRolledUpLake, rollUpLake } from '../support/rolled-up-lake';

const shape = {
  stations: ['a', 'b', 'c'],
  firstDay: '2025-10-30',
  days: 4,
  filesPerDay: 4,
  rowsPerFile: 30,
  variables: 2,
};

let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});

afterAll(() => {
  duckdb.closeSync();
  removeWorkspaces();
});

const indexOf = (lake: string): ManifestIndex =>
  JSON.parse(readFileSync(join(lake, '_tidelake/manifest/index.json'), 'utf8'));

/** A lake of two devices with flags, nulls and NaN, made of random values, with some rows under a neighbour's day. */
async function writeRandomLake(lake: string, seed: number): Promise<void> {
  await duckdb.run(`SELECT setseed(${seed})`);
  await duckdb.run(`CREATE OR REPLACE TABLE readings AS
    SELECT 'station-' || (i % 3) AS station, TIMESTAMPTZ '2025-10-30 21:00:00Z' + to_microseconds((random() * 86400e6 * 4)::BIGINT) AS time,
      'ctd-' || (random() * 2)::INTEGER AS device_id, 26 + (random() * 3)::INTEGER / 3 AS latitude, -76::DOUBLE AS longitude,
      CASE (random() * 20)::INTEGER WHEN 0 THEN NULL WHEN 1 THEN 'NaN'::DOUBLE ELSE random() * 2000 - 1000 END AS temperature,
      CASE (random() * 4)::INTEGER WHEN 0 THEN NULL ELSE (random() * 4)::INTEGER END AS temperature_qc,
      CASE WHEN random() < 0.9 THEN (random() * 100)::FLOAT END AS humidity,
      CASE WHEN random() < 0.9 THEN (random() * 1e9)::BIGINT - 400000000 END AS pulses, 
      CASE WHEN random() < 0.9 THEN (random() * 100 - 50)::DECIMAL(9, 3) END AS charge
    FROM range(3000) rows(i)`);
  const folders = await duckdb.runAndReadAll(
    `SELECT DISTINCT station, strftime((time + INTERVAL '20 minutes') AT TIME ZONE 'UTC', 'year=%Y/month=%m/day=%d') AS day FROM readings`,
  );
  for (const { station, day } of folders.getRowObjects()) {
    const path = join(lake, `station=${String(station)}/${String(day)}/data.parquet`);
    mkdirSync(dirname(path), { recursive: true });
    await duckdb.run(`COPY (SELECT * EXCLUDE (station) FROM readings WHERE station = '${String(station)}'
      AND strftime((time + INTERVAL '20 minutes') AT TIME ZONE 'UTC', 'year=%Y/month=%m/day=%d') = '${String(day)}' ORDER BY time) TO '${path}'`);
  }
}

/** Makes the manifest of a random lake, and says that its whole numbers are measured as well. */
async function describeRandomLake(lake: string): Promise<void> {
  await makeManifest(lake);
  const path = join(lake, '_tidelake/lake.json');
  const described: LakeDescription = JSON.parse(readFileSync(path, 'utf8'));
  const columns = described.columns.map((column) =>
    column.name === 'pulses' ? { ...column, role: 'variable' } : column,
  );
  writeFileSync(path, JSON.stringify({ ...described, columns }));
}

const listOf = (words: string[]): string => words.map((word) => `${word}, `).join('');
const groupOf = (keys: string[]): string => `GROUP BY ${keys.map((_, index) => index + 1).join(', ') || '()'}`;
const DAY = `time_bucket(INTERVAL '1 day', time) AS time`;

/** Counts and so on of a variable over the data, in the words of a rollup. */
function ofData(keys: string[], variable: string): string {
  const flag = `${variable === 'temperature' ? 'temperature_qc' : 'NULL'}::INTEGER AS flag`;
  return `SELECT ${listOf(keys.map((key) => (key === 'flag' ? flag : key === 'time' ? DAY : key)))}
    count(v) AS n, sum(v) AS sum, sum(v ** 2) AS squares, min(v) AS min, max(v) AS max,
    min(readings.time) FILTER (v IS NOT NULL) AS first, max(readings.time) FILTER (v IS NOT NULL) AS last,
    sum(abs(v)) FILTER (NOT isnan(v)) AS size
  FROM (SELECT *, ${variable}::DOUBLE AS v FROM lake) AS readings ${groupOf(keys)} HAVING n > 0 ORDER BY ALL`;
}

function ofRollup(files: string[], keys: string[], variable: string): string {
  return `SELECT ${listOf(keys.map((key) => (key === 'time' ? DAY : key)))}
    sum(n)::BIGINT AS n, sum(sum) AS sum, sum(sum_squares) AS squares, min(min) AS min, max(max) AS max,
    min(first_time) AS first, max(last_time) AS last
  FROM read_parquet([${files.map((file) => `'${file}'`).join(', ')}]) WHERE variable = '${variable}'
  ${groupOf(keys)} ORDER BY ALL`;
}

async function expectSame(
  native: NativeLake,
  lake: string,
  { grain, cells }: { grain: string; cells: number | undefined },
  keys: string[],
  variable: string,
): Promise<void> {
  const files = indexOf(lake).rollups.filter((part) => part.grain === grain && part.cells === cells);
  const expected = await native.query(ofData(keys, variable));
  const found = await native.query(
    ofRollup(
      files.map(({ path }) => join(lake, path)),
      keys,
      variable,
    ),
  );
  expect(found).toHaveLength(expected.length);
  for (const [index, { sum, squares, size, ...exact }] of expected.entries()) {
    const { sum: ownSum, squares: ownSquares, ...own } = found[index] ?? {};
    expect(own).toEqual(exact);
    if (sum === 'NaN') expect([ownSum, ownSquares]).toEqual(['NaN', 'NaN']);
    else {
      expect(Math.abs(Number(ownSum) - Number(sum))).toBeLessThanOrEqual(1e-9 * Number(size));
      expect(Math.abs(Number(ownSquares) - Number(squares))).toBeLessThanOrEqual(1e-9 * Number(squares));
    }
  }
}

describe('tidelake rollup', () => {
  it('adds up to the same as the data in any coarser grouping, raw and compacted', { timeout: 240_000 }, async () => {
    const lake = makeWorkspace();
    await writeRandomLake(lake, 0.25);
    await describeRandomLake(lake);
    for (const state of ['raw', 'compacted']) {
      if (state === 'compacted') expect((await compactLake(lake, ['--min-files', '1'])).report.left).toEqual([]);
      const { report, code } = await rollUpLake(lake);
      expect(report.left).toEqual([]);
      expect(code).toBe(0);
      expect(report.partsWritten).toBe(3);
      // Both tiers come from one reading of the data, save for files with rows of two months.
      expect(report.filesRead).toBeLessThanOrEqual(dataFilesOf(lake).length + 3);
      for (const cells of ['2', '7']) expect((await rollUpLake(lake, ['--h3', cells])).report.left).toEqual([]);
      const native = await openNativeLake(lake);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('hour', 'day'),
          fc.subarray(['station', 'device_id', 'flag', 'time']),
          fc.constantFrom('temperature', 'humidity', 'pulses', 'charge'),
          fc.constantFrom(undefined, 2, 7),
          async (grain, keys, variable, cells) => expectSame(native, lake, { grain, cells }, keys, variable),
        ),
        { numRuns: Number(process.env['ROLLUP_RUNS'] ?? 10), seed: 7 },
      );
      const [counted] = await native.query(
        `SELECT sum(n)::INTEGER AS n FROM '${lake}/_tidelake/rollup/hour/*/*.parquet' WHERE variable = ''`,
      );
      // Once in each of the three tiers of hours.
      expect(counted).toEqual({ n: 9000 });
      native.close();
    }
  });

  it('makes the same days from hours as from the data, and mends what is damaged', { timeout: 120_000 }, async () => {
    const [lake, other] = [makeWorkspace(), makeWorkspace()];
    await writeRandomLake(lake, 0.5);
    await describeRandomLake(lake);
    cpSync(lake, other, { recursive: true, preserveTimestamps: true });
    const files = dataFilesOf(lake).length;
    const alone = await rollUpLake(lake, ['--grain', 'day']);
    expect(alone.report.filesRead).toBeGreaterThanOrEqual(files);
    await rollUpLake(other, ['--grain', 'hour']);
    expect((await rollUpLake(other, ['--grain', 'day'])).report).toMatchObject({ partsWritten: 1, filesRead: 0 });
    const paths = (folder: string) => indexOf(folder).rollups.filter(({ grain }) => grain === 'day');
    expect(paths(lake)).toEqual(paths(other));

    const [day = '', october = '', november = ''] = indexOf(other).rollups.map(({ path }) => join(other, path));
    const tree = treeOf(
      other,
      [day, november].map((path) => path.slice(other.length + 1)),
    );
    for (const path of [day, november]) rmSync(path);
    writeFileSync(october, Buffer.alloc(readFileSync(october).length));
    expect((await rollUpLake(other)).report).toMatchObject({ partsWritten: 2, parts: 3 });
    expect(treeOf(other, Object.keys(tree))).toEqual(tree);
  });

  it('goes without stations whose whole numbers no double holds exactly', { timeout: 60_000 }, async () => {
    const lake = makeWorkspace();
    await writeRandomLake(lake, 0.75);
    const folder = join(lake, 'station=station-1/year=2025/month=10/day=31');
    await duckdb.run(
      `COPY (SELECT * REPLACE (9007199254740993 AS pulses) FROM '${folder}/data.parquet') TO '${folder}/data.parquet'`,
    );
    await describeRandomLake(lake);
    const { report, code } = await rollUpLake(lake);
    expect(code).toBe(3);
    expect(report.left[0]?.reason).toContain('its pulses has 9007199254740993, which no bucket holds exactly');
    const covered = indexOf(lake)
      .rollups.filter(({ grain }) => grain === 'day')
      .map(({ stations }) => stations);
    expect(covered).toEqual([
      ['station-0', 'station-0'],
      ['station-2', 'station-2'],
    ]);
  });

  it('is sorted, by month or year, and makes only what changed anew', { timeout: 120_000 }, async () => {
    const lake = makeWorkspace();
    const first = await makeRolledUpLake(lake, shape);
    expect(first).toMatchObject({ parts: 3, partsWritten: 3, left: [] });
    const { rollups } = indexOf(lake);
    expect(rollups.map(({ grain, period, stations }) => [grain, period, ...stations])).toEqual([
      ['day', '2025', 'a', 'c'],
      ['hour', '2025-10', 'a', 'c'],
      ['hour', '2025-11', 'a', 'c'],
    ]);
    const tree = treeOf(lake);
    const again = await rollUpLake(lake);
    expect(again.report).toMatchObject({ partsWritten: 0, filesRead: 0 });
    expect(treeOf(lake)).toEqual(tree);
    const native = await openNativeLake(lake);
    for (const { path } of rollups) {
      const [row] =
        await native.query(`WITH rows AS (SELECT *, file_row_number AS place FROM read_parquet('${join(lake, path)}', file_row_number = true)),
        sorted AS (SELECT place, row_number() OVER (ORDER BY station, variable, device_id, flag, time) - 1 AS wanted FROM rows)
        SELECT count(*) FILTER (place <> wanted)::INTEGER AS wrong FROM sorted`);
      expect(row).toEqual({ wrong: 0 });
    }
    native.close();

    // A compacted October leaves November's hours as they are; the year's days are made from new files.
    await compactLake(lake, ['--until', '2025-11-01']);
    expect(indexOf(lake).rollups.map(({ path }) => path)).toEqual(
      rollups.filter(({ period }) => period === '2025-11').map(({ path }) => path),
    );
    const { report } = await rollUpLake(lake);
    expect(report).toMatchObject({ parts: 3, partsWritten: 2 });
    // The rows are what they were, and so are the bytes.
    expect(indexOf(lake).rollups.map(({ path }) => path)).toEqual(rollups.map(({ path }) => path));
    expect(filesBelow(join(lake, '_tidelake/rollup'))).toHaveLength(3);
  });

  it(
    'cuts parts where a station is not asked for, and divides by place when asked to',
    { timeout: 120_000 },
    async () => {
      const lake = makeWorkspace();
      await makeRolledUpLake(lake, { ...shape, days: 1 });
      const { report } = await rollUpLake(lake, ['--h3', '5', '--grain', 'hour', '--stations', 'a,c']);
      expect(report).toMatchObject({ parts: 4, partsWritten: 2 });
      const cells = indexOf(lake).rollups.filter(({ cells: resolution }) => resolution === 5);
      expect(cells.map(({ stations }) => stations)).toEqual([
        ['a', 'a'],
        ['c', 'c'],
      ]);
      const native = await openNativeLake(lake);
      const rows = await native.query(
        `SELECT DISTINCT length(h3_cell)::INTEGER AS length FROM '${join(lake, cells[0]?.path ?? '')}'`,
      );
      native.close();
      expect(rows).toEqual([{ length: 15 }]);
    },
  );

  it('asks for a manifest', async () => {
    const lake = makeWorkspace();
    await expect(rollUpLake(lake)).rejects.toThrow('tidelake manifest');
  });
});
