/**
 * Which engine should write the lake: one file of a million rows, and a thousand files of one mooring-day (816 rows),
 * the same ten columns for each. Every file is read back with an independent reader to see what a planner can use.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  FLOAT,
  INTEGER,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import { Float32, Float64, makeData, RecordBatch, Schema, Field, Struct, Table, tableToIPC } from 'apache-arrow';
import { TimestampMicrosecond, Utf8 } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { Compression, Encoding, Table as WasmTable, writeParquet, WriterPropertiesBuilder } from 'parquet-wasm';
import { compared, stated, type BenchResult } from './bench-result';

const DEVICES = 17;
const DOUBLES = ['latitude', 'longitude', 'depth'] as const;
const FLOATS = ['temperature', 'salinity', 'current_speed', 'current_direction'] as const;

/** Rows as the CLI has them after sorting: typed arrays, the device as an index into its names. */
interface Rows {
  count: number;
  /** UTC microseconds. */
  time: BigInt64Array;
  receiveTime: BigInt64Array;
  device: Uint16Array;
  deviceNames: string[];
  doubles: Record<string, Float64Array>;
  floats: Record<string, Float32Array>;
}

interface ParquetWriter {
  name: string;
  write(rows: Rows): Promise<Uint8Array>;
}

function makeRows(count: number, startDay: number): Rows {
  let state = 0x9e3779b9 ^ startDay;
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const rows: Rows = {
    count,
    time: new BigInt64Array(count),
    receiveTime: new BigInt64Array(count),
    device: new Uint16Array(count),
    deviceNames: Array.from({ length: DEVICES }, (_, index) => `sbe37-${3200 + index * 37}`),
    doubles: Object.fromEntries(DOUBLES.map((name) => [name, new Float64Array(count)])),
    floats: Object.fromEntries(FLOATS.map((name) => [name, new Float32Array(count)])),
  };
  for (let row = 0; row < count; row++) {
    const device = row % DEVICES;
    const step = Math.floor(row / DEVICES);
    rows.time[row] = (BigInt(startDay) * 86_400n + BigInt(step) * 1_800n) * 1_000_000n;
    rows.receiveTime[row] = (rows.time[row] ?? 0n) + 2_000_000n + BigInt(Math.round(noise() * 1e6));
    rows.device[row] = device;
    const values: Record<string, number> = {
      latitude: 26.515333,
      longitude: -76.742833,
      depth: 50 + device * 220,
      temperature: Math.round((24 - device * 1.3 + 2 * Math.sin(step / 500) + noise()) * 1e4) / 1e4,
      salinity: Math.round((36.5 - device * 0.1 + noise() / 10) * 1e4) / 1e4,
      current_speed: Math.abs(noise()),
      current_direction: (noise() + 0.5) * 360,
    };
    for (const name of DOUBLES) rows.doubles[name]?.set([values[name] ?? 0], row);
    for (const name of FLOATS) rows.floats[name]?.set([values[name] ?? 0], row);
  }
  return rows;
}

function parquetWasmWriter(tuned: boolean): ParquetWriter {
  return {
    name: tuned ? 'parquet-wasm, tuned' : 'parquet-wasm',
    write: async (rows) => {
      const { offsets, bytes } = textOf(rows);
      const length = rows.count;
      const timestamp = new TimestampMicrosecond('UTC');
      const children = [
        makeData({ type: timestamp, length, nullCount: 0, data: rows.time }),
        makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets: offsets, data: bytes }),
        ...DOUBLES.map((name) => makeData({ type: new Float64(), length, nullCount: 0, data: rows.doubles[name] })),
        ...FLOATS.map((name) => makeData({ type: new Float32(), length, nullCount: 0, data: rows.floats[name] })),
        makeData({ type: timestamp, length, nullCount: 0, data: rows.receiveTime }),
      ];
      const names = ['time', 'device_id', ...DOUBLES, ...FLOATS, 'receive_time'];
      const schema = new Schema(children.map((child, index) => new Field(names[index] ?? '', child.type, true)));
      const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
      let properties = new WriterPropertiesBuilder()
        .setCompression(Compression.ZSTD)
        .setMaxRowGroupSize(122_880)
        .setKeyValueMetadata(new Map([['station', 'wb2']]));
      if (tuned) {
        for (const name of FLOATS) properties = properties.setColumnDictionaryEnabled(name, false);
        for (const name of ['time', 'receive_time']) {
          properties = properties
            .setColumnDictionaryEnabled(name, false)
            .setColumnEncoding(name, Encoding.DELTA_BINARY_PACKED);
        }
      }
      const ipc = tableToIPC(new Table([new RecordBatch(schema, data)]), 'stream');
      return writeParquet(WasmTable.fromIPCStream(ipc), properties.build());
    },
  };
}

function textOf(rows: Rows): { offsets: Int32Array; bytes: Uint8Array } {
  const names = rows.deviceNames.map((name) => new TextEncoder().encode(name));
  const offsets = new Int32Array(rows.count + 1);
  let size = 0;
  for (let row = 0; row < rows.count; row++) {
    size += names[rows.device[row] ?? 0]?.length ?? 0;
    offsets[row + 1] = size;
  }
  const bytes = new Uint8Array(size);
  for (let row = 0; row < rows.count; row++) bytes.set(names[rows.device[row] ?? 0] ?? [], offsets[row]);
  return { offsets, bytes };
}

function duckdbWriter(connection: DuckDBConnection, folder: string): ParquetWriter {
  return {
    name: 'DuckDB',
    write: async (rows) => {
      // Numbers go through chunks of plain types and become timestamps and names in SQL: the fastest way in that it has.
      await connection.run(`CREATE OR REPLACE TABLE device AS SELECT * FROM (VALUES
        ${rows.deviceNames.map((name, index) => `(${index}, '${name}')`).join(',')}) AS d(id, name)`);
      await connection.run(`CREATE OR REPLACE TABLE rows (time BIGINT, device INTEGER,
        ${DOUBLES.map((name) => `${name} DOUBLE`).join(',')}, ${FLOATS.map((name) => `${name} FLOAT`).join(',')}, receive_time BIGINT)`);
      const types = [BIGINT, INTEGER, ...DOUBLES.map(() => DOUBLE), ...FLOATS.map(() => FLOAT), BIGINT];
      const appender = await connection.createAppender('rows');
      for (let start = 0; start < rows.count; start += 2048) {
        const end = Math.min(rows.count, start + 2048);
        const part = (values: Float64Array | Float32Array | Uint16Array | undefined): DuckDBValue[] =>
          Array.from(values?.subarray(start, end) ?? []);
        const chunk = DuckDBDataChunk.create(types, end - start);
        chunk.setColumns([
          Array.from(rows.time.subarray(start, end)),
          part(rows.device),
          ...DOUBLES.map((name) => part(rows.doubles[name])),
          ...FLOATS.map((name) => part(rows.floats[name])),
          Array.from(rows.receiveTime.subarray(start, end)),
        ]);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      const path = join(folder, 'rows.parquet');
      await connection.run(`COPY (SELECT to_timestamp(time / 1e6) AS time, device.name AS device_id,
        ${DOUBLES.join(',')}, ${FLOATS.join(',')}, to_timestamp(receive_time / 1e6) AS receive_time
        FROM rows JOIN device ON rows.device = device.id ORDER BY rows.time, device.name)
        TO '${path}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2, ROW_GROUP_SIZE 122880, KV_METADATA {station: 'wb2'})`);
      return readFile(path);
    },
  };
}

function hyparquetWriter(): ParquetWriter {
  return {
    // Node 20 has no zstd, so this one writes snappy, its default.
    name: 'hyparquet-writer (snappy)',
    write: async (rows) =>
      new Uint8Array(
        parquetWriteBuffer({
          rowGroupSize: 122_880,
          kvMetadata: [{ key: 'station', value: 'wb2' }],
          schema: [
            { name: 'root', num_children: 10 },
            timestampElement('time'),
            { name: 'device_id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
            ...DOUBLES.map((name) => ({ name, type: 'DOUBLE' as const, repetition_type: 'REQUIRED' as const })),
            ...FLOATS.map((name) => ({ name, type: 'FLOAT' as const, repetition_type: 'REQUIRED' as const })),
            timestampElement('receive_time'),
          ],
          columnData: [
            { name: 'time', data: rows.time, columnIndex: true, encoding: 'DELTA_BINARY_PACKED' },
            {
              name: 'device_id',
              data: Array.from(rows.device, (id) => rows.deviceNames[id]),
              columnIndex: true,
              bloomFilter: true,
            },
            ...DOUBLES.map((name) => ({ name, data: rows.doubles[name] ?? [], columnIndex: true })),
            ...FLOATS.map((name) => ({ name, data: rows.floats[name] ?? [], columnIndex: true })),
            { name: 'receive_time', data: rows.receiveTime, columnIndex: true, encoding: 'DELTA_BINARY_PACKED' },
          ],
        }),
      ),
  };
}

function timestampElement(name: string) {
  return {
    name,
    type: 'INT64' as const,
    repetition_type: 'REQUIRED' as const,
    logical_type: { type: 'TIMESTAMP' as const, isAdjustedToUTC: true, unit: 'MICROS' as const },
  };
}

/** What a planner finds in a file, in words. */
function featuresOf(file: Uint8Array): string {
  const metadata = parquetMetadata(new Uint8Array(file).buffer);
  const chunks = metadata.row_groups.flatMap(({ columns }) => columns);
  const every = (has: (chunk: (typeof chunks)[number]) => boolean): string => {
    const found = chunks.filter(has).length;
    return found === chunks.length ? 'all' : found === 0 ? 'none' : `${found}/${chunks.length}`;
  };
  return [
    `row groups ${metadata.row_groups.length}`,
    `statistics ${every(({ meta_data }) => (meta_data?.statistics?.min_value ?? undefined) !== undefined)}`,
    `column index ${every(({ column_index_offset }) => column_index_offset !== undefined)}`,
    `offset index ${every(({ offset_index_offset }) => offset_index_offset !== undefined)}`,
    `bloom ${every(({ meta_data }) => meta_data?.bloom_filter_offset !== undefined)}`,
    `key-value metadata ${metadata.key_value_metadata?.map(({ key }) => key).join('+') ?? 'none'}`,
    `codec ${[...new Set(chunks.map(({ meta_data }) => meta_data?.codec))].join('+')}`,
  ].join(', ');
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Measures every writer; the baseline is DuckDB, the writer most pipelines of this kind use. */
export async function measure(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-writers-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const results: BenchResult[] = [];
  try {
    const large = makeRows(1_000_000, 15_000);
    const small = Array.from({ length: 1000 }, (_, index) => makeRows(816, 15_000 + index));
    const baseline = { rows: 0, bytes: 0, files: 0, smallBytes: 0 };
    for (const writer of [
      duckdbWriter(connection, folder),
      parquetWasmWriter(false),
      parquetWasmWriter(true),
      hyparquetWriter(),
    ]) {
      await writer.write(small[0] ?? large);
      let start = performance.now();
      const file = await writer.write(large);
      const rowsPerSecond = Math.round(large.count / ((performance.now() - start) / 1000));
      const again = await writer.write(large);
      start = performance.now();
      let smallBytes = 0;
      for (const rows of small) smallBytes += (await writer.write(rows)).byteLength;
      const filesPerSecond = Math.round(small.length / ((performance.now() - start) / 1000));
      if (baseline.rows === 0) {
        Object.assign(baseline, { rows: rowsPerSecond, bytes: file.byteLength, files: filesPerSecond, smallBytes });
      }
      results.push(
        compared(`${writer.name}: 1 M rows × 10 columns`, rowsPerSecond, 'rows/s', baseline.rows),
        compared(`${writer.name}: size of that file`, file.byteLength, 'bytes', baseline.bytes),
        compared(`${writer.name}: 1,000 files of 816 rows`, filesPerSecond, 'files/s', baseline.files),
        compared(
          `${writer.name}: mean size of such a file`,
          Math.round(smallBytes / 1000),
          'bytes',
          Math.round(baseline.smallBytes / 1000),
        ),
        stated(`${writer.name}: same bytes again`, digest(file) === digest(again) ? 'yes' : 'no'),
        stated(`${writer.name}: file has`, featuresOf(file)),
      );
    }
    results.push(compared('peak memory of this process', process.resourceUsage().maxRSS * 1024, 'bytes'));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
  return results;
}
