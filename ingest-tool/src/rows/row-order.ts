import { isNullAt, type ColumnValues, type RowColumn } from './column-values';
import { orderByTime } from './time-order';

/** The columns that identify an observation, as arrays over the same rows. */
export interface RowKeys {
  /** UTC microseconds. */
  time: Float64Array;
  /** Place of each row's device in the order of the devices; undefined where rows have none. */
  device: Int32Array | undefined;
  /** Metres, NaN for null; undefined in a lake without depth. */
  depth: Float64Array | undefined;
  /** What else tells observations apart; nothing in a lake that Tidelake wrote. */
  more?: readonly ColumnValues[];
}

/**
 * The keys of rows.
 * @param identity columns that tell observations apart besides the time, the device and the depth
 * @throws Error where they have no time
 */
export function keysOf(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  identity: (column: RowColumn) => boolean = () => false,
): RowKeys {
  const find = (role: string): number => columns.findIndex((column) => column.role === role);
  const [timeAt, deviceAt, depthAt] = [find('time'), find('device'), find('depth')];
  const [time, depth] = [values[timeAt], values[depthAt]];
  if (!(time instanceof Float64Array)) throw new Error('rows without a time');
  const comparable = (index: number): ColumnValues | undefined => {
    const [own, dictionary] = [values[index], columns[index]?.dictionary];
    return own === undefined || dictionary === undefined ? own : ranksOf(own, dictionary.ranks());
  };
  const more = columns.flatMap((column, index) => {
    const isMore = index !== timeAt && index !== deviceAt && index !== depthAt && identity(column);
    return isMore ? (comparable(index) ?? []) : [];
  });
  const device = comparable(deviceAt);
  return {
    time,
    device: device === undefined || device instanceof Int32Array ? device : denseRanks(device),
    depth: depth === undefined || depth instanceof Float64Array ? depth : Float64Array.from(depth, Number),
    ...(more.length === 0 ? {} : { more }),
  };
}

function ranksOf(ids: ColumnValues, ranks: Int32Array): Int32Array<ArrayBuffer> {
  const own = new Int32Array(ids.length);
  for (let row = 0; row < ids.length; row++) own[row] = ranks[Number(ids[row] ?? -1)] ?? -1;
  return own;
}

/** Numbers for values, in their order. */
function denseRanks(values: ColumnValues): Int32Array {
  const distinct = [...new Set<number | bigint>(values)].sort((left, right) => (left < right ? -1 : 1));
  const ranks = new Map(distinct.map((value, rank) => [value, rank]));
  return Int32Array.from(values, (value: number | bigint) => ranks.get(value) ?? -1);
}

/** Row numbers in the order of (time, device, depth); equal rows in no particular order. */
export function orderOf(keys: RowKeys, count: number): Uint32Array {
  if (isInOrder(keys, count)) return firstRows(count);
  const order = orderByTime(keys.time, count);
  const compare = (left: number, right: number): number => compareKeys(keys, left, right);
  if (order === undefined) return firstRows(count).sort(compare);
  const { time } = keys;
  for (let start = 0, end = 0; start < count; start = end) {
    const own = time[order[start] ?? 0];
    let isOrdered = true;
    for (end = start + 1; end < count && time[order[end] ?? 0] === own; end++) {
      if (isOrdered && compare(order[end - 1] ?? 0, order[end] ?? 0) > 0) isOrdered = false;
    }
    if (!isOrdered) order.subarray(start, end).sort(compare);
  }
  return order;
}

function isInOrder(keys: RowKeys, count: number): boolean {
  const { time } = keys;
  for (let row = 1; row < count; row++) {
    // Most times are later than the one before, which needs no look at the other keys.
    if ((time[row - 1] ?? NaN) < (time[row] ?? NaN)) continue;
    if (compareKeys(keys, row - 1, row) > 0) return false;
  }
  return true;
}

function firstRows(count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[row] = row;
  return order;
}

/** Whether row numbers count up one by one. */
export function isRun(order: Uint32Array): boolean {
  const first = order[0] ?? 0;
  for (let place = 1; place < order.length; place++) if (order[place] !== first + place) return false;
  return true;
}

/** Orders two rows by their keys; 0 where they are the same observation. */
export function compareKeys({ time, device, depth, more }: RowKeys, left: number, right: number): number {
  const byTime = compareNumbers(time[left] ?? Number.NaN, time[right] ?? Number.NaN);
  if (byTime !== 0) return byTime;
  const byDevice = device === undefined ? 0 : (device[left] ?? 0) - (device[right] ?? 0);
  if (byDevice !== 0) return byDevice;
  const byDepth = depth === undefined ? 0 : compareNumbers(depth[left] ?? Number.NaN, depth[right] ?? Number.NaN);
  if (byDepth !== 0 || more === undefined) return byDepth;
  for (const values of more) {
    const [one, other] = [values[left] ?? 0, values[right] ?? 0];
    if (one === other) continue;
    const order =
      typeof one === 'number' && typeof other === 'number' ? compareNumbers(one, other) : one < other ? -1 : 1;
    if (order !== 0) return order;
  }
  return 0;
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
