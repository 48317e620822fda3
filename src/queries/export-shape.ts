import type { ColumnDescription } from '@tidelake/lake-format';
import { type RoleColumns, type Selection, whereSelection } from './selection';
import { quoteLiteral } from '../lake/sql-identifier';
import { sqlName } from './sql-text';

/**
 * How observations are laid out in a file: `rows` as the lake has them, a row an observation; `wide` a row a time, a column
 * a sensor; `tidy` a row a reading.
 */
export const EXPORT_SHAPES = ['rows', 'wide', 'tidy'] as const;
export type ExportShape = (typeof EXPORT_SHAPES)[number];

/** A statement for an export, and which of its columns hold what a column of the lake describes. */
export interface ShapedQuery {
  sql: string;
  /** Descriptions by the name of the column in the answer. */
  meanings: Record<string, ColumnDescription>;
}

const NUMERIC = new Set(['double', 'float', 'integer', 'bigint']);

/**
 * All observations of a selection in a shape, in the order of time.
 * @param devices ids, for the columns of the wide shape
 */
export function exportQuery(
  shape: ExportShape,
  selection: Selection,
  roles: RoleColumns,
  columns: readonly ColumnDescription[],
  devices: readonly string[],
): ShapedQuery {
  const variables = columns.filter(({ role, type }) => role === 'variable' && NUMERIC.has(type));
  switch (shape) {
    case 'rows':
      return rowsQuery(selection, roles, columns);
    case 'wide':
      return wideQuery(selection, roles, variables, devices);
    case 'tidy':
      return tidyQuery(selection, roles, columns, variables, devices.length > 1);
  }
}

function rowsQuery(selection: Selection, roles: RoleColumns, columns: readonly ColumnDescription[]): ShapedQuery {
  const first = [roles.time, roles.station, roles.device, roles.depth].filter((name) => name !== undefined);
  const names = [...new Set([...first, ...columns.map(({ name }) => name)])];
  const order = [roles.time, roles.station, roles.depth, roles.device].filter((name) => name !== undefined);
  return {
    sql: [
      `SELECT ${names.map(sqlName).join(', ')}`,
      'FROM lake',
      whereSelection(selection, roles),
      `ORDER BY ${order.map(sqlName).join(', ')}`,
    ].join('\n'),
    meanings: Object.fromEntries(columns.map((column) => [column.name, column])),
  };
}

function wideQuery(
  selection: Selection,
  roles: RoleColumns,
  variables: readonly ColumnDescription[],
  devices: readonly string[],
): ShapedQuery {
  const { device } = roles;
  const keys = [roles.time, roles.station].filter((name) => name !== undefined).map(sqlName);
  const meanings: Record<string, ColumnDescription> = {};
  const sensors = variables.flatMap((variable) => {
    const value = sqlName(variable.name);
    if (device === undefined || devices.length <= 1) {
      meanings[variable.name] = variable;
      return [`max(${value}) AS ${value}`];
    }
    return devices.map((id) => {
      const name = `${variable.name}_${id}`;
      meanings[name] = variable;
      return `max(${value}) FILTER (WHERE ${sqlName(device)} = ${quoteLiteral(id)}) AS ${sqlName(name)}`;
    });
  });
  return {
    sql: [
      `SELECT ${keys.join(', ')},`,
      sensors.map((sensor) => `  ${sensor}`).join(',\n'),
      'FROM lake',
      whereSelection(selection, roles),
      `GROUP BY ${keys.join(', ')}`,
      `ORDER BY ${keys.join(', ')}`,
    ].join('\n'),
    meanings,
  };
}

function tidyQuery(
  selection: Selection,
  roles: RoleColumns,
  columns: readonly ColumnDescription[],
  variables: readonly ColumnDescription[],
  hasSeveralDevices: boolean,
): ShapedQuery {
  const keys = [roles.time, roles.station].filter((name) => name !== undefined).map(sqlName);
  const flagOf = (variable: string) =>
    columns.find(({ name, role }) => role === 'flag' && name.toLowerCase() === `${variable.toLowerCase()}_qc`)?.name;
  const hasFlags = variables.some(({ name }) => flagOf(name) !== undefined);
  const readings = variables.map(({ name }) => {
    const value = sqlName(name);
    const flag = flagOf(name);
    const sensor =
      roles.device !== undefined && hasSeveralDevices
        ? `concat(${sqlName(roles.device)}, ${quoteLiteral(`:${name}`)})`
        : quoteLiteral(name);
    return [
      `SELECT ${keys.join(', ')}, ${sensor} AS sensor, CAST(${value} AS DOUBLE) AS value${hasFlags ? `, ${flag === undefined ? 'NULL' : sqlName(flag)} AS flag` : ''}`,
      'FROM lake',
      whereSelection(selection, roles),
      `  AND ${value} IS NOT NULL AND NOT isnan(${value})`,
    ].join('\n');
  });
  return { sql: `${readings.join('\nUNION ALL\n')}\nORDER BY ${keys.join(', ')}, sensor`, meanings: {} };
}

const DAY = 86_400_000;

/** Cuts a window into as many parts as keep each below a number of rows, at whole UTC days. */
export function windowParts(
  { from, to }: Pick<Selection, 'from' | 'to'>,
  rows: number,
  mostRows: number,
): { from: number; to: number }[] {
  const days = Math.max(1, Math.ceil((to - from) / DAY));
  const step = Math.max(1, Math.floor(days / Math.max(1, Math.ceil(rows / mostRows)))) * DAY;
  const parts = [];
  for (let start = from; start < to;) {
    const end = Math.min(to, Math.floor((start + step) / DAY) * DAY);
    parts.push({ from: start, to: end > start ? end : to });
    start = end > start ? end : to;
  }
  return parts;
}
