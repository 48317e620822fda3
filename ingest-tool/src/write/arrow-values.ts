import type { ColumnType } from '@tidelake/lake-format';
import { DataType, TimeUnit, type Data, type Vector } from 'apache-arrow';
import type { StringDictionary } from '../decode/string-dictionary';
import { NULL_BIGINT, type ColumnValues } from '../rows/column-values';
import type { ForeignValues } from '../rows/foreign-values';

/** Timestamps are kept in microseconds: how many of them a unit has, or how many of it one has. */
const MICROS_PER: Record<TimeUnit, number> = {
  [TimeUnit.SECOND]: 1e6,
  [TimeUnit.MILLISECOND]: 1e3,
  [TimeUnit.MICROSECOND]: 1,
  [TimeUnit.NANOSECOND]: 1e-3,
};

/** The lake's type that holds every value of an Arrow type; undefined where there is none. */
export function lakeTypeOf(type: DataType): ColumnType | undefined {
  if (DataType.isDictionary(type)) return lakeTypeOf(type.dictionary) === 'text' ? 'text' : undefined;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) return 'text';
  if (DataType.isTimestamp(type)) return 'timestamp';
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isFloat(type)) return type.precision === 2 ? 'double' : 'float';
  if (DataType.isInt(type))
    return type.bitWidth === 64 || (type.bitWidth === 32 && !type.isSigned) ? 'bigint' : 'integer';
  return undefined;
}

/**
 * Copies a column's values into an array of its lake type, nulls as that array has them.
 * @param dictionary of a text column
 * @param onNaN called for each value that is there and NaN, which the array cannot tell from null
 * @throws Error where an unsigned number exceeds the lake's integers
 */
export function copyVector(
  vector: Vector,
  dictionary: StringDictionary | undefined,
  values: ColumnValues,
  onNaN: (row: number) => void,
): void {
  let at = 0;
  for (const data of vector.data) {
    if (values instanceof Int32Array) readTexts(data, vector.slice(at, at + data.length), dictionary, values, at);
    else if (values instanceof BigInt64Array) readBigints(data, values, at);
    else if (DataType.isTimestamp(data.type)) readTimes(data, MICROS_PER[data.type.unit], values, at);
    else readNumbers(data, values, at, onNaN);
    at += data.length;
  }
}

/** Numbers the values of a column that the lake has no type for. */
export function copyForeign(
  vector: Vector,
  foreign: ForeignValues,
  dictionary: StringDictionary | undefined,
  values: ColumnValues,
): void {
  if (dictionary === undefined) throw new TypeError('values of a foreign type without a dictionary');
  for (let row = 0; row < vector.length; row++) {
    const value: unknown = vector.get(row);
    values[row] = value === null ? -1 : foreign.intern(value, dictionary);
  }
}

const isNull = (data: Data, row: number): boolean => data.nullCount > 0 && !data.getValid(row);

function readTexts(
  data: Data,
  vector: Vector,
  dictionary: StringDictionary | undefined,
  into: Int32Array,
  at: number,
): void {
  if (dictionary === undefined) throw new TypeError('a text without a dictionary');
  if (DataType.isUtf8(data.type)) {
    const bytes: Uint8Array = data.values;
    const offsets: Int32Array = data.valueOffsets;
    for (let row = 0; row < data.length; row++) {
      into[at + row] = isNull(data, row) ? -1 : dictionary.intern(bytes, offsets[row] ?? 0, offsets[row + 1] ?? 0);
    }
    return;
  }
  for (let row = 0; row < data.length; row++) {
    const text: unknown = vector.get(row);
    into[at + row] = typeof text === 'string' ? dictionary.internText(text) : -1;
  }
}

function readBigints(data: Data, into: BigInt64Array, at: number): void {
  const values: BigInt64Array | BigUint64Array | Uint32Array = data.values;
  for (let row = 0; row < data.length; row++) {
    const value = BigInt(values[row] ?? 0);
    if (!isNull(data, row) && value !== BigInt.asIntN(64, value)) {
      throw new Error(`${value} is more than a BIGINT holds`);
    }
    into[at + row] = isNull(data, row) ? NULL_BIGINT : value;
  }
}

function readTimes(data: Data, micros: number, into: Float64Array | Float32Array, at: number): void {
  const values: BigInt64Array = data.values;
  for (let row = 0; row < data.length; row++) {
    const value = values[row] ?? 0n;
    // A nanosecond count has more digits than a double, so it is divided first.
    const inMicros =
      micros < 1 ? Number((value - (((value % 1000n) + 1000n) % 1000n)) / 1000n) : Number(value) * micros;
    into[at + row] = isNull(data, row) ? Number.NaN : inMicros;
  }
}

function readNumbers(data: Data, into: Float64Array | Float32Array, at: number, onNaN: (row: number) => void): void {
  const isBoolean = DataType.isBool(data.type);
  const isHalf = DataType.isFloat(data.type) && data.type.precision === 0;
  const values: ArrayLike<number> | BigInt64Array = data.values;
  for (let row = 0; row < data.length; row++) {
    const bit = data.offset + row;
    const raw = Number(values[isBoolean ? bit >> 3 : row] ?? 0);
    const value = isBoolean ? (raw >> (bit & 7)) & 1 : isHalf ? halfOf(raw) : raw;
    const nothing = isNull(data, row);
    if (!nothing && Number.isNaN(value)) onNaN(at + row);
    into[at + row] = nothing ? Number.NaN : value;
  }
}

/** A number of IEEE 754 binary16 from its bits. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
