import type { MapCells } from './map-cells';

/** What colours stand for. */
export const STATISTICS = ['mean', 'minimum', 'maximum', 'last', 'count', 'flagged', 'anomaly'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The statistics' names, as a choice offers them. */
export const STATISTIC_NAMES: Record<Statistic, string> = {
  mean: 'Mean',
  minimum: 'Minimum',
  maximum: 'Maximum',
  last: 'Last value',
  count: 'Number of readings',
  flagged: 'Flagged share',
  anomaly: 'Difference from the mean of all',
};

/** What the entries of each group add up to. Indexes are groups. */
export interface GroupTotals {
  rows: Float64Array;
  /** Readings that are not missing. */
  count: Float64Array;
  sum: Float64Array;
  low: Float64Array;
  high: Float64Array;
  last: Float64Array;
  /** UTC milliseconds of the value in `last`. */
  lastTime: Float64Array;
  flagged: Float64Array;
  judged: Float64Array;
}

/**
 * Adds the entries of the map's answer up by groups.
 * @param groupOf the group of each entry; negative for none
 */
export function groupTotals(cells: MapCells, groupOf: Int32Array, groups: number): GroupTotals {
  const totals: GroupTotals = {
    rows: new Float64Array(groups),
    count: new Float64Array(groups),
    sum: new Float64Array(groups),
    low: new Float64Array(groups).fill(Infinity),
    high: new Float64Array(groups).fill(-Infinity),
    last: new Float64Array(groups).fill(NaN),
    lastTime: new Float64Array(groups).fill(-Infinity),
    flagged: new Float64Array(groups),
    judged: new Float64Array(groups),
  };
  for (let entry = 0; entry < cells.length; entry++) {
    const group = groupOf[entry] ?? -1;
    if (group < 0) continue;
    const add = (total: Float64Array, values: Float64Array) => {
      total[group] = (total[group] ?? 0) + (values[entry] ?? 0);
    };
    add(totals.rows, cells.rows);
    add(totals.flagged, cells.flagged);
    add(totals.judged, cells.judged);
    if (!((cells.count[entry] ?? 0) > 0)) continue;
    add(totals.count, cells.count);
    add(totals.sum, cells.sum);
    totals.low[group] = Math.min(totals.low[group] ?? 0, cells.low[entry] ?? 0);
    totals.high[group] = Math.max(totals.high[group] ?? 0, cells.high[entry] ?? 0);
    if ((cells.lastTime[entry] ?? 0) >= (totals.lastTime[group] ?? 0)) {
      totals.lastTime[group] = cells.lastTime[entry] ?? NaN;
      totals.last[group] = cells.last[entry] ?? NaN;
    }
  }
  return totals;
}

/** A statistic of each group; NaN where the group has nothing to tell it from. Shares are per cent. */
export function statisticOf(totals: GroupTotals, statistic: Statistic): Float64Array {
  const { count, sum } = totals;
  const where = (value: (group: number) => number | undefined) =>
    Float64Array.from(count, (n, group) => (n > 0 ? (value(group) ?? NaN) : NaN));
  switch (statistic) {
    case 'mean':
      return where((group) => (sum[group] ?? NaN) / (count[group] ?? NaN));
    case 'minimum':
      return where((group) => totals.low[group]);
    case 'maximum':
      return where((group) => totals.high[group]);
    case 'last':
      return where((group) => totals.last[group]);
    case 'count':
      return where((group) => count[group]);
    case 'flagged':
      return totals.judged.map((judged, group) => (judged > 0 ? (100 * (totals.flagged[group] ?? NaN)) / judged : NaN));
    case 'anomaly':
      return differences(statisticOf(totals, 'mean'));
  }
}

/** Values as differences from their mean; missing ones stay missing. */
function differences(values: Float64Array): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return values.map((value) => value - mean);
}
