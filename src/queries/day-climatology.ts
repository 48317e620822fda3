import { placeConditions, type RoleColumns, type Selection } from './selection';
import { seriesGroups, SERIES_COLUMNS, type SeriesRequest } from './series';
import { sqlName } from './sql-text';
import { quoteLiteral } from '../lake/sql-identifier';

/**
 * Mean and standard deviation (n − 1) of each variable and device by day of the year (UTC, 1–366) over the lake's whole
 * record, not only the window, with the readings and the years that each day rests on. Missing is NULL or NaN.
 */
export function dayClimatologySql(requests: readonly SeriesRequest[], roles: RoleColumns): string {
  return requests.map(({ variable, selection }) => ofVariable(variable, selection, roles)).join('\nUNION ALL\n');
}

function ofVariable(variable: string, selection: Selection, roles: RoleColumns): string {
  const groups = seriesGroups(roles).map(sqlName);
  const time = sqlName(roles.time);
  const value = sqlName(variable);
  const conditions = [...placeConditions(selection, roles), `${value} IS NOT NULL`, `NOT isnan(${value})`];
  return [
    `SELECT ${[`${quoteLiteral(variable)} AS ${SERIES_COLUMNS.variable}`, ...groups].join(', ')},`,
    `  dayofyear(${time}) AS day_of_year, avg(${value}) AS mean, stddev_samp(${value}) AS standard_deviation,`,
    `  count(*) AS n, count(DISTINCT year(${time})) AS years`,
    'FROM lake',
    `WHERE ${conditions.join(' AND ')}`,
    `GROUP BY ${[...groups, `dayofyear(${time})`].join(', ')}`,
  ].join('\n');
}
