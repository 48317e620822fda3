import { m4Sql } from '../lake/m4';
import { quoteLiteral } from '../lake/sql-identifier';
import { type FlagColumn, flagLiteral } from './flag-column';
import { placeConditions, type RoleColumns, type Selection } from './selection';
import { inCondition, sqlName } from './sql-text';

/** The columns of the answer of {@link seriesSql}, beside those of {@link seriesGroups}. */
export const SERIES_COLUMNS = { variable: 'variable', time: 'time', value: 'value' } as const;

/** The column of the answer of {@link flaggedSql} that says what a reading is flagged as. */
export const FLAG_COLUMN = 'flag';

/** One variable to draw, and what of it. */
export interface SeriesRequest {
  variable: string;
  selection: Selection;
}

/** Columns that set series apart: a device of one station is not that of another. */
export function seriesGroups({ station, device }: RoleColumns): string[] {
  return [station, device].filter((name) => name !== undefined);
}

/**
 * The readings of some variables, a series for each device, thinned to the picture's columns of pixels so that it looks
 * the same.
 * @param columns columns of pixels that the window is divided into
 */
export function seriesSql(requests: readonly SeriesRequest[], roles: RoleColumns, columns: number): string {
  const parts = requests.map(({ variable, selection }) => ({
    name: variable,
    sql: thinned(selection, roles, variable, columns, seriesGroups(roles), []),
  }));
  const [first] = parts;
  // The usual question is to be read as what it is.
  return parts.length === 1 && first ? first.sql : named(parts);
}

/** A variable whose flagged readings are wanted. */
export interface FlaggedRequest extends SeriesRequest {
  flagColumn: FlagColumn;
}

/**
 * The readings that are flagged as suspect or fail, thinned like {@link seriesSql} for each flag: of each column of
 * pixels that has any, the extremes are there. What the selection hides is not.
 */
export function flaggedSql(requests: readonly FlaggedRequest[], roles: RoleColumns, columns: number): string {
  return named(
    requests.map(({ variable, selection, flagColumn: { column, suspect, fail } }) => ({
      name: variable,
      sql: [
        `SELECT * EXCLUDE (${sqlName(column)}),`,
        `  CASE WHEN ${sqlName(column)} = ${flagLiteral(fail)} THEN 'fail' ELSE 'suspect' END AS ${FLAG_COLUMN}`,
        `FROM (${thinned(
          selection,
          roles,
          variable,
          columns,
          [...seriesGroups(roles), column],
          [
            typeof fail === 'string'
              ? inCondition(column, [String(suspect), fail])
              : `${sqlName(column)} IN (${suspect}, ${fail})`,
          ],
        )}) AS thinned`,
      ].join('\n'),
    })),
  );
}

function thinned(
  selection: Selection,
  roles: RoleColumns,
  variable: string,
  columns: number,
  groupColumns: string[],
  further: string[],
): string {
  const conditions = [...placeConditions(selection, roles), ...further];
  return m4Sql({
    source: 'lake',
    timeColumn: roles.time,
    valueColumn: variable,
    groupColumns,
    fromMs: selection.from,
    toMs: selection.to,
    buckets: columns,
    ...(conditions.length === 0 ? {} : { condition: conditions.join(' AND ') }),
  });
}

/** Answers one below the other, each row with its variable. */
function named(parts: readonly { name: string; sql: string }[]): string {
  return parts
    .map(({ name, sql }) => `SELECT ${quoteLiteral(name)} AS ${SERIES_COLUMNS.variable}, * FROM (${sql}) AS part`)
    .join('\nUNION ALL\n');
}
