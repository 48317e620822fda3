import { m4Sql } from '../lake/m4';
import { placeConditions, type RoleColumns, type Selection } from './selection';

/** The columns of the answer of {@link seriesSql}. */
export const SERIES_COLUMNS = { time: 'time', value: 'value' } as const;

/** Buckets are a multiple of this, so that a window resized by little asks nothing new. */
const BUCKET_STEP = 256;

/** Into how many columns a series is thinned for a picture so many CSS pixels wide: at least as many. */
export function bucketsFor(width: number): number {
  return Math.max(1, Math.ceil(width / BUCKET_STEP)) * BUCKET_STEP;
}

/**
 * The readings of one variable, a series for each device, thinned to the picture's columns so that it looks the same.
 * @param buckets columns the window is divided into
 */
export function seriesSql(selection: Selection, roles: RoleColumns, variable: string, buckets: number): string {
  const { from: fromMs, to: toMs } = selection;
  const conditions = placeConditions(selection, roles);
  const group = roles.device ?? roles.station;
  return m4Sql({
    source: 'lake',
    timeColumn: roles.time,
    valueColumn: variable,
    groupColumns: group === undefined ? [] : [group],
    fromMs,
    toMs,
    buckets,
    ...(conditions.length === 0 ? {} : { condition: conditions.join(' AND ') }),
  });
}
