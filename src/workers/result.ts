import { MS_PER_DAY } from '@tidelake/lake-format';
import { DataType, makeData, Precision, Vector } from 'apache-arrow';
import type { RecordBatch, Schema, TimeUnit } from 'apache-arrow';
import { duckdbTypeOf, SECOND_DIGITS } from './arrow-type';
import type { ResultColumn } from './protocol';
import { blobText, decimalText, intervalText, jsonText, plainValue, timeText, unscaledDecimal } from './result-text';

type Unnamed<Column> = Column extends unknown ? Omit<Column, 'name' | 'sqlType'> : never;
type Values = Unnamed<ResultColumn>;

/** What DuckDB stores for an infinite time. */
const INFINITE_TICKS = 9_223_372_036_854_775_807n;
const INFINITE_DAY = 2_147_483_647;

/** Powers of ten up to this one are exact doubles, and so is a quotient of two exact doubles correctly rounded. */
const EXACT_POWER = 22;

/** An answer as Arrow brings it. Not an Arrow Table, which mixes up columns of one name. */
export interface ArrowAnswer {
  schema: Schema;
  batches: RecordBatch[];
}

/**
 * The one decoder of Arrow answers. Whole numbers are doubles where each of them fits exactly, else `bigint`, else
 * text; times are UTC milliseconds whatever their unit; times of day, intervals, blobs and nested values are text.
 */
export function decodeResult({ schema, batches }: ArrowAnswer): ResultColumn[] {
  return schema.fields.map((field, index): ResultColumn => {
    const sqlType = DataType.isDictionary(field.type) ? 'ENUM' : (duckdbTypeOf(field.type) ?? String(field.type));
    const data = batches.flatMap((batch) => batch.data.children[index] ?? []);
    const vector = new Vector(data.length > 0 ? data : [makeData({ type: field.type, nullCount: 0 })]);
    return { name: field.name, sqlType, ...decodeVector(field.type, vector) };
  });
}

function decodeVector(type: DataType, vector: Vector): Values {
  const values = decodeValues(type, vector);
  if (vector.nullCount === 0) return values;
  const valid = new Uint8Array(vector.length);
  let row = 0;
  for (const data of vector.data) {
    for (let index = 0; index < data.length; index++) valid[row++] = data.getValid(index) ? 1 : 0;
  }
  return { ...values, valid };
}

function decodeValues(type: DataType, vector: Vector): Values {
  if (DataType.isBool(type)) return { kind: 'boolean', values: Uint8Array.from(vector, (value) => (value ? 1 : 0)) };
  if (DataType.isInt(type)) {
    return type.bitWidth === 64 ? wholeNumbers(wideIntegers(vector)) : { kind: 'number', values: numbers(vector) };
  }
  if (DataType.isFloat(type)) {
    const half = type.precision === Precision.HALF;
    return { kind: 'number', values: half ? Float64Array.from(vector, Number) : numbers(vector) };
  }
  if (DataType.isDecimal(type)) return decimals(vector, type.scale);
  if (DataType.isTimestamp(type)) return { kind: 'timestamp', values: timestamps(vector, type.unit) };
  if (DataType.isDate(type)) return { kind: 'date', values: dates(vector) };
  if (DataType.isTime(type)) {
    const digits = SECOND_DIGITS[type.unit];
    return { kind: 'text', values: texts(vector, (value: bigint | number) => timeText(BigInt(value), digits)) };
  }
  if (DataType.isInterval(type)) return { kind: 'text', values: intervals(vector) };
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isDictionary(type)) {
    return { kind: 'text', values: texts(vector, String) };
  }
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)) {
    return { kind: 'text', values: texts(vector, blobText) };
  }
  return { kind: 'text', values: texts(vector, (value: unknown) => jsonText(plainValue(type, value))) };
}

function texts<Value>(vector: Vector, format: (value: Value) => string): string[] {
  return Array.from(vector, (value: Value | null) => (value === null ? '' : format(value)));
}

function numbers(vector: Vector): Float64Array {
  const values = new Float64Array(vector.length);
  let row = 0;
  for (const data of vector.data) {
    const source: ArrayLike<number> = data.values;
    values.set(data.length === source.length ? source : Array.from(source).slice(0, data.length), row);
    row += data.length;
  }
  return values;
}

/** 64-bit integers of every chunk; 0 where null, so that rubbish under a null does not widen the type. */
function wideIntegers(vector: Vector): bigint[] {
  return Array.from(vector, (value: bigint | null) => value ?? 0n);
}

function wholeNumbers(values: bigint[]): Values {
  const largest = values.reduce(
    (most, value) => (value < 0n ? (-value > most ? -value : most) : value > most ? value : most),
    0n,
  );
  if (largest <= BigInt(Number.MAX_SAFE_INTEGER)) return { kind: 'number', values: Float64Array.from(values, Number) };
  if (values.every((value) => BigInt.asIntN(64, value) === value)) {
    return { kind: 'bigint', values: BigInt64Array.from(values) };
  }
  return { kind: 'text', values: values.map(String) };
}

function decimals(vector: Vector, scale: number): Values {
  const unscaled = Array.from(vector, (value: Uint32Array | null) => (value === null ? 0n : unscaledDecimal(value)));
  if (scale === 0) return wholeNumbers(unscaled);
  const divisor = 10 ** scale;
  const values = Float64Array.from(unscaled, (value) => {
    const whole = Number(value);
    return scale <= EXACT_POWER && Number.isSafeInteger(whole) ? whole / divisor : Number(decimalText(value, scale));
  });
  return { kind: 'number', values };
}

/** UTC milliseconds; what is finer stays in the fraction. */
function timestamps(vector: Vector, unit: TimeUnit): Float64Array {
  const scale = 10 ** (3 - SECOND_DIGITS[unit]);
  const values = new Float64Array(vector.length);
  let row = 0;
  for (const data of vector.data) {
    const ticks: BigInt64Array = data.values;
    for (let index = 0; index < data.length; index++) values[row++] = timeOf(ticks[index] ?? 0n, scale);
  }
  return values;
}

function timeOf(ticks: bigint, scale: number): number {
  if (ticks === INFINITE_TICKS) return Infinity;
  if (ticks === -INFINITE_TICKS) return -Infinity;
  return scale >= 1 ? Number(ticks) * scale : Number(ticks) / Math.round(1 / scale);
}

function dates(vector: Vector): Float64Array {
  const values = new Float64Array(vector.length);
  let row = 0;
  for (const data of vector.data) {
    const days: Int32Array | BigInt64Array = data.values;
    for (let index = 0; index < data.length; index++) values[row++] = dateOf(days[index] ?? 0);
  }
  return values;
}

/** Date32 counts days, Date64 milliseconds. */
function dateOf(value: number | bigint): number {
  if (typeof value === 'bigint') return Number(value);
  if (Math.abs(value) === INFINITE_DAY) return value * Infinity;
  return value * MS_PER_DAY;
}

/** Months, days and nanoseconds in 16 bytes a value, which apache-arrow 17 does not read itself. */
function intervals(vector: Vector): string[] {
  return vector.data.flatMap((data) => {
    const words: Int32Array = data.values;
    return Array.from({ length: data.length }, (_, row) => {
      const [months = 0, days = 0, low = 0, high = 0] = words.subarray(row * 4, row * 4 + 4);
      return intervalText(months, days, (BigInt(high) << 32n) | BigInt(low >>> 0));
    });
  });
}
