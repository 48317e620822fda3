import { quoteIdentifier } from './sql-identifier';

/** What to draw of a time series, and into how many columns of pixels. */
export interface M4Request {
  /** A table or view of the engine. */
  source: string;
  /** A TIMESTAMP column. */
  timeColumn: string;
  /** A numeric column. */
  valueColumn: string;
  /** Columns that set series apart, such as station and device. */
  groupColumns: string[];
  /** UTC milliseconds: the start, and the end, which is excluded. */
  fromMs: number;
  toMs: number;
  /** Columns of pixels between them. */
  buckets: number;
  /** A further condition on the rows, as SQL. */
  condition?: string;
}

/**
 * The SQL of M4 down-sampling: of each series, and of each of the buckets that time is divided into, the first, last,
 * lowest and highest point. A line drawn through them at that width covers the same pixels as one through all points,
 * so that no extreme is lost, and gaps stay gaps. NULL and NaN are no points.
 * Uwe Jugel et al., “M4: A Visualization-Oriented Time Series Data Aggregation”, PVLDB 7(10), 2014.
 * @returns a query for the columns `…groupColumns`, `time` (TIMESTAMP) and `value` (DOUBLE), in this order of rows
 * @throws RangeError where the time range is empty or the number of buckets is not a positive integer
 */
export function m4Sql(request: M4Request): string {
  const { fromMs, toMs, buckets } = request;
  if (!(fromMs < toMs)) throw new RangeError('The time range must not be empty');
  if (!Number.isInteger(buckets) || buckets < 1) throw new RangeError('There must be a positive number of buckets');
  const time = quoteIdentifier(request.timeColumn);
  const groups = request.groupColumns.map(quoteIdentifier);
  const fromUs = Math.floor(fromMs * 1000);
  // Whole microseconds, so that a bucket's edge is the same here and in DuckDB.
  const widthUs = Math.max(1, Math.ceil((toMs * 1000 - fromUs) / buckets));
  const list = (...columns: string[]) => [...groups, ...columns].join(', ');
  const conditions = [
    `${time} >= make_timestamp(${fromUs})`,
    `${time} < make_timestamp(${Math.ceil(toMs * 1000)})`,
    ...(request.condition === undefined ? [] : [`(${request.condition})`]),
  ];
  return `WITH points AS (
  SELECT ${list(`${time} AS point_time`, `CAST(${quoteIdentifier(request.valueColumn)} AS DOUBLE) AS point_value`)}
  FROM ${quoteIdentifier(request.source)}
  WHERE ${conditions.join(' AND ')}
), extremes AS (
  SELECT ${list(
    `unnest([
    {'time': min(point_time), 'value': arg_min(point_value, point_time)},
    {'time': max(point_time), 'value': arg_max(point_value, point_time)},
    {'time': arg_min(point_time, point_value), 'value': min(point_value)},
    {'time': arg_max(point_time, point_value), 'value': max(point_value)}
  ]) AS point`,
  )}
  FROM points
  WHERE point_value IS NOT NULL AND NOT isnan(point_value)
  GROUP BY ${list(`(epoch_us(point_time) - ${fromUs}) // ${widthUs}`)}
)
SELECT DISTINCT ${list('point.time AS time', 'point.value AS value')}
FROM extremes
ORDER BY ${list('time', 'value')}`;
}
