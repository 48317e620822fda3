import { DataType, tableFromIPC, TimeUnit, type Vector } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import type { StringDictionary } from '../decode/string-dictionary';
import { columnKey } from '../manifest/manifest-row';

/** Names of the columns that identify an observation; undefined where the lake has none. */
export interface KeyColumns {
  time: string | undefined;
  device: string | undefined;
  depth: string | undefined;
}

/** What identifies the rows of a file. */
export interface KeyRows {
  /** UTC microseconds; NaN for null, and throughout where the file has no time. */
  time: Float64Array;
  /** Numbers of the dictionary; -1 for null. */
  device: Int32Array;
  /** Metres; NaN for null. */
  depth: Float64Array;
}

/** Microseconds in what a timestamp counts. */
const MICROSECONDS: Record<number, number> = {
  [TimeUnit.SECOND]: 1e6,
  [TimeUnit.MILLISECOND]: 1e3,
  [TimeUnit.MICROSECOND]: 1,
  [TimeUnit.NANOSECOND]: 1e-3,
};

/**
 * Reads all pages of a file, and gives what identifies its rows.
 * @throws Error where a page cannot be read
 */
export function readKeyRows(
  bytes: Uint8Array,
  { time, device, depth }: KeyColumns,
  devices: StringDictionary,
): KeyRows {
  const table = tableFromIPC(readParquet(bytes, { batchSize: 65_536 }).intoIPCStream());
  const column = (name: string | undefined): Vector | null => {
    const own = table.schema.fields.find((field) => name !== undefined && columnKey(field.name) === columnKey(name));
    return own === undefined ? null : table.getChild(own.name);
  };
  return {
    time: timesOf(column(time), table.numRows),
    device: devicesOf(column(device), table.numRows, devices),
    depth: Float64Array.from(valuesOf(column(depth), table.numRows), (value) =>
      typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN,
    ),
  };
}

function timesOf(vector: Vector | null, rows: number): Float64Array {
  const times = new Float64Array(rows).fill(Number.NaN);
  if (vector === null || !DataType.isTimestamp(vector.type)) return times;
  const factor = MICROSECONDS[vector.type.unit] ?? 1;
  let at = 0;
  for (const data of vector.data) {
    const stored: unknown = data.values;
    if (stored instanceof BigInt64Array) {
      for (let row = 0; row < data.length; row++) {
        if (data.getValid(row)) times[at + row] = Number(stored[row] ?? 0n) * factor;
      }
    }
    at += data.length;
  }
  return times;
}

function devicesOf(vector: Vector | null, rows: number, devices: StringDictionary): Int32Array {
  let last: unknown;
  let id = -1;
  return Int32Array.from(valuesOf(vector, rows), (value) => {
    // Rows of one device often follow each other.
    if (value === last) return id;
    last = value;
    id = value === null || value === undefined ? -1 : devices.internText(String(value));
    return id;
  });
}

function valuesOf(vector: Vector | null, rows: number): unknown[] {
  return Array.from({ length: rows }, (_, row): unknown => vector?.get(row) ?? null);
}
