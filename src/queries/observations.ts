import type { ColumnDescription } from '@tidelake/lake-format';
import { type RoleColumns, type Selection, whereSelection } from './selection';
import { sqlName } from './sql-text';

/** Most observations a table of rows shows; beyond, the window is to be narrowed or SQL be written. */
export const ROW_LIMIT = 100_000;

/** The observations of a selection as they stand in the lake, in the order of time, then depth, then device. */
export function observationsSql(
  selection: Selection,
  roles: RoleColumns,
  columns: readonly ColumnDescription[],
  limit = ROW_LIMIT,
): string {
  const first = [roles.time, roles.device, roles.depth].filter((name) => name !== undefined);
  const others = columns
    .filter(({ role }) => role === 'variable' || role === 'flag')
    .map(({ name }) => name)
    .filter((name) => !first.includes(name));
  const order = [roles.time, roles.depth, roles.device].filter((name) => name !== undefined);
  return [
    `SELECT ${[...first, ...others].map(sqlName).join(', ')}`,
    'FROM lake',
    whereSelection(selection, roles),
    `ORDER BY ${order.map(sqlName).join(', ')}`,
    `LIMIT ${limit}`,
  ].join('\n');
}
