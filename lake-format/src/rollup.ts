import { ABOUT_FOLDER } from './layout';

/** The folder of a lake's pre-aggregated tiers, relative to its root. Which of them count, the manifest's index says. */
export const ROLLUP_FOLDER = `${ABOUT_FOLDER}/rollup`;

/**
 * Columns of a rollup part: one row for each bucket of time, station, device, variable and flag, sorted by station,
 * variable, device, flag, cell and time. Rows add up: any coarser grouping is a sum, a minimum or a maximum of them.
 */
export const ROLLUP_COLUMNS = {
  /** Text. */
  station: 'station',
  /** Text: name of the data column; {@link ROW_COUNT} for the rows themselves. */
  variable: 'variable',
  /** Text; null where the lake has no device column. */
  device: 'device_id',
  /** INTEGER: the QARTOD flag of the values; null where the variable has no flag column or the flag is null. */
  flag: 'flag',
  /** Text: H3 cell of the rows' positions; only in tiers that are divided by place, null where the position is. */
  cell: 'h3_cell',
  /** TIMESTAMP(MICROS, UTC): start of the bucket. */
  time: 'time',
  /** BIGINT: values that are not null; for {@link ROW_COUNT}, rows. */
  n: 'n',
  /** DOUBLE: their sum. */
  sum: 'sum',
  /** DOUBLE: the sum of their squares. */
  sumOfSquares: 'sum_squares',
  /** DOUBLE. NaN ranks above every number, as in DuckDB. */
  min: 'min',
  /** DOUBLE. */
  max: 'max',
  /** TIMESTAMP(MICROS, UTC): of the first value. */
  firstTime: 'first_time',
  /** TIMESTAMP(MICROS, UTC): of the last value. */
  lastTime: 'last_time',
} as const;

/** The variable under which a rollup counts rows, whatever is in them. */
export const ROW_COUNT = '';
