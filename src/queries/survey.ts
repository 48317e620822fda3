import type { ColumnDescription } from '@tidelake/lake-format';
import type { RoleColumns } from './selection';
import { sqlName } from './sql-text';

/**
 * What a lake that does not describe itself holds: a row for each station and device, with its span, mean position and
 * mean depth. Reads every file.
 */
export function surveySql(roles: RoleColumns, columns: readonly ColumnDescription[]): string {
  const named = (role: ColumnDescription['role']) => columns.find((column) => column.role === role)?.name;
  const text = (name: string | undefined) =>
    name === undefined ? 'NULL::VARCHAR' : `CAST(${sqlName(name)} AS VARCHAR)`;
  const mean = (name: string | undefined) => (name === undefined ? 'NULL::DOUBLE' : `avg(${sqlName(name)})`);
  const time = sqlName(roles.time);
  return [
    'SELECT',
    [
      `${text(roles.station)} AS station`,
      `${text(roles.device)} AS device`,
      `min(${time}) AS first_time`,
      `max(${time}) AS last_time`,
      `${mean(named('latitude'))} AS latitude`,
      `${mean(named('longitude'))} AS longitude`,
      `${mean(roles.depth)} AS depth`,
    ]
      .map((expression) => `  ${expression}`)
      .join(',\n'),
    'FROM lake',
    'GROUP BY ALL',
    'ORDER BY station, device',
  ].join('\n');
}
