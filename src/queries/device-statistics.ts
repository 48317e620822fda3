import { type RoleColumns, type Selection, whereSelection } from './selection';
import { sqlName } from './sql-text';

/**
 * Count, missing share, mean, standard deviation (n − 1), extremes and span of one variable, a row for each device (one
 * row in all where the lake has no device column). Missing is NULL or NaN.
 */
export function deviceStatisticsSql(selection: Selection, roles: RoleColumns, variable: string): string {
  const value = sqlName(variable);
  const time = sqlName(roles.time);
  const device = roles.device === undefined ? undefined : sqlName(roles.device);
  const good = `FILTER (WHERE ${value} IS NOT NULL AND NOT isnan(${value}))`;
  const depth = roles.depth === undefined ? undefined : sqlName(roles.depth);
  return [
    'SELECT',
    [
      ...(device === undefined ? [] : [device]),
      ...(depth === undefined ? [] : [`avg(${depth}) AS mean_depth`]),
      `count(*) ${good} AS n`,
      `100.0 * (count(*) - count(*) ${good}) / count(*) AS missing_percent`,
      `avg(${value}) ${good} AS mean`,
      `stddev_samp(${value}) ${good} AS standard_deviation`,
      `min(${value}) ${good} AS minimum`,
      `max(${value}) ${good} AS maximum`,
      `min(${time}) AS first_time`,
      `max(${time}) AS last_time`,
    ]
      .map((expression) => `  ${expression}`)
      .join(',\n'),
    'FROM lake',
    whereSelection(selection, roles),
    ...(device === undefined ? [] : [`GROUP BY ${device}`]),
    `ORDER BY ${depth === undefined ? (device ?? 'n') : 'mean_depth'}`,
  ].join('\n');
}
