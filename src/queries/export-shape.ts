import type { ColumnDescription } from '@tidelake/lake-format';
import { quoteLiteral } from '../lake/sql-identifier';
import { flagColumnOf, flagLiteral, hiddenFlags } from './flag-column';
import { type RoleColumns, type Selection, whereSelection } from './selection';
import { idLiteral, sqlName } from './sql-text';

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

/** What is exported. */
export interface ExportRequest {
  /** Flags that it hides hide nothing here: see `hidesFailed`. */
  selection: Selection;
  roles: RoleColumns;
  /** Of the lake. */
  columns: readonly ColumnDescription[];
  /** Ids, for the columns of the wide shape. */
  devices: readonly string[];
  /** Whether readings flagged as fail are left out, of each variable by its own flag. */
  hidesFailed: boolean;
}

const NUMERIC = new Set(['double', 'float', 'integer', 'bigint']);

/**
 * All observations of a selection in a shape, in the order of time. A failed reading that is left out is NULL where its
 * observation has a row, beside the flag that says why; in the tidy shape it has no row.
 */
export function exportQuery(shape: ExportShape, request: ExportRequest): ShapedQuery {
  const whole = { ...request, selection: { ...request.selection, hidden: [] } };
  const variables = request.columns.filter(({ role, type }) => role === 'variable' && NUMERIC.has(type));
  switch (shape) {
    case 'rows':
      return rowsQuery(whole);
    case 'wide':
      return wideQuery(whole, variables);
    case 'tidy':
      return tidyQuery(whole, variables);
  }
}

function rowsQuery({ selection, roles, columns, hidesFailed }: ExportRequest): ShapedQuery {
  const first = [roles.time, roles.station, roles.device, roles.depth].filter((name) => name !== undefined);
  const names = [...new Set([...first, ...columns.map(({ name }) => name)])];
  const order = [roles.time, roles.station, roles.depth, roles.device].filter((name) => name !== undefined);
  const isVariable = (name: string) => columns.some((column) => column.name === name && column.role === 'variable');
  const selected = names.map((name) => {
    const value = hidesFailed && isVariable(name) ? unfailed(name, columns) : sqlName(name);
    return value === sqlName(name) ? value : `${value} AS ${sqlName(name)}`;
  });
  return {
    sql: [
      `SELECT ${selected.join(', ')}`,
      'FROM lake',
      whereSelection(selection, roles),
      `ORDER BY ${order.map(sqlName).join(', ')}`,
    ].join('\n'),
    meanings: Object.fromEntries(columns.map((column) => [column.name, column])),
  };
}

function wideQuery(
  { selection, roles, columns, devices, hidesFailed }: ExportRequest,
  variables: readonly ColumnDescription[],
): ShapedQuery {
  const { device } = roles;
  const keys = [roles.time, roles.station].filter((name) => name !== undefined).map(sqlName);
  const meanings: Record<string, ColumnDescription> = {};
  const sensors = variables.flatMap((variable) => {
    const value = hidesFailed ? unfailed(variable.name, columns) : sqlName(variable.name);
    if (device === undefined || devices.length <= 1) {
      meanings[variable.name] = variable;
      return [`max(${value}) AS ${sqlName(variable.name)}`];
    }
    return devices.map((id) => {
      const name = `${variable.name}_${id}`;
      meanings[name] = variable;
      return `max(${value}) FILTER (WHERE ${sqlName(device)} = ${idLiteral(device, id, roles)}) AS ${sqlName(name)}`;
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
  { selection, roles, columns, devices, hidesFailed }: ExportRequest,
  variables: readonly ColumnDescription[],
): ShapedQuery {
  const keys = [roles.time, roles.station].filter((name) => name !== undefined).map(sqlName);
  const flagged = variables.map(({ name }) => ({ name, flag: flagColumnOf(name, columns) }));
  const hasFlags = flagged.some(({ flag }) => flag !== undefined);
  const readings = flagged.map(({ name, flag }) => {
    const value = sqlName(name);
    const sensor =
      roles.device !== undefined && devices.length > 1
        ? `concat(${sqlName(roles.device)}, ${quoteLiteral(`:${name}`)})`
        : quoteLiteral(name);
    return [
      `SELECT ${keys.join(', ')}, ${sensor} AS sensor, CAST(${value} AS DOUBLE) AS value${hasFlags ? `, ${flag === undefined ? 'NULL' : sqlName(flag.column)} AS flag` : ''}`,
      'FROM lake',
      whereSelection({ ...selection, hidden: hidesFailed ? hiddenFlags(flag) : [] }, roles),
      `  AND ${value} IS NOT NULL AND NOT isnan(${value})`,
    ].join('\n');
  });
  return { sql: `${readings.join('\nUNION ALL\n')}\nORDER BY ${keys.join(', ')}, sensor`, meanings: {} };
}

/** A variable's value as SQL, NULL where it is flagged as fail. */
function unfailed(variable: string, columns: readonly ColumnDescription[]): string {
  const flag = flagColumnOf(variable, columns);
  const value = sqlName(variable);
  return flag ? `CASE WHEN ${sqlName(flag.column)} = ${flagLiteral(flag.fail)} THEN NULL ELSE ${value} END` : value;
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
