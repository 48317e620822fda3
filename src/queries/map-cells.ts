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
  cell: 'cell',
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
  /** How positions are taken together; each by itself where undefined. */
  coarseness?: Coarseness | undefined;
}

/** Positions rounded to decimals of a degree, or those of one H3 cell together, by the lake's own column of cells. */
export type Coarseness = { decimals: number } | { cellColumn: string };

/** Ways to take positions together where there are too many of them, by and by coarser. */
export function coarsenesses(columns: readonly ColumnDescription[]): Coarseness[] {
  const cells = columns.find(({ name, type }) => type === 'text' && /^h3(_|$)/.test(name));
  return [...(cells ? [{ cellColumn: cells.name }] : []), { decimals: 2 }, { decimals: 1 }, { decimals: 0 }];
}

/**
 * Everything the map shows of one variable: count, sum, extremes, last value and flags for each station and bin of time,
 * and where observations have positions of their own, for each of these and each platform too.
 */
export function mapCellsSql(
  { from, to, variable, bins, hidesFailed, coarseness }: MapQuestion,
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
  const place = roles.position;
  const cellColumn = coarseness && 'cellColumn' in coarseness ? coarseness.cellColumn : undefined;
  const rounded = (name: string) =>
    coarseness && 'decimals' in coarseness ? `round(${sqlName(name)}, ${coarseness.decimals})` : sqlName(name);
  const position = (expression: (name: string) => string) => [
    ...named(place && expression(place.longitude), MAP_COLUMNS.longitude),
    ...named(place && expression(place.latitude), MAP_COLUMNS.latitude),
  ];
  const station = roles.station ?? roles.device;
  const keys: [expression: string, name: string][] = [
    ...named(station && sqlName(station), MAP_COLUMNS.station),
    ...named(place && roles.device && roles.station && sqlName(roles.device), MAP_COLUMNS.platform),
    ...(cellColumn === undefined ? position(rounded) : named(place && sqlName(cellColumn), MAP_COLUMNS.cell)),
    [`time_bucket(INTERVAL '${bins.interval}', ${time})`, MAP_COLUMNS.bin],
  ];
  const measures: [expression: string, name: string][] = [
    // The first position of a cell lies in it, unlike a mean of positions over the antimeridian.
    ...(cellColumn === undefined ? [] : position((name) => `arg_min(${sqlName(name)}, ${time})`)),
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
