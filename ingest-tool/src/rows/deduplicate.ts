import type { ColumnValues, RowColumn } from './column-values';
import { compareKeys, comparePreference, differInVariable, type RowKeys } from './row-order';

/** What is left of rows when each observation is kept once. */
export interface DistinctRows {
  /** Row numbers to keep, in the order given. */
  kept: Uint32Array;
  /** Observations that rows of this input are about. */
  rows: number;
  /** Of those, how many the lake did not have. */
  added: number;
  /** Rows of this input beyond the first of their observation. */
  duplicates: number;
  /** Rows, of this input or of the lake, that were not kept and differ from the kept one in a measured value. */
  conflicts: number;
  /** These rows, each of several equal ones once, in the order of the kept ones. */
  lost: Uint32Array;
}

/**
 * Keeps one row of each observation: (device, time, depth).
 * @param order rows sorted by {@link orderOf}
 * @param inputCount rows below this number come from this input, those from it on from the lake
 * @param knownFrom rows from this number on lost already once, and are not counted among the conflicts again
 */
export function keepDistinct(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  keys: RowKeys,
  order: Uint32Array,
  inputCount: number,
  knownFrom = order.length,
): DistinctRows {
  const kept = new Uint32Array(order.length);
  const lost: number[] = [];
  const result: DistinctRows = { kept, rows: 0, added: 0, duplicates: 0, conflicts: 0, lost: new Uint32Array(0) };
  let keptCount = 0;
  /** New rows that no other row is about the same observation as. */
  let alone = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const first = order[start] ?? 0;
    end = start + 1;
    while (end < order.length && areSame(keys, first, order[end] ?? 0)) end++;
    if (end - start === 1) {
      kept[keptCount++] = first;
      if (first < inputCount) alone++;
      continue;
    }
    let best = first;
    let fromInput = 0;
    for (let place = start; place < end; place++) {
      const row = order[place] ?? 0;
      if (row < inputCount) fromInput++;
      if (place > start && comparePreference(columns, values, row, best) < 0) best = row;
    }
    const losers = order.subarray(start, end).filter((row) => differInVariable(columns, values, row, best));
    for (const row of losers) if (row < knownFrom) result.conflicts++;
    losers.sort((left, right) => comparePreference(columns, values, left, right));
    losers.forEach((row, place) => {
      const before = losers[place - 1];
      if (before === undefined || comparePreference(columns, values, before, row) !== 0) lost.push(row);
    });
    kept[keptCount++] = best;
    if (fromInput > 0) {
      result.rows++;
      result.duplicates += fromInput - 1;
      if (fromInput === end - start) result.added++;
    }
  }
  result.rows += alone;
  result.added += alone;
  result.kept = kept.subarray(0, keptCount);
  result.lost = Uint32Array.from(lost);
  return result;
}

/** Whether two rows are about the same observation. */
function areSame(keys: RowKeys, left: number, right: number): boolean {
  // Most rows come later than the one before, which needs no look at the other keys.
  if ((keys.time[left] ?? NaN) < (keys.time[right] ?? NaN)) return false;
  return compareKeys(keys, left, right) === 0;
}
