import { MANIFEST_COLUMNS, partitionColumn, statisticColumns, type ColumnType } from '@tidelake/lake-format';
import {
  Binary,
  Bool,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  TimestampMicrosecond,
  Utf8,
  type Data,
} from 'apache-arrow';
import { parquetBytes, type ColumnLayout, type ParquetColumn } from '../write/parquet-bytes';
import { columnKey, type ManifestRow } from './manifest-row';
import { formatPartDescription, type ManifestSchema } from './manifest-schema';
import { partitionValue } from './partition-of';
import { absentStatistics, boundAs, type Bound } from './statistics';

/** The bytes of a manifest part: the same rows and schema give the same bytes. */
export function partBytes(rows: readonly ManifestRow[], schema: ManifestSchema): Uint8Array {
  const column = (name: string, data: Data, layout: ColumnLayout = 'plain', nullable = true): ParquetColumn => ({
    name,
    data,
    layout,
    nullable,
  });
  const columns = [
    column(MANIFEST_COLUMNS.path, texts(rows.map(({ path }) => path)), 'plain', false),
    column(MANIFEST_COLUMNS.bytes, bigints(rows.map(({ bytes }) => BigInt(bytes))), 'dictionary', false),
    column(MANIFEST_COLUMNS.rows, bigints(rows.map((row) => BigInt(row.rows))), 'dictionary', false),
    column(MANIFEST_COLUMNS.etag, texts(rows.map(({ etag }) => etag))),
    column(MANIFEST_COLUMNS.sha256, texts(rows.map(({ sha256 }) => sha256))),
  ];
  for (const key of schema.keys) {
    const values = rows.map(({ path }) => partitionValue(path, key));
    columns.push(
      column(partitionColumn(key.name), valuesOf(key.type === 'integer' ? 'bigint' : 'text', values), 'dictionary'),
    );
  }
  for (const { name, type } of schema.columns) {
    const key = columnKey(name);
    const known = rows.map((row) => row.statistics.get(key) ?? absentStatistics(row.rows));
    const names = statisticColumns(name);
    columns.push(
      column(
        names.min,
        valuesOf(
          type,
          known.map(({ kind, min }) => boundAs(type, kind, min, -1)),
        ),
        'dictionary',
      ),
      column(
        names.max,
        valuesOf(
          type,
          known.map(({ kind, max }) => boundAs(type, kind, max, 1)),
        ),
        'dictionary',
      ),
      column(names.nulls, bigints(known.map(({ nulls }) => (nulls === null ? null : BigInt(nulls)))), 'dictionary'),
    );
  }
  columns.push(
    column(MANIFEST_COLUMNS.cells, textLists(rows.map(({ cells }) => cells)), 'dictionary'),
    column(MANIFEST_COLUMNS.footer, blobs(rows.map(({ footer }) => footer))),
  );
  return parquetBytes(columns, formatPartDescription(schema));
}

function valuesOf(type: ColumnType, values: readonly (Bound | null)[]): Data {
  const length = values.length;
  const nulls = validity(values);
  switch (type) {
    case 'text':
      return texts(values.map((value) => (typeof value === 'string' ? value : null)));
    case 'timestamp': {
      const data = BigInt64Array.from(values, (value) => (typeof value === 'number' ? BigInt(value) : 0n));
      return makeData({ type: new TimestampMicrosecond('UTC'), length, ...nulls, data });
    }
    case 'bigint':
      return bigints(values);
    case 'integer':
      return makeData({ type: new Int32(), length, ...nulls, data: Int32Array.from(values, Number) });
    case 'float':
      return makeData({ type: new Float32(), length, ...nulls, data: Float32Array.from(values, Number) });
    case 'double':
      return makeData({ type: new Float64(), length, ...nulls, data: Float64Array.from(values, Number) });
    case 'boolean': {
      const data = bitmap(values, (value) => value === true);
      return makeData({ type: new Bool(), length, ...nulls, data });
    }
  }
}

function bigints(values: readonly (Bound | null)[]): Data {
  const data = BigInt64Array.from(values, (value) => (typeof value === 'bigint' ? value : 0n));
  return makeData({ type: new Int64(), length: values.length, ...validity(values), data });
}

function texts(values: readonly (string | null)[]): Data<Utf8> {
  const data = Buffer.from(values.map((value) => value ?? '').join(''));
  const valueOffsets = offsets(values, (value) => (value === null ? 0 : Buffer.byteLength(value)));
  return makeData({ type: new Utf8(), length: values.length, ...validity(values), valueOffsets, data });
}

function blobs(values: readonly (Uint8Array | null)[]): Data {
  const data = Buffer.concat(values.filter((value) => value !== null));
  const valueOffsets = offsets(values, (value) => value?.byteLength ?? 0);
  return makeData({ type: new Binary(), length: values.length, ...validity(values), valueOffsets, data });
}

function textLists(values: readonly (readonly string[] | null)[]): Data {
  return makeData({
    type: new List(new Field('item', new Utf8(), true)),
    length: values.length,
    ...validity(values),
    valueOffsets: offsets(values, (value) => value?.length ?? 0),
    child: texts(values.flatMap((value) => value ?? [])),
  });
}

function offsets<T>(values: readonly T[], sizeOf: (value: T) => number): Int32Array {
  const result = new Int32Array(values.length + 1);
  values.forEach((value, index) => (result[index + 1] = (result[index] ?? 0) + sizeOf(value)));
  return result;
}

function validity(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array | null } {
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  return { nullCount, nullBitmap: nullCount === 0 ? null : bitmap(values, (value) => value !== null) };
}

function bitmap<T>(values: readonly T[], isSet: (value: T) => boolean): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, index) => {
    if (isSet(value)) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bits;
}
