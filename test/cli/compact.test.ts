import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compactLake } from '../support/compact-cli';
import {
  dataFilesOf,
  filesBelow,
  ingestCaptures,
  makeWorkspace,
  removeWorkspaces,
  startTool,
  treeOf,
} from '../support/ingest-cli';
import { openNativeLake } from '../support/native-lake';
import { delimited, encodeTelemetry, sweeps } from '../support/ocean-telemetry';
import { writeRawLake } from '../support/raw-lake';

const shape = { stations: ['a', 'b'], firstDay: '2025-10-30', days: 4, filesPerDay: 24, rowsPerFile: 20, variables: 3 };
const day = (station: string, number: number): string => `station=${station}/year=2025/month=11/day=0${number}`;

let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});

afterAll(() => {
  duckdb.closeSync();
  removeWorkspaces();
});

/** Everything a lake holds, sorted, the folders' own words aside. */
async function rowsOf(lake: string): Promise<unknown[]> {
  const native = await openNativeLake(lake);
  try {
    return await native.query('SELECT * EXCLUDE (year, month, day) FROM lake ORDER BY ALL');
  } finally {
    native.close();
  }
}

/** Writes a file of a lake from a SELECT, as another tool would. */
async function put(lake: string, path: string, select: string): Promise<void> {
  mkdirSync(dirname(join(lake, path)), { recursive: true });
  await duckdb.run(`COPY (${select}) TO '${join(lake, path)}' (FORMAT parquet)`);
}

describe('tidelake compact', () => {
  it('makes one sorted file of each day with the same rows, and then has nothing to do', async () => {
    const lake = makeWorkspace();
    writeRawLake(lake, shape);
    const before = await rowsOf(lake);
    const { code, report } = await compactLake(lake);
    expect(code).toBe(0);
    expect(report).toMatchObject({ folders: 8, filesBefore: 192, filesAfter: 8, rows: 3840, duplicates: 0, left: [] });
    expect(report.bytesAfter).toBeLessThan(0.6 * report.bytesBefore);
    expect(await rowsOf(lake)).toEqual(before);
    const files = dataFilesOf(lake);
    expect(files).toHaveLength(8);
    for (const file of files) expect(basename(file)).toMatch(/^part-[0-9a-f]{16}\.parquet$/);
    const native = await openNativeLake(lake);
    const unsorted = await native.query(
      `SELECT count(*) AS n FROM (SELECT time < lag(time) OVER (PARTITION BY filename ORDER BY file_row_number) AS back
       FROM read_parquet('${lake}/station=*/**/*.parquet', filename = true, file_row_number = true)) WHERE back`,
    );
    native.close();
    expect(unsorted).toEqual([{ n: '0' }]);

    const tree = treeOf(lake);
    const again = await compactLake(lake);
    expect(again.report).toMatchObject({ folders: 0, unchanged: 8 });
    expect(treeOf(lake)).toEqual(tree);
    expect(filesBelow(lake)).toEqual(files);
  });

  it('passes on columns of types that the format does not have, exactly', { timeout: 60_000 }, async () => {
    const lake = makeWorkspace();
    const typed = (
      start: number,
    ) => `SELECT TIMESTAMPTZ '2025-11-01 00:00:00Z' + to_minutes(i) AS time, 'ctd-1' AS device_id, i / 7 AS v0,
      (i * 1.37)::DECIMAL(9, 3) AS small, (i * 12345.6789)::DECIMAL(18, 4) AS money, (i * -1234567890.123456789)::DECIMAL(38, 10) AS large,
      DATE '1969-12-30' + i::INTEGER AS date, TIME '01:02:03.456789' + to_seconds(i) AS clock, CASE WHEN i % 3 > 0 THEN range(i % 5) END AS list,
      {'a': i % 2, 'b': [{'c': 'x' || i, 'd': NULL::DOUBLE}, NULL]} AS struct, MAP {'k' || i % 2: i, 'l': NULL} AS map,
      ('\\x00\\xFF' || i % 3)::BLOB AS bytes, NULL::DECIMAL(5, 2) AS never
      FROM range(${start}, ${start} + 100) t(i)`;
    for (const [start, path] of [
      [0, 'b'],
      [50, 'a'],
      [150, 'c'],
    ] as const)
      await put(lake, `${day('a', 1)}/${path}.parquet`, typed(start));
    for (const [path, type] of [
      ['a', 'DECIMAL(9, 3)'],
      ['b', 'DECIMAL(9, 2)'],
    ] as const) {
      await put(
        lake,
        `${day('b', 1)}/${path}.parquet`,
        `SELECT TIMESTAMPTZ '2025-11-01 00:00:00Z' AS time, '${path}' AS device_id, 1::${type} AS small`,
      );
    }
    await put(
      lake,
      `${day('c', 1)}/a.parquet`,
      `SELECT TIMESTAMPTZ '2025-11-01 00:00:00Z' AS time, INTERVAL 3 MONTH AS span`,
    );
    await put(
      lake,
      `${day('c', 1)}/b.parquet`,
      `SELECT TIMESTAMPTZ '2025-11-01 00:00:01Z' AS time, INTERVAL 3 MONTH AS span`,
    );
    for (const file of ['a', 'b']) {
      await put(
        lake,
        `${day('d', 1)}/${file}.parquet`,
        `SELECT TIMESTAMPTZ '2025-11-01 00:00:00Z' AS time, uuid() AS id`,
      );
    }
    const before = join(makeWorkspace(), 'before');
    cpSync(lake, before, { recursive: true });
    const { code, report } = await compactLake(lake);
    expect(report).toMatchObject({ folders: 1, rows: 250, duplicates: 50 });
    expect(report.left.find(({ folder }) => folder === day('c', 1))?.reason).toContain(
      'the INTERVAL values of span cannot be written as they are',
    );
    expect(report.left.find(({ folder }) => folder === day('d', 1))?.reason).toContain('the UUID values of id');
    expect(report.left.find(({ folder }) => folder === day('b', 1))?.reason).toMatch(
      /a.parquet has small as DECIMAL\(9, 3\), .*b.parquet as DECIMAL\(9, 2\)/,
    );
    expect(code).toBe(3);
    const rows = (folder: string) =>
      `read_parquet('${folder}/station=a/**/*.parquet', hive_partitioning = false, union_by_name = true)`;
    for (const [one, other] of [
      [lake, before],
      [before, lake],
    ] as const) {
      const differing = await duckdb.runAndReadAll(
        `SELECT count(*)::INTEGER FROM (FROM ${rows(one)} EXCEPT FROM ${rows(other)})`,
      );
      expect(differing.getRows()).toEqual([[0]]);
    }
    const types = async (folder: string) =>
      (
        await duckdb.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM ${rows(folder)}) ORDER BY 1`)
      ).getRows();
    expect(await types(lake)).toEqual(await types(before));
    const tree = treeOf(lake);
    await compactLake(lake, ['--min-files', '1']);
    expect(treeOf(lake)).toEqual(tree);
  });

  it('makes the same bytes whatever files the rows came in', async () => {
    const [one, other] = [makeWorkspace(), makeWorkspace()];
    writeRawLake(one, { ...shape, stations: ['a'], days: 1 });
    cpSync(one, other, { recursive: true });
    for (const [index, file] of dataFilesOf(other).entries()) {
      renameSync(join(other, file), join(other, dirname(file), `${(index * 7) % 24}-renamed.parquet`));
    }
    cpSync(
      join(other, dataFilesOf(other)[3] ?? ''),
      join(other, dirname(dataFilesOf(other)[3] ?? ''), 'twice.parquet'),
    );
    await compactLake(one);
    const { report } = await compactLake(other);
    expect(report).toMatchObject({ duplicates: 20, conflicts: 0 });
    expect(treeOf(other)).toEqual(treeOf(one));
  });

  it('merges what comes late, by collectors and by ingest, into one file with each observation once', async () => {
    const lake = makeWorkspace();
    const capture = join(makeWorkspace(), 'a.pb');
    writeFileSync(capture, delimited(sweeps(400).map((fields) => encodeTelemetry(fields))));
    await ingestCaptures(lake, [capture]);
    const whole = await rowsOf(lake);
    const files = dataFilesOf(lake);
    const [file = ''] = files;
    const folder = dirname(file);
    await put(lake, `${folder}/late.parquet`, `SELECT * FROM '${join(lake, file)}' USING SAMPLE 5`);
    await compactLake(lake);
    expect(dataFilesOf(lake).filter((path) => path.startsWith(folder))).toEqual([
      expect.stringMatching(/part-[0-9a-f]{16}\.parquet$/),
    ]);
    expect(await rowsOf(lake)).toEqual(whole);

    const tree = treeOf(lake);
    const again = await ingestCaptures(lake, [capture]);
    expect(again.report).toMatchObject({ rowsAdded: 0, filesWritten: 0 });
    expect(treeOf(lake)).toEqual(tree);

    const [first] = sweeps(1);
    const more = join(makeWorkspace(), 'b.pb');
    writeFileSync(more, delimited([encodeTelemetry({ ...first, depthMeters: 99.5 })]));
    await ingestCaptures(lake, [more]);
    expect(dataFilesOf(lake)).toHaveLength(files.length);
    expect(await rowsOf(lake)).toHaveLength(whole.length + 1);
    expect(filesBelow(lake).filter((path) => path.includes('swap'))).toEqual([]);
  });

  it('moves rows to the day they are of, all days that it concerns in one step', async () => {
    const [lake, tidy] = [makeWorkspace(), makeWorkspace()];
    const misfiled = (file: number): boolean => file % 24 === 23 && file < 72;
    writeRawLake(tidy, { ...shape, stations: ['a'] });
    writeRawLake(lake, { ...shape, stations: ['a'], isMisfiled: misfiled });
    const { report } = await compactLake(lake);
    expect(report).toMatchObject({ folders: 4, filesAfter: 4, left: [] });
    await compactLake(tidy);
    expect(treeOf(lake)).toEqual(treeOf(tidy));
  });

  it('keeps rows in a day that is not over where their own is not asked for, and files of days not over', async () => {
    const lake = makeWorkspace();
    writeRawLake(lake, { ...shape, stations: ['a'], isMisfiled: (file) => file === 23 });
    const before = treeOf(lake);
    const { report } = await compactLake(lake, ['--settle', '36500d']);
    expect(report).toMatchObject({ folders: 0, open: 4 });
    expect(treeOf(lake)).toEqual(before);
    const rows = await rowsOf(lake);
    const some = await compactLake(lake, ['--from', '2025-10-31', '--until', '2025-11-01']);
    expect(some.report).toMatchObject({ folders: 1, rows: 500 });
    expect(await rowsOf(lake)).toEqual(rows);
    const all = await compactLake(lake);
    expect(all.report).toMatchObject({ left: [], filesAfter: 4 });
    expect(await rowsOf(lake)).toEqual(rows);
  });

  it('unites what Polars, Spark and DuckDB write, columns by name and numbers widened, and keeps NaN', async () => {
    const lake = makeWorkspace();
    const at = (hour: number): string => `TIMESTAMPTZ '2025-11-02 0${hour}:00:00Z'`;
    await put(
      lake,
      `${day('a', 2)}/1.parquet`,
      `SELECT ${at(1)} AS ts, 1::TINYINT AS n, 1.5::FLOAT AS x, NULL::VARCHAR AS note`,
    );
    await put(
      lake,
      `${day('a', 2)}/2.parquet`,
      `SELECT ${at(3)}::TIMESTAMP_MS AS ts, 5000000000 AS n, 'NaN'::DOUBLE AS x, 'ä' AS note`,
    );
    await put(lake, `${day('a', 2)}/3.parquet`, `SELECT ${at(2)}::TIMESTAMP_NS AS ts, 7::UINTEGER AS n, true AS ok`);
    const { code, report } = await compactLake(lake);
    expect(report).toMatchObject({ folders: 1, rows: 3, left: [] });
    expect(code).toBe(0);
    const native = await openNativeLake(lake);
    expect(await native.query('SELECT hour(ts) AS h, n, x, ok, note FROM lake')).toEqual([
      { h: '1', n: '1', x: 1.5, ok: null, note: null },
      { h: '2', n: '7', x: null, ok: true, note: null },
      { h: '3', n: '5000000000', x: 'NaN', ok: null, note: 'ä' },
    ]);
    native.close();
  });

  it('drops no row of a lake whose columns it does not know, unless all of it is the same', async () => {
    const lake = makeWorkspace();
    const rows = `SELECT TIMESTAMP '2025-11-02 01:00:00' AS ts, unnest([1, 2, 3, 3]) AS channel, 7.0::DOUBLE AS value`;
    await put(lake, `${day('a', 2)}/1.parquet`, rows);
    await put(lake, `${day('a', 2)}/2.parquet`, rows);
    const { report } = await compactLake(lake);
    expect(report).toMatchObject({ rows: 3, duplicates: 5 });
  });

  it('leaves a day with a clash or a damaged file as it is, names the files, and does the others', async () => {
    const lake = makeWorkspace();
    writeRawLake(lake, shape);
    await put(
      lake,
      `${day('a', 1)}/late.parquet`,
      `SELECT TIMESTAMPTZ '2025-11-01 01:00:00Z' AS time, 'ctd-a' AS device_id, 'warm' AS v1`,
    );
    const victim = join(lake, day('b', 2), 'data_0300.parquet');
    writeFileSync(victim, readFileSync(victim).subarray(0, 3000));
    const before = treeOf(lake);
    const { code, report } = await compactLake(lake);
    expect(code).toBe(3);
    expect(report.folders).toBe(6);
    expect(report.left).toHaveLength(2);
    const [damaged, clash] = [...report.left].sort((one, other) => other.path.length - one.path.length);
    expect(damaged?.path).toBe(`${day('b', 2)}/data_0300.parquet`);
    expect(clash?.reason).toContain('has v1 as double');
    const after = treeOf(lake);
    for (const path of Object.keys(before)) {
      if (path.startsWith(day('a', 1)) || path.startsWith(day('b', 2))) expect(after[path]).toBe(before[path]);
    }
  });

  it('says what it would do, and moves originals where it is told to', async () => {
    const [lake, archive] = [makeWorkspace(), makeWorkspace()];
    writeRawLake(lake, { ...shape, stations: ['a'] });
    const before = treeOf(lake);
    const { report } = await compactLake(lake, ['--dry-run']);
    expect(report).toMatchObject({ folders: 4, filesBefore: 96, filesAfter: 0, dryRun: true });
    expect(treeOf(lake)).toEqual(before);
    await compactLake(lake, ['--until', '2025-11-01', '--archive', archive]);
    await compactLake(lake, ['--keep-originals']);
    const kept = { ...treeOf(archive), ...treeOf(join(lake, '_tidelake/originals')) };
    expect(kept).toEqual(before);
    expect((await compactLake(lake)).report).toMatchObject({ folders: 0, unchanged: 4 });
  });

  it('names the manifest the new files, with the same answers through it', async () => {
    const lake = makeWorkspace();
    writeRawLake(lake, { ...shape, stations: ['a'] });
    const made = await startTool(['manifest', lake]).ended;
    expect(made.code, made.stderr).toBe(0);
    await compactLake(lake);
    const parts = await duckdb.runAndReadAll(`SELECT path, rows FROM '${lake}/_tidelake/manifest/*/*.parquet'`);
    const index: { parts: { files: number; rows: number }[] } = JSON.parse(
      readFileSync(join(lake, '_tidelake/manifest/index.json'), 'utf8'),
    );
    expect(index.parts.reduce((sum, { files }) => sum + files, 0)).toBe(4);
    expect(index.parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(1920);
    expect(parts.currentRowCount).toBeGreaterThan(0);
    expect(existsSync(join(lake, '_tidelake/swap'))).toBe(false);
    const again = await startTool(['manifest', lake, '--json']).ended;
    expect(JSON.parse(again.stdout)).toMatchObject({ damaged: [] });
  });
});
