import type { ColumnDescription, ColumnType } from '@tidelake/lake-format';
import type { StringDictionary } from '../decode/string-dictionary';
import type { ForeignValues } from './foreign-values';

/**
 * Values of one column. Null is NaN in floating point arrays (timestamps in UTC microseconds, doubles, integers, booleans
 * as 0 and 1; floats in 32 bits), -1 in texts, which are indexes into a dictionary, and {@link NULL_BIGINT} in bigints.
 */
export type ColumnValues =
  Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** A column of the rows on their way into the lake. */
export interface RowColumn extends ColumnDescription {
  /** Where texts have their numbers; undefined for other types. */
  dictionary: StringDictionary | undefined;
  /** Of a column that the lake format has no type for: it goes along as if its values were texts. */
  foreign?: ForeignValues | undefined;
}

/** What the lake says of a column, without what only the tool needs. */
export function describedColumn(column: RowColumn): ColumnDescription {
  const { name, type, role, unit, standardName, longName, flagValues, flagMeanings } = column;
  return {
    name,
    type,
    role,
    ...(unit === undefined ? {} : { unit }),
    ...(standardName === undefined ? {} : { standardName }),
    ...(longName === undefined ? {} : { longName }),
    ...(flagValues === undefined ? {} : { flagValues }),
    ...(flagMeanings === undefined ? {} : { flagMeanings }),
  };
}

/** Stands for null among bigints: the one value that a two's complement has no opposite of. */
export const NULL_BIGINT = -(2n ** 63n);

/** An array for so many values of a type; what is in it is not yet meaningful. */
export function allocateValues(type: ColumnType, count: number): ColumnValues {
  switch (type) {
    case 'text':
      return new Int32Array(count);
    case 'float':
      return new Float32Array(count);
    case 'bigint':
      return new BigInt64Array(count);
    default:
      return new Float64Array(count);
  }
}

/** So many values of a type in a buffer, from a byte on that is a multiple of their size; what is in them is not yet meaningful. */
export function viewValues(type: ColumnType, buffer: ArrayBuffer, offset: number, count: number): ColumnValues {
  switch (type) {
    case 'text':
      return new Int32Array(buffer, offset, count);
    case 'float':
      return new Float32Array(buffer, offset, count);
    case 'bigint':
      return new BigInt64Array(buffer, offset, count);
    default:
      return new Float64Array(buffer, offset, count);
  }
}

/** Bytes that the values of a row take. */
export function bytesOfRow(columns: readonly Pick<RowColumn, 'type'>[]): number {
  return columns.reduce((bytes, { type }) => bytes + allocateValues(type, 0).BYTES_PER_ELEMENT, 0);
}

/**
 * Columns one behind the other in a buffer, which takes {@link bytesOfRow} for each row there is room for.
 * @param room an even number of rows, so that each column starts where values of eight bytes may
 */
export function viewColumns(
  columns: readonly Pick<RowColumn, 'type'>[],
  buffer: ArrayBuffer,
  offset: number,
  room: number,
  count = room,
): ColumnValues[] {
  let end = offset;
  return columns.map(({ type }) => {
    const values = viewValues(type, buffer, end, count);
    end += room * values.BYTES_PER_ELEMENT;
    return values;
  });
}

/** Sets a range to null. */
export function fillNull(values: ColumnValues, start: number, end: number): void {
  if (values instanceof BigInt64Array) values.fill(NULL_BIGINT, start, end);
  else values.fill(values instanceof Int32Array ? -1 : Number.NaN, start, end);
}

/** Copies values into an array of the same type. */
export function copyValues(from: ColumnValues, to: ColumnValues, at: number): void {
  if (from instanceof BigInt64Array && to instanceof BigInt64Array) to.set(from, at);
  else if (!(from instanceof BigInt64Array) && !(to instanceof BigInt64Array)) to.set(from, at);
  else throw new TypeError('columns of different types');
}

/** `to[at + i] = from[order[i]]`. One loop a type, so that each stays fast. */
export function gatherValues(from: ColumnValues, order: Uint32Array, to: ColumnValues, at = 0): void {
  if (from instanceof Float64Array && to instanceof Float64Array) gatherDoubles(from, order, to, at);
  else if (from instanceof Float32Array && to instanceof Float32Array) gatherFloats(from, order, to, at);
  else if (from instanceof Int32Array && to instanceof Int32Array) gatherIntegers(from, order, to, at);
  else if (from instanceof BigInt64Array && to instanceof BigInt64Array) gatherBigints(from, order, to, at);
  else throw new TypeError('columns of different types');
}

function gatherDoubles(from: Float64Array, order: Uint32Array, to: Float64Array, at: number): void {
  for (let row = 0; row < order.length; row++) to[at + row] = from[order[row] ?? 0] ?? 0;
}

function gatherFloats(from: Float32Array, order: Uint32Array, to: Float32Array, at: number): void {
  for (let row = 0; row < order.length; row++) to[at + row] = from[order[row] ?? 0] ?? 0;
}

function gatherIntegers(from: Int32Array, order: Uint32Array, to: Int32Array, at: number): void {
  for (let row = 0; row < order.length; row++) to[at + row] = from[order[row] ?? 0] ?? 0;
}

function gatherBigints(from: BigInt64Array, order: Uint32Array, to: BigInt64Array, at: number): void {
  for (let row = 0; row < order.length; row++) to[at + row] = from[order[row] ?? 0] ?? 0n;
}

/** `to[places[i]] = from[i]` for each place. One loop a type, so that each stays fast. */
export function scatterValues(from: ColumnValues, places: Uint32Array, to: ColumnValues): void {
  if (from instanceof Float64Array && to instanceof Float64Array) {
    for (let row = 0; row < places.length; row++) to[places[row] ?? 0] = from[row] ?? 0;
  } else if (from instanceof Float32Array && to instanceof Float32Array) {
    for (let row = 0; row < places.length; row++) to[places[row] ?? 0] = from[row] ?? 0;
  } else if (from instanceof Int32Array && to instanceof Int32Array) {
    for (let row = 0; row < places.length; row++) to[places[row] ?? 0] = from[row] ?? 0;
  } else if (from instanceof BigInt64Array && to instanceof BigInt64Array) {
    for (let row = 0; row < places.length; row++) to[places[row] ?? 0] = from[row] ?? 0n;
  } else throw new TypeError('columns of different types');
}

/** Whether any value is null: a search of the engine's own, which takes less than counting. */
export function hasNull(values: ColumnValues): boolean {
  if (values instanceof BigInt64Array) return values.includes(NULL_BIGINT);
  return values.includes(values instanceof Int32Array ? -1 : Number.NaN);
}

/** Whether a value is null. */
export function isNullAt(values: ColumnValues, row: number): boolean {
  const value = values[row];
  if (values instanceof Int32Array) return value === -1;
  return value === NULL_BIGINT || Number.isNaN(value);
}
