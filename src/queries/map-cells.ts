import type { ColumnDescription } from '@tidelake/lake-format';
import { QARTOD_FLAG } from '@tidelake/lake-format';
import { flagColumnOf, flagLiteral, hiddenFlags } from './flag-column';
import { isShown, type RoleColumns } from './selection';
import { sqlName, timestampLiteral } from './sql-text';
import type { TimeBins } from './time-bins';

/** Most rows of the map's answer; beyond, positions are asked for more coarsely. */
export const MAP_CELL_LIMIT = 400_000;

/** The columns of the answer of {@link mapCellsSql}; those that a lake has nothing for are missing. */
export const MAP_COLUMNS = {
  station: 'station',
  platform: 'platform',
  longitude: 'longitude',
  latitude: 'latitude',
  bin: 'bin',
  rows: 'readings',
  count: 'n',
  sum: 'total',
  low: 'minimum',
  high: 'maximum',
  firstTime: 'first_time',
  lastTime: 'last_time',
  last: 'last_value',
  flagged: 'suspect_or_fail',
  judged: 'judged',
} as const;

/** What the map is about: every station in a window. */
export interface MapQuestion {
  /** The window, UTC milliseconds; `to` is excluded. */
  from: number;
  to: number;
  variable: string;
  bins: TimeBins;
  /** Whether readings flagged as fail are no readings; they count among the flagged all the same. */
  hidesFailed: boolean;
  /** Decimals of a degree that positions are rounded to; exact where undefined. */
  decimals?: number | undefined;
}

/**
 * Everything the map shows of one variable: count, sum, extremes, last value and flags for each station and bin of time,
 * and where observations have positions of their own, for each of these and each platform too.
 */
export function mapCellsSql(
  { from, to, variable, bins, hidesFailed, decimals }: MapQuestion,
  roles: RoleColumns,
  columns: readonly ColumnDescription[],
): string {
  const [value, time] = [sqlName(variable), sqlName(roles.time)];
  const flag = flagColumnOf(variable, columns);
  const flagged = (values: (number | string)[]) =>
    flag && `count(*) FILTER (WHERE ${sqlName(flag.column)} IN (${values.map(flagLiteral).join(', ')}))`;
  const pass = typeof flag?.fail === 'string' ? String(QARTOD_FLAG.pass) : QARTOD_FLAG.pass;
  const bad = flag ? [flag.suspect, flag.fail] : [];
  const shown = hidesFailed ? hiddenFlags(flag).map(isShown) : [];
  const good = `FILTER (WHERE ${[`${value} IS NOT NULL`, `NOT isnan(${value})`, ...shown].join(' AND ')})`;
  const rounded = (name: string) => (decimals === undefined ? sqlName(name) : `round(${sqlName(name)}, ${decimals})`);
  const place = roles.position;
  const station = roles.station ?? roles.device;
  const keys: [expression: string, name: string][] = [
    ...named(station && sqlName(station), MAP_COLUMNS.station),
    ...named(place && roles.device && roles.station && sqlName(roles.device), MAP_COLUMNS.platform),
    ...named(place && rounded(place.longitude), MAP_COLUMNS.longitude),
    ...named(place && rounded(place.latitude), MAP_COLUMNS.latitude),
    [`time_bucket(INTERVAL '${bins.interval}', ${time})`, MAP_COLUMNS.bin],
  ];
  const measures: [expression: string, name: string][] = [
    ['count(*)', MAP_COLUMNS.rows],
    [`count(*) ${good}`, MAP_COLUMNS.count],
    [`sum(${value}) ${good}`, MAP_COLUMNS.sum],
    [`min(${value}) ${good}`, MAP_COLUMNS.low],
    [`max(${value}) ${good}`, MAP_COLUMNS.high],
    [`min(${time})`, MAP_COLUMNS.firstTime],
    [`max(${time}) ${good}`, MAP_COLUMNS.lastTime],
    [`arg_max(${value}, ${time}) ${good}`, MAP_COLUMNS.last],
    ...named(flagged(bad), MAP_COLUMNS.flagged),
    ...named(flagged([pass, ...bad]), MAP_COLUMNS.judged),
  ];
  return [
    'SELECT',
    [...keys, ...measures].map(([expression, name]) => `  ${expression} AS ${name}`).join(',\n'),
    'FROM lake',
    `WHERE ${time} >= ${timestampLiteral(from)}`,
    `  AND ${time} < ${timestampLiteral(to)}`,
    `GROUP BY ${keys.map(([expression]) => expression).join(', ')}`,
    `LIMIT ${MAP_CELL_LIMIT + 1}`,
  ].join('\n');
}

function named(expression: string | undefined, name: string): [string, string][] {
  return expression === undefined || expression === '' ? [] : [[expression, name]];
}
