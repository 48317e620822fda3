import { type RoleColumns, type Selection, whereSelection } from './selection';
import { sqlName } from './sql-text';

/** The readings of one variable in the order of device and time. */
export function seriesSql(selection: Selection, roles: RoleColumns, variable: string): string {
  const order = [roles.device, roles.time].filter((name) => name !== undefined).map(sqlName);
  return [
    `SELECT ${[...order, sqlName(variable)].join(', ')}`,
    'FROM lake',
    whereSelection(selection, roles),
    `ORDER BY ${order.join(', ')}`,
  ].join('\n');
}
