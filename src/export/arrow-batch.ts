import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { LakeError } from '../lake/lake-error';
import { bitmapOf, textBytes } from '../workers/arrow-data';
import type { ResultColumn } from '../workers/protocol';
import type { ColumnMeaning, ExportBatch, ExportOptions } from './export-options';

const SMALL_INTEGERS = /^(?:U?TINYINT|U?SMALLINT|INTEGER)$/;
const WIDE_INTEGERS = /^(?:UINTEGER|U?BIGINT|U?HUGEINT)$/;
const MS_PER_DAY = 86_400_000;

/** The schema of a file: names, types, and what columns mean as metadata of their fields. */
export function arrowSchema(columns: ExportBatch, { meanings, about }: ExportOptions): Schema {
  const fields = columns.map(
    (column) => new Field(column.name, arrowType(column), true, metadataOf(meanings[column.name])),
  );
  return new Schema(fields, new Map(about.map(([name, value]) => [name, value])));
}

function metadataOf({ unit, standardName, longName }: ColumnMeaning = {}): Map<string, string> {
  const facts: [string, string | undefined][] = [
    ['units', unit],
    ['standard_name', standardName],
    ['long_name', longName],
  ];
  return new Map(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function arrowType({ kind, sqlType }: ResultColumn): DataType {
  switch (kind) {
    case 'timestamp':
      return new TimestampMicrosecond('UTC');
    case 'date':
      return new DateDay();
    case 'boolean':
      return new Bool();
    case 'bigint':
      return new Int64();
    case 'text':
      return WIDE_INTEGERS.test(sqlType) ? new Int64() : new Utf8();
    case 'number':
      if (sqlType === 'FLOAT') return new Float32();
      if (SMALL_INTEGERS.test(sqlType)) return new Int32();
      return WIDE_INTEGERS.test(sqlType) ? new Int64() : new Float64();
  }
}

/**
 * Rows as a record batch of a schema that {@link arrowSchema} made of the first ones.
 * @throws LakeError `unsupported` where a whole number does not fit into 64 bits
 */
export function arrowBatch(schema: Schema, columns: ExportBatch): RecordBatch {
  const length = columns[0]?.values.length ?? 0;
  const children = columns.map((column, index) => columnData(column, schema.fields[index]?.type ?? new Utf8()));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

function columnData(column: ResultColumn, type: DataType): Data {
  const { length } = column.values;
  const isValid = Array.from(
    { length },
    (_, row) => column.valid?.[row] !== 0 && !(isTime(column) && !Number.isFinite(column.values[row])),
  );
  const nullCount = isValid.reduce((count, valid) => count + (valid ? 0 : 1), 0);
  const bits = nullCount === 0 ? {} : { nullBitmap: bitmapOf(isValid) };
  if (type instanceof Utf8) {
    return makeData({ type, length, nullCount, ...bits, ...textBytes(column.values, isValid) });
  }
  if (type instanceof Bool) {
    const data = bitmapOf(isValid.map((valid, row) => valid && column.values[row] === 1));
    return makeData({ type, length, nullCount, ...bits, data });
  }
  const filled = <Value>(empty: Value, read: (row: number) => Value) =>
    isValid.map((valid, row) => (valid ? read(row) : empty));
  const value = (row: number) => Number(column.values[row] ?? 0);
  if (type instanceof TimestampMicrosecond) {
    const micros = filled(0n, (row) => BigInt(Math.round(value(row) * 1000)));
    return makeData({ type, length, nullCount, ...bits, data: BigInt64Array.from(micros) });
  }
  if (type instanceof Int64) {
    const integers = filled(0n, (row) => wideInteger(column.name, column.values[row] ?? 0));
    return makeData({ type, length, nullCount, ...bits, data: BigInt64Array.from(integers) });
  }
  if (type instanceof DateDay) {
    const days = filled(0, (row) => Math.floor(value(row) / MS_PER_DAY));
    return makeData({ type, length, nullCount, ...bits, data: Int32Array.from(days) });
  }
  const numbers = filled(0, value);
  if (type instanceof Int32) return makeData({ type, length, nullCount, ...bits, data: Int32Array.from(numbers) });
  if (type instanceof Float32) return makeData({ type, length, nullCount, ...bits, data: Float32Array.from(numbers) });
  return makeData({ type: new Float64(), length, nullCount, ...bits, data: Float64Array.from(numbers) });
}

function isTime({ kind }: ResultColumn): boolean {
  return kind === 'timestamp' || kind === 'date';
}

function wideInteger(name: string, value: number | bigint | string): bigint {
  const whole = BigInt(value);
  if (BigInt.asIntN(64, whole) === whole) return whole;
  throw new LakeError({
    code: 'unsupported',
    message: `“${name}” holds ${whole}, which does not fit into 64 bits.`,
    advice: `Export CSV, or write ${name}::VARCHAR in the SQL.`,
  });
}
