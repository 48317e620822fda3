import type { RoleColumns, Selection } from './selection';
import { whereSelection } from './selection';
import { sqlName } from './sql-text';

/** Statements to begin from, for the selection on the page. */
export function exampleQueries(
  selection: Selection,
  roles: RoleColumns,
  variable: string,
): { name: string; sql: string }[] {
  const value = sqlName(variable);
  const time = sqlName(roles.time);
  const group = roles.device === undefined ? undefined : sqlName(roles.device);
  const where = whereSelection(selection, roles);
  return [
    {
      name: 'Daily means',
      sql: [
        `SELECT date_trunc('day', ${time}) AS day,${group === undefined ? '' : ` ${group},`}`,
        `  avg(${value}) AS mean, min(${value}) AS minimum, max(${value}) AS maximum, count(${value}) AS n`,
        'FROM lake',
        where,
        `GROUP BY ALL`,
        `ORDER BY day${group === undefined ? '' : `, ${group}`}`,
      ].join('\n'),
    },
    {
      name: 'Extremes',
      sql: [
        `SELECT ${time},${group === undefined ? '' : ` ${group},`} ${value}`,
        'FROM lake',
        where,
        `ORDER BY ${value} DESC NULLS LAST`,
        'LIMIT 20',
      ].join('\n'),
    },
    {
      name: 'Longest gaps',
      sql: [
        `SELECT ${group === undefined ? '' : `${group}, `}before AS gap_begins, ${time} AS gap_ends, (epoch(${time}) - epoch(before)) / 3600 AS hours`,
        'FROM (',
        `  SELECT ${group === undefined ? '' : `${group}, `}${time}, lag(${time}) OVER (${group === undefined ? '' : `PARTITION BY ${group} `}ORDER BY ${time}) AS before`,
        '  FROM lake',
        whereSelection(selection, roles, '  '),
        ') AS steps',
        'WHERE before IS NOT NULL',
        'ORDER BY hours DESC',
        'LIMIT 20',
      ].join('\n'),
    },
    { name: 'Columns', sql: 'DESCRIBE lake' },
  ];
}
