import { isNullAt, type ColumnValues, type RowColumn } from './column-values';

/** The columns that identify an observation, as arrays over the same rows. */
export interface RowKeys {
  /** UTC microseconds. */
  time: Float64Array;
  /** Place of each row's device in the order of the devices' UTF-8 bytes. */
  device: Int32Array;
  /** Metres, NaN for null; undefined in a lake without depth. */
  depth: Float64Array | undefined;
}

/** Row numbers in the order of (time, device, depth); equal rows in no particular order. */
export function orderOf(keys: RowKeys, count: number): Uint32Array {
  const order = new Uint32Array(count);
  let sorted = true;
  for (let row = 0; row < count; row++) {
    order[row] = row;
    if (sorted && row > 0 && compareKeys(keys, row - 1, row) > 0) sorted = false;
  }
  return sorted ? order : order.sort((left, right) => compareKeys(keys, left, right));
}

/** Orders two rows by their keys; 0 where they are the same observation. */
export function compareKeys({ time, device, depth }: RowKeys, left: number, right: number): number {
  const byTime = (time[left] ?? 0) - (time[right] ?? 0);
  if (byTime !== 0) return byTime;
  const byDevice = (device[left] ?? 0) - (device[right] ?? 0);
  if (byDevice !== 0 || depth === undefined) return byDevice;
  return compareNumbers(depth[left] ?? Number.NaN, depth[right] ?? Number.NaN);
}

/** NaN, which stands for null, comes after every number. */
function compareNumbers(left: number, right: number): number {
  if (left === right) return 0;
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
  return Number.isNaN(right) || left < right ? -1 : 1;
}

/**
 * Chooses between two rows of one observation, the same way whatever order they came in: the one with more measured
 * values, then the one that was received first, then the one whose first differing value is smaller.
 * @returns below 0 where `left` is kept, above 0 where `right` is, 0 where they are equal in every column
 */
export function comparePreference(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  left: number,
  right: number,
): number {
  let measured = 0;
  columns.forEach(({ role }, column) => {
    const own = values[column];
    if (role !== 'variable' || own === undefined) return;
    measured += (isNullAt(own, left) ? 1 : 0) - (isNullAt(own, right) ? 1 : 0);
  });
  if (measured !== 0) return measured;
  return (
    firstDifference(columns, values, left, right, ({ role, type }) => role === 'about' && type === 'timestamp') ||
    firstDifference(columns, values, left, right, () => true)
  );
}

/** Whether two rows of one observation were measured differently. */
export function differInVariable(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  left: number,
  right: number,
): boolean {
  return firstDifference(columns, values, left, right, ({ role }) => role === 'variable') !== 0;
}

function firstDifference(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  left: number,
  right: number,
  wanted: (column: RowColumn) => boolean,
): number {
  for (const [index, column] of columns.entries()) {
    const own = values[index];
    if (own === undefined || !wanted(column)) continue;
    const byNull = (isNullAt(own, left) ? 1 : 0) - (isNullAt(own, right) ? 1 : 0);
    if (byNull !== 0) return byNull;
    const one = own[left] ?? 0;
    const other = own[right] ?? 0;
    if (one === other || isNullAt(own, left)) continue;
    const { dictionary } = column;
    if (dictionary === undefined) return one < other ? -1 : 1;
    return Buffer.compare(dictionary.bytesOf(Number(one)), dictionary.bytesOf(Number(other)));
  }
  return 0;
}
