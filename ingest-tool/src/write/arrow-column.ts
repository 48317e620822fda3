import {
  Binary,
  Bool,
  Float32,
  Float64,
  Int32,
  Int64,
  makeData,
  TimestampMicrosecond,
  Utf8,
  type Data,
} from 'apache-arrow';
import type { StringDictionary } from '../decode/string-dictionary';
import {
  allocateValues,
  gatherValues,
  hasNull,
  isNullAt,
  NULL_BIGINT,
  type ColumnValues,
  type RowColumn,
} from '../rows/column-values';

const TWO_32 = 2 ** 32;

/**
 * Makes an Arrow column of the given rows, in their order.
 * @param order undefined for all rows as they are, which are not copied
 * @param notNumbers 1 for each row whose value is there and NaN; where it is left out, NaN is null
 */
export function arrowColumn(
  column: RowColumn,
  values: ColumnValues,
  order?: Uint32Array,
  notNumbers?: ColumnValues,
): Data {
  const own = order === undefined ? values : gathered(column, values, order);
  const length = own.length;
  if (column.foreign !== undefined) return column.foreign.columnOf(column.name, own);
  const { nullCount, nullBitmap } =
    notNumbers === undefined ? nullsOf(own, length) : nullsBeside(own, order, notNumbers);
  const common = { length, nullCount, nullBitmap };
  switch (column.type) {
    case 'text': {
      if (column.dictionary === undefined || !(own instanceof Int32Array))
        throw new TypeError('a text without a dictionary');
      const { valueOffsets, data } = textBytes(own, column.dictionary);
      return makeData({ type: new Utf8(), ...common, valueOffsets, data });
    }
    case 'timestamp':
      return makeData({ type: new TimestampMicrosecond('UTC'), ...common, data: wholeNumbers(own) });
    case 'bigint':
      return makeData({
        type: new Int64(),
        ...common,
        data: own instanceof BigInt64Array ? zeroedNulls(own) : wholeNumbers(own),
      });
    case 'float':
      return makeData({
        type: new Float32(),
        ...common,
        data: own instanceof Float32Array ? own : new Float32Array(length),
      });
    case 'integer':
      return makeData({ type: new Int32(), ...common, data: integersOf(own) });
    case 'boolean':
      return makeData({ type: new Bool(), ...common, data: bitsOf(own) });
    case 'double':
      return makeData({
        type: new Float64(),
        ...common,
        data: own instanceof Float64Array ? own : new Float64Array(length),
      });
  }
}

function gathered({ type }: RowColumn, values: ColumnValues, order: Uint32Array): ColumnValues {
  const own = allocateValues(type, order.length);
  gatherValues(values, order, own);
  return own;
}

/** An Arrow column of byte strings. */
export function arrowBinary(values: readonly Uint8Array[]): Data<Binary> {
  const valueOffsets = new Int32Array(values.length + 1);
  values.forEach((value, index) => (valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + value.length));
  return makeData({
    type: new Binary(),
    length: values.length,
    nullCount: 0,
    valueOffsets,
    data: Buffer.concat(values),
  });
}

function nullsOf(values: ColumnValues, length: number): { nullCount: number; nullBitmap: Uint8Array | null } {
  if (!hasNull(values)) return { nullCount: 0, nullBitmap: null };
  const nullCount = countNulls(values);
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  for (let row = 0; nullCount < length && row < length; row++) {
    if (!isNullAt(values, row)) nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return { nullCount, nullBitmap };
}

/** The same where some NaN are values. */
function nullsBeside(
  values: ColumnValues,
  order: Uint32Array | undefined,
  notNumbers: ColumnValues,
): { nullCount: number; nullBitmap: Uint8Array | null } {
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  let nullCount = 0;
  for (let row = 0; row < values.length; row++) {
    if (isNullAt(values, row) && notNumbers[order?.[row] ?? row] !== 1) nullCount++;
    else nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return { nullCount, nullBitmap: nullCount === 0 ? null : nullBitmap };
}

/** How many values are null. One loop a type, so that each stays fast. */
function countNulls(values: ColumnValues): number {
  let count = 0;
  if (values instanceof Float64Array) {
    for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) count++;
  } else if (values instanceof Float32Array) {
    for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) count++;
  } else if (values instanceof Int32Array) {
    for (let row = 0; row < values.length; row++) if (values[row] === -1) count++;
  } else {
    for (let row = 0; row < values.length; row++) if (values[row] === NULL_BIGINT) count++;
  }
  return count;
}

function textBytes(ids: Int32Array, dictionary: StringDictionary): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(ids.length + 1);
  let size = 0;
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] ?? -1;
    if (id >= 0) size += dictionary.lengthOf(id);
    valueOffsets[row + 1] = size;
  }
  const data = new Uint8Array(size);
  for (let row = 0; row < ids.length;) {
    const id = ids[row] ?? -1;
    const start = valueOffsets[row] ?? 0;
    for (row++; row < ids.length && ids[row] === id;) row++;
    if (id >= 0) fillRepeated(data, dictionary.bytesOf(id), start, valueOffsets[row] ?? 0);
  }
  return { valueOffsets, data };
}

/** Writes a text over and over, each time as much as is there already. */
function fillRepeated(data: Uint8Array, text: Uint8Array, start: number, end: number): void {
  if (start === end) return;
  data.set(text, start);
  for (let done = text.length; start + done < end; done *= 2) {
    data.copyWithin(start + done, start, Math.min(start + done, end - done));
  }
}

/** 64-bit integers of whole floating point numbers, without a bigint for each. */
function wholeNumbers(values: ColumnValues): BigInt64Array<ArrayBuffer> {
  const result = new BigInt64Array(values.length);
  const words = new Int32Array(result.buffer);
  const numbers = values instanceof Float64Array ? values : Float64Array.from(values, Number);
  for (let row = 0; row < numbers.length; row++) {
    const value = numbers[row] ?? 0;
    if (Number.isNaN(value)) continue;
    const high = Math.floor(value / TWO_32);
    words[2 * row] = value - high * TWO_32;
    words[2 * row + 1] = high;
  }
  return result;
}

/** What stands for null must not reach the statistics of a writer that looks below the bitmap. */
function zeroedNulls(values: BigInt64Array<ArrayBuffer>): BigInt64Array<ArrayBuffer> {
  return values.map((value) => (value === NULL_BIGINT ? 0n : value));
}

function integersOf(values: ColumnValues): Int32Array<ArrayBuffer> {
  return values instanceof BigInt64Array ? Int32Array.from(values, Number) : new Int32Array(values);
}

function bitsOf(values: ColumnValues): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3);
  for (let row = 0; row < values.length; row++) {
    if (values[row] === 1) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}

/** Whether a column may hold nulls, the same in every file whatever its rows are. */
export function isNullable({ role }: RowColumn): boolean {
  return role !== 'time' && role !== 'device';
}
