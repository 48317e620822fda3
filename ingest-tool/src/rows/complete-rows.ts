import type { StringDictionary } from '../decode/string-dictionary';
import { isNullAt, type ColumnValues, type RowColumn } from './column-values';
import { compareKeys, type RowKeys } from './row-order';

/** What identifies an observation, and so is equal in all its rows. */
const KEY_ROLES: ReadonlySet<string> = new Set(['time', 'device', 'depth']);

/**
 * Completes the rows of each observation (device, time, depth) from one another, where messages carry single values: a row
 * gets the measured values that it lacks, of different ones the least; what is not measured, such as the time of receipt, is
 * the least of all for all of them. Rows that do not contradict each other are then equal, and of those that do the same one
 * is preferred whatever order single values come in.
 * @param order rows sorted by their keys
 */
export function completeRows(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  keys: RowKeys,
  order: Uint32Array,
): void {
  for (let start = 0, end = 0; start < order.length; start = end) {
    end = start + 1;
    while (end < order.length && compareKeys(keys, order[start] ?? 0, order[end] ?? 0) === 0) end++;
    if (end - start > 1) completeGroup(columns, values, order.subarray(start, end));
  }
}

function completeGroup(columns: readonly RowColumn[], values: readonly ColumnValues[], rows: Uint32Array): void {
  columns.forEach(({ role, dictionary }, index) => {
    const own = values[index];
    if (own === undefined || KEY_ROLES.has(role)) return;
    const there = [...rows].filter((row) => !isNullAt(own, row));
    const [first, ...others] = there;
    if (first === undefined) return;
    const least = others.reduce((best, row) => (isLess(own, row, best, dictionary) ? row : best), first);
    for (const row of rows) if (role !== 'variable' || isNullAt(own, row)) copyValue(own, least, row);
  });
}

function isLess(values: ColumnValues, left: number, right: number, dictionary: StringDictionary | undefined): boolean {
  const [one, other] = [values[left] ?? 0, values[right] ?? 0];
  if (dictionary === undefined) return one < other;
  return Buffer.compare(dictionary.bytesOf(Number(one)), dictionary.bytesOf(Number(other))) < 0;
}

function copyValue(values: ColumnValues, from: number, to: number): void {
  if (from !== to) values.copyWithin(to, from, from + 1);
}
