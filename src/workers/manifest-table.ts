import { isManifestPath, MANIFEST_COLUMNS, statisticColumns } from '@tidelake/lake-format';
import { DataType } from 'apache-arrow';
import type { Table, Vector } from 'apache-arrow';
import { sameName } from '../lake/lake-schema';
import type { ColumnStatistics, ManifestRows } from '../lake/manifest-files';
import type { Literal } from '../lake/predicate';

/** Microseconds in the units that Arrow counts times in: seconds, milliseconds, microseconds, nanoseconds. */
const MICROSECONDS = [1e6, 1e3, 1, 1e-3];

/**
 * Reads a decoded manifest part.
 * @param part its path, which changes with its content, to tell files apart that have no ETag
 * @throws RangeError where a column is missing or of another type
 */
export function manifestRows(table: Table, part: string): ManifestRows {
  const path = texts(table, MANIFEST_COLUMNS.path);
  const size = numbers(table, MANIFEST_COLUMNS.bytes);
  const rows = numbers(table, MANIFEST_COLUMNS.rows);
  const etag = texts(table, MANIFEST_COLUMNS.etag);
  const sha256 = texts(table, MANIFEST_COLUMNS.sha256);
  const footer = columnOf(table, MANIFEST_COLUMNS.footer);
  const required = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new RangeError(`a file without ${what}`);
    return value;
  };
  return {
    count: table.numRows,
    path(row) {
      const key = required(path(row), MANIFEST_COLUMNS.path);
      if (!isManifestPath(key)) throw new RangeError(`“${key}” is no path of a data file`);
      return key;
    },
    size: (row) => required(size(row), MANIFEST_COLUMNS.bytes),
    rows: (row) => required(rows(row), MANIFEST_COLUMNS.rows),
    version: (row) => etag(row) ?? sha256(row) ?? part,
    footer(row) {
      const bytes: unknown = footer?.get(row);
      return bytes instanceof Uint8Array ? bytes : undefined;
    },
    statistics: (column) => statisticsOf(table, column),
  };
}

/** The columns of a manifest part that tell of files, and what they say of some of the lake's columns. */
export function manifestColumns(columns: readonly string[]): string[] {
  const { path, bytes, rows, etag, sha256, footer } = MANIFEST_COLUMNS;
  return [
    path,
    bytes,
    rows,
    etag,
    sha256,
    footer,
    ...columns.flatMap((column) => Object.values(statisticColumns(column))),
  ];
}

function statisticsOf(table: Table, column: string): ColumnStatistics | undefined {
  const names = statisticColumns(column);
  const min = columnOf(table, names.min);
  const max = columnOf(table, names.max);
  const nulls = numbers(table, names.nulls);
  if (!min || !max) return undefined;
  return { canBeNan: DataType.isFloat(min.type), min: literals(min), max: literals(max), nulls };
}

function literals(vector: Vector): (row: number) => Literal | undefined {
  const { type } = vector;
  if (DataType.isTimestamp(type)) {
    const perTick = MICROSECONDS[type.unit] ?? NaN;
    // Arrow's own getter would round to milliseconds.
    const ticks = storedValues(vector);
    return (row) => {
      const us = Number(ticks(row)) * perTick;
      return Number.isSafeInteger(us) ? { type: 'timestamp', value: us } : undefined;
    };
  }
  return (row) => {
    const value: unknown = vector.get(row);
    switch (typeof value) {
      case 'string':
        return { type: 'text', value };
      case 'boolean':
        return { type: 'boolean', value };
      case 'bigint':
        return Number.isSafeInteger(Number(value)) ? { type: 'number', value: Number(value) } : undefined;
      case 'number':
        return Number.isNaN(value) ? undefined : { type: 'number', value };
      default:
        return undefined;
    }
  };
}

function storedValues(vector: Vector): (row: number) => unknown {
  const starts: number[] = [];
  let length = 0;
  for (const data of vector.data) {
    starts.push(length);
    length += data.length;
  }
  return (row) => {
    const chunk = starts.findLastIndex((start) => start <= row);
    const data = vector.data[chunk];
    const index = row - (starts[chunk] ?? 0);
    const values: ArrayLike<unknown> | undefined = data?.values;
    return data?.getValid(index) ? values?.[index] : undefined;
  };
}

function numbers(table: Table, name: string): (row: number) => number | undefined {
  const vector = columnOf(table, name);
  return (row) => {
    const value: unknown = vector?.get(row);
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
  };
}

function texts(table: Table, name: string): (row: number) => string | undefined {
  const vector = columnOf(table, name);
  return (row) => {
    const value: unknown = vector?.get(row);
    return typeof value === 'string' ? value : undefined;
  };
}

function columnOf(table: Table, name: string): Vector | undefined {
  const index = table.schema.fields.findIndex((field) => sameName(field.name, name));
  return table.getChildAt(index) ?? undefined;
}
