import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { parseLakeDescription } from '@tidelake/lake-format';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../storage/open-storage';
import { refreshManifest } from './refresh-manifest';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-statistics-'));
let duckdb: DuckDBConnection;
let serial = 0;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run("SET TimeZone = 'UTC'");
});

afterAll(() => {
  duckdb.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

const DUCKDB_TYPES: Record<string, string> = {
  timestamp: 'TIMESTAMPTZ',
  text: 'VARCHAR',
  double: 'DOUBLE',
  float: 'FLOAT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
};

/** Rows of a one-file lake that its manifest excludes, and columns whose nulls it counts wrongly. */
async function contradictions(lake: string): Promise<unknown[]> {
  const storage = await openStorage(lake);
  const signal = new AbortController().signal;
  const report = await refreshManifest({
    data: storage,
    storage,
    dataRoot: undefined,
    h3: undefined,
    checksums: undefined,
    isExclusive: true,
    signal,
    onProgress: () => undefined,
  });
  expect(report.damaged).toEqual([]);
  const text = await storage.read('_tidelake/lake.json', signal);
  const { columns } = parseLakeDescription(Buffer.from(text?.bytes ?? []).toString());
  const file = `read_parquet('${lake}/data.parquet')`;
  const manifest = `(SELECT * FROM read_parquet('${lake}/_tidelake/manifest/month=unknown/*.parquet', hive_partitioning = false))`;
  const found: unknown[] = [];
  for (const { name, type } of columns) {
    const value = `CAST(f."${name}" AS ${DUCKDB_TYPES[type] ?? ''})`;
    const isFloat = type === 'double' || type === 'float';
    const isNumber = isFloat ? `AND NOT isnan(${value})` : '';
    const sql = `SELECT '${name}' AS name, count(*) FILTER (WHERE ${value} < m."min.${name}") AS below,
      count(*) FILTER (WHERE ${value} > m."max.${name}" ${isNumber}) AS above,
      count(*) FILTER (WHERE f."${name}" IS NULL) - coalesce(any_value(m."nulls.${name}"), 0) AS nulls,
      any_value(m."nulls.${name}") IS NULL AS uncounted FROM ${file} f, ${manifest} m`;
    const [row] = (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
    const isRight =
      row?.['below'] === '0' && row['above'] === '0' && (row['nulls'] === '0' || row['uncounted'] === true);
    if (!isRight) found.push(row);
  }
  return found;
}

function newLake(): string {
  const lake = join(folder, `lake-${serial++}`);
  mkdirSync(lake);
  return lake;
}

const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 6 });
const real = fc.oneof(fc.double(), fc.constantFrom(NaN, 0, -0, Infinity, -Infinity, 5e-324, 2 ** 53 + 2));
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.constantFrom('', '\u{10ffff}'.repeat(20), 'é'.repeat(40), '\ud7ff'.repeat(30), 'a'.repeat(64), 'a'.repeat(65)),
);
const row = fc.record({
  time: nullable(fc.date({ min: new Date('1700-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })),
  v: nullable(real),
  f: nullable(real.map(Math.fround)),
  n: nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  big: nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  name: nullable(text),
  flag: nullable(fc.boolean()),
});

describe('the statistics of a manifest', () => {
  it('exclude no row of random tables in several row groups', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        async (rows, size) => {
          const lake = newLake();
          const column = (
            name: keyof (typeof rows)[number],
            type: 'TIMESTAMP' | 'DOUBLE' | 'FLOAT' | 'INT32' | 'INT64' | 'STRING' | 'BOOLEAN',
          ) => ({
            name,
            data: rows.map((each) => each[name]),
            type,
            nullable: true,
          });
          const bytes = parquetWriteBuffer({
            columnData: [
              column('time', 'TIMESTAMP'),
              column('v', 'DOUBLE'),
              column('f', 'FLOAT'),
              column('n', 'INT32'),
              column('big', 'INT64'),
              column('name', 'STRING'),
              column('flag', 'BOOLEAN'),
            ],
            rowGroupSize: size,
          });
          writeFileSync(join(lake, 'data.parquet'), new Uint8Array(bytes));
          expect(await contradictions(lake)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [
      'unsigned integers',
      'CAST(hash(i) AS UBIGINT) AS u64, CAST(hash(i) % 4294967296 AS UINTEGER) AS u32, CAST(hash(i) % 256 AS UTINYINT) AS u8',
    ],
    ['small integers', 'CAST(i % 127 - 60 AS TINYINT) AS i8, CAST(i % 30000 - 15000 AS SMALLINT) AS i16'],
    [
      'decimals',
      'CAST(random() * 1e6 - 5e5 AS DECIMAL(18, 3)) AS d18, CAST(random() * 1e3 AS DECIMAL(5, 2)) AS d5, CAST(random() * 1e20 AS DECIMAL(38, 9)) AS d38',
    ],
    [
      'times of every unit',
      'make_timestamp_ns(1700000000123456789 + i * 1001) AS ns, CAST(make_timestamp(1700000000123457 + i) AS TIMESTAMP_MS) AS ms, make_timestamp(-1700000000123457 + i) AS us',
    ],
    ['dates', "DATE '1969-12-01' + CAST(i % 90 AS INTEGER) AS day"],
    [
      'lists, structures and blobs',
      "[i, i + 1] AS list, {'a': i, 'b': i::VARCHAR} AS struct, encode(i::VARCHAR) AS blob, i AS n",
    ],
    ['texts beyond ASCII', "chr(CAST(128512 + i % 60 AS INTEGER)) || repeat('ß', CAST(i % 50 AS INTEGER)) AS emoji"],
  ])('exclude no row of %s as DuckDB writes them', async (_, columns) => {
    const lake = newLake();
    await duckdb.run(
      `COPY (SELECT ${columns} FROM range(5000) t(i)) TO '${lake}/data.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    );
    expect(await contradictions(lake)).toEqual([]);
  });
});
