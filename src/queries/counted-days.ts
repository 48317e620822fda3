import { type RoleColumns } from './selection';
import { idCondition, sqlName } from './sql-text';

/** The columns of the answer of {@link countedDaysSql}. */
export const COUNTED_DAYS = { station: 'station', day: 'day', rows: 'n' } as const;

/** How many rows some stations have on each UTC day, over the whole lake: for stations that no folder is named after. */
export function countedDaysSql(station: string, stations: readonly string[], roles: RoleColumns): string {
  const time = sqlName(roles.time);
  return [
    `SELECT ${sqlName(station)} AS ${COUNTED_DAYS.station}, date_trunc('day', ${time}) AS ${COUNTED_DAYS.day}, count(*) AS ${COUNTED_DAYS.rows}`,
    'FROM lake',
    `WHERE ${idCondition(station, stations, roles)} AND ${time} IS NOT NULL`,
    `GROUP BY ${sqlName(station)}, date_trunc('day', ${time})`,
  ].join('\n');
}
