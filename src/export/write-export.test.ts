import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { initSync } from 'parquet-wasm/esm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyReceipt } from '../lake/receipt';
import type { QueryResult } from '../workers/protocol';
import { batchesOf } from './export-batches';
import { type ExportFormat, EXPORT_FORMATS, type ExportOptions } from './export-options';
import { findPlaces } from './position-reader';
import { writeExport } from './write-export';

const parquetWasm = createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm');

const ROWS = 1000;
const rows = Array.from({ length: ROWS }, (_, row) => row);
const NULLS = Uint8Array.from(rows, (row) => (row % 7 === 0 ? 0 : 1));
const result: QueryResult = {
  rowCount: ROWS,
  receipt: emptyReceipt(),
  columns: [
    {
      name: 'time',
      sqlType: 'TIMESTAMP',
      kind: 'timestamp',
      values: Float64Array.from(rows, (row) => Date.UTC(2012, 0, 1) + row * 900_000 + (row % 3) * 0.125),
    },
    {
      name: 'station',
      sqlType: 'VARCHAR',
      kind: 'text',
      values: rows.map((row) => ['a', 'b,"c"\n', ''][row % 3] ?? ''),
    },
    {
      name: 'temperature',
      sqlType: 'FLOAT',
      kind: 'number',
      valid: NULLS,
      values: Float64Array.from(rows, (row) => Math.fround(4 + row / 97)),
    },
    {
      name: 'mean',
      sqlType: 'DOUBLE',
      kind: 'number',
      values: Float64Array.from(rows, (row) => (row === 5 ? NaN : row / 3)),
    },
    {
      name: 'big',
      sqlType: 'BIGINT',
      kind: 'bigint',
      values: BigInt64Array.from(rows, (row) => 2n ** 60n + BigInt(row)),
    },
    { name: 'ok', sqlType: 'BOOLEAN', kind: 'boolean', values: Uint8Array.from(rows, (row) => row % 2) },
    {
      name: 'day',
      sqlType: 'DATE',
      kind: 'date',
      values: Float64Array.from(rows, (row) => (15_000 + row) * 86_400_000),
    },
    { name: 'lat', sqlType: 'DOUBLE', kind: 'number', values: Float64Array.from(rows, (row) => (row % 180) - 90) },
    { name: 'lon', sqlType: 'DOUBLE', kind: 'number', values: Float64Array.from(rows, (row) => (row % 360) - 180) },
    { name: 'pair', sqlType: 'INTEGER[]', kind: 'text', values: rows.map((row) => `[${row},1]`) },
  ],
};

const options = (format: ExportFormat, more: Partial<ExportOptions> = {}): ExportOptions => ({
  format,
  meanings: { temperature: { unit: 'degC', standardName: 'sea_water_temperature' } },
  about: [
    ['Conventions', 'CF-1.11, ACDD-1.3'],
    ['title', 'Two\nlines'],
  ],
  unitRow: false,
  header: false,
  places: findPlaces(result.columns),
  ...more,
});

async function write(chosen: ExportOptions, of = result): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  async function* batches() {
    yield* batchesOf(of, 300);
  }
  for await (const chunk of writeExport(batches(), chosen)) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}

let folder: string;
beforeAll(async () => {
  initSync({ module: readFileSync(parquetWasm) });
  folder = await mkdtemp(path.join(tmpdir(), 'tidelake-export-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What native DuckDB says of a file, against what was exported. */
async function summary(table: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // Its times have a Z; a cast would give them in the zone of this machine.
  await connection.run("SET TimeZone = 'UTC'");
  const [row] = (
    await connection.runAndReadAll(`SELECT count(*)::INT AS n, count(temperature)::INT AS present,
      sum(temperature::FLOAT::DOUBLE) AS temperature, max(big)::VARCHAR AS big, sum(ok::INT)::INT AS ok,
      max(epoch_us(time::TIMESTAMP))::VARCHAR AS last, max(day::DATE)::VARCHAR AS day,
      count(*) FILTER (WHERE isnan(mean::DOUBLE))::INT AS nan, any_value(station) FILTER (WHERE station LIKE 'b%') AS text
      FROM ${table}`)
  ).getRowObjectsJson();
  connection.closeSync();
  return row;
}

const expected = {
  n: ROWS,
  present: NULLS.filter(Boolean).length,
  temperature: expect.closeTo(
    rows.reduce((sum, row) => sum + (NULLS[row] ? Math.fround(4 + row / 97) : 0), 0),
    9,
  ) as number,
  big: String(2n ** 60n + 999n),
  ok: 500,
  last: String((Date.UTC(2012, 0, 1) + 999 * 900_000) * 1000),
  day: new Date(15_999 * 86_400_000).toISOString().slice(0, 10),
  nan: 1,
  text: 'b,"c"\n',
};

describe('an export, opened again', () => {
  it('is the same in native DuckDB, as CSV, Parquet and JSON', async () => {
    for (const [format, table] of [
      ['csv', (file: string) => `read_csv('${file}')`],
      ['parquet', (file: string) => `read_parquet('${file}')`],
      // JSON has no NaN: it is null.
      [
        'json',
        (file: string) => `(SELECT * REPLACE (coalesce(mean, 'nan'::DOUBLE) AS mean) FROM read_json('${file}'))`,
      ],
    ] as const) {
      const file = path.join(folder, `out.${format}`);
      await writeFile(file, await write(options(format)));
      expect(await summary(table(file)), format).toEqual(expected);
    }
  });

  it('keeps every value and what columns mean in Arrow and Parquet', async () => {
    const table = tableFromIPC(await write(options('arrow')));
    expect(table.numRows).toBe(ROWS);
    expect(table.schema.fields.find(({ name }) => name === 'temperature')?.metadata.get('units')).toBe('degC');
    expect(table.schema.metadata.get('title')).toBe('Two\nlines');
    expect(table.getChild('big')?.get(3)).toBe(2n ** 60n + 3n);
    expect(table.getChild('temperature')?.get(7)).toBeNull();
    const bytes = await write(options('parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const read = await parquetReadObjects({ file, compressors });
    expect(read).toHaveLength(ROWS);
    expect(read[5]).toMatchObject({ station: '', big: 2n ** 60n + 5n, ok: true, mean: NaN, pair: '[5,1]' });
  });

  it('has a header, names and units in CSV, and nothing made up in its numbers', async () => {
    const text = new TextDecoder().decode(await write(options('csv', { unitRow: true, header: true })));
    const lines = text.split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '# Conventions: CF-1.11, ACDD-1.3',
      '# title: Two lines',
      '# temperature: sea_water_temperature; units: degC',
      'time,station,temperature,mean,big,ok,day,lat,lon,pair',
      'UTC,,degC,,,,,,,',
    ]);
    expect(lines[5]).toBe('2012-01-01T00:00:00Z,a,,0,1152921504606846976,false,2011-01-26,-90,-180,"[0,1]"');
    expect(lines[6]).toMatch(/^2012-01-01T00:15:00.000125Z,"b,""c""$/);
    expect(lines[7]).toContain(',4.010309,0.3333333333333333,');
  });

  it('is GeoJSON with a point for each row that has a place, also from the place of its station', async () => {
    const parse = async (more: Partial<ExportOptions>) =>
      JSON.parse(new TextDecoder().decode(await write(options('geojson', more)))) as {
        features: { geometry: unknown; properties: Record<string, unknown> }[];
      };
    const { features } = await parse({});
    expect(features).toHaveLength(ROWS);
    expect(features[2]?.geometry).toEqual({ type: 'Point', coordinates: [-178, -88] });
    expect(features[7]?.properties).toMatchObject({ temperature: null, pair: [7, 1], ok: true });
    const placed = await parse({ places: { station: 'station', positions: { a: [-76.7, 26.5] } } });
    expect(placed.features.slice(0, 2).map(({ geometry }) => geometry)).toEqual([
      { type: 'Point', coordinates: [-76.7, 26.5] },
      null,
    ]);
  });

  it('tells its columns where it has no rows', async () => {
    const none = { ...result, rowCount: 0, columns: result.columns.slice(0, 3) };
    for (const format of EXPORT_FORMATS) {
      const bytes = await write(options(format), none);
      if (format === 'csv') expect(new TextDecoder().decode(bytes)).toBe('time,station,temperature\n');
      else if (format === 'json') expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual([]);
      else expect(bytes.byteLength, format).toBeGreaterThan(20);
    }
    await writeFile(path.join(folder, 'none.parquet'), await write(options('parquet'), none));
    expect((await readFile(path.join(folder, 'none.parquet'))).subarray(0, 4).toString()).toBe('PAR1');
  });
});
