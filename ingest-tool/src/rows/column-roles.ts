import type { ColumnDescription, ColumnRole } from '@tidelake/lake-format';
import type { RowColumn } from './column-values';

/** Names that collectors give the time of observation, best first. */
const TIME_NAMES = ['time', 'timestamp', 'datetime', 'date_time', 'ts', 'event_time', 'observed_at'];

const ROLE_NAMES: readonly [ColumnRole, RegExp][] = [
  ['device', /^(?:device(?:_?id)?|sensor(?:_?id)?|instrument(?:_?id)?|serial(?:_?number)?)$/i],
  ['latitude', /^lat(?:itude)?$/i],
  ['longitude', /^(?:lon|lng|longitude)$/i],
  ['depth', /^depth(?:_m)?$/i],
  ['flag', /_(?:qc|flag)$/i],
];

/** Columns with what each is for, and how sure that is. */
export interface ColumnsWithRoles {
  columns: RowColumn[];
  /** Whether the lake or its files say so; else roles are guessed from names. */
  isDescribed: boolean;
}

/**
 * Finds out what columns are for: by what the lake says, then by what the files say, then by names and types.
 * @param described columns of the lake; none where it does not describe itself
 */
export function withRoles(columns: readonly RowColumn[], described: readonly ColumnDescription[]): ColumnsWithRoles {
  const told = columns.map((column): RowColumn => {
    const own = described.find(({ name }) => name === column.name);
    return own === undefined ? column : { ...column, ...own, type: column.type };
  });
  if (told.some(({ role }) => role === 'time')) return { columns: told, isDescribed: true };
  const timestamps = columns.filter(({ type }) => type === 'timestamp').map(({ name }) => name);
  const time =
    timestamps.length === 1
      ? timestamps[0]
      : TIME_NAMES.map((name) => timestamps.find((own) => own.toLowerCase() === name)).find(
          (name) => name !== undefined,
        );
  const taken = new Set<ColumnRole>();
  const guessed = columns.map((column): RowColumn => {
    const role = column.name === time ? 'time' : guessedRole(column);
    const isSecond = role !== 'about' && role !== 'variable' && role !== 'flag' && taken.has(role);
    taken.add(role);
    return { ...column, role: isSecond ? 'about' : role };
  });
  return { columns: guessed, isDescribed: false };
}

function guessedRole({ name, type }: RowColumn): ColumnRole {
  const isNumber = type === 'double' || type === 'float' || type === 'integer' || type === 'bigint';
  const role = ROLE_NAMES.find(([, pattern]) => pattern.test(name))?.[0];
  if (role === 'device') return type === 'timestamp' || type === 'double' || type === 'float' ? 'about' : role;
  if (role !== undefined && isNumber) return role;
  return isNumber ? 'variable' : 'about';
}
